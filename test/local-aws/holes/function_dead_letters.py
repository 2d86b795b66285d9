"""A function's dead letter queue, when CloudFormation makes the function.

AWS::Lambda::Function has DeadLetterConfig: asynchronous events that failed for good go there.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
MiniStack knows it in the Lambda API, but its CloudFormation drops it.
"""

from ministack.services import lambda_svc

from patching import after_making


@after_making('AWS::Lambda::Function')
def _with_dead_letters(created, props):
    config = lambda_svc._functions[created[0]]['config']
    config.pop('DeadLetterConfig', None)
    if props.get('DeadLetterConfig'):
        config['DeadLetterConfig'] = props['DeadLetterConfig']
