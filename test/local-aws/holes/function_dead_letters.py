"""A function's dead letter queue, when CloudFormation makes the function.

AWS::Lambda::Function has DeadLetterConfig: asynchronous events that failed for good go there.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
MiniStack knows it in the Lambda API, but its CloudFormation drops it.
"""

from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

_handlers = provisioners._RESOURCE_HANDLERS['AWS::Lambda::Function']
_create, _update = _handlers['create'], _handlers['update']


def create(logical_id, props, stack_name):
    return _with_dead_letters(_create(logical_id, props, stack_name), props)


def update(physical_id, old_props, new_props, stack_name, *args, **kwargs):
    return _with_dead_letters(_update(physical_id, old_props, new_props, stack_name, *args, **kwargs), new_props)


def _with_dead_letters(created, props):
    config = lambda_svc._functions[created[0]]['config']
    config.pop('DeadLetterConfig', None)
    if props.get('DeadLetterConfig'):
        config['DeadLetterConfig'] = props['DeadLetterConfig']
    return created


_handlers.update(create=create, update=update)
