"""A topic's key, when CloudFormation makes the topic.

AWS::SNS::Topic has KmsMasterKeyId: whoever publishes needs the key.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
MiniStack knows the attribute in the SNS API, but its CloudFormation drops it.
"""

from ministack.services import sns

from patching import after_making


@after_making('AWS::SNS::Topic')
def _with_key(made, props):
    attributes = sns._topics[made[0]]['attributes']
    attributes.pop('KmsMasterKeyId', None)
    if props.get('KmsMasterKeyId'):
        attributes['KmsMasterKeyId'] = props['KmsMasterKeyId']
