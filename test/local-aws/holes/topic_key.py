"""A topic's key, when CloudFormation makes the topic.

AWS::SNS::Topic has KmsMasterKeyId: whoever publishes needs the key.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
MiniStack knows the attribute in the SNS API, but its CloudFormation drops it.
"""

from ministack.services import sns
from ministack.services.cloudformation import provisioners

_handlers = provisioners._RESOURCE_HANDLERS['AWS::SNS::Topic']
_create, _update = _handlers['create'], _handlers['update']


def create(logical_id, props, stack_name, *args, **kwargs):
    return _with_key(_create(logical_id, props, stack_name, *args, **kwargs), props)


def update(physical_id, old_props, new_props, stack_name, *args, **kwargs):
    return _with_key(_update(physical_id, old_props, new_props, stack_name, *args, **kwargs), new_props)


def _with_key(made, props):
    attributes = sns._topics[made[0]]['attributes']
    attributes.pop('KmsMasterKeyId', None)
    if props.get('KmsMasterKeyId'):
        attributes['KmsMasterKeyId'] = props['KmsMasterKeyId']
    return made


_handlers.update(create=create, update=update)
