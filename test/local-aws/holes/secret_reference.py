"""`Ref` of a secret.

AWS gives the ARN. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
MiniStack gives the name, so that a policy or a variable made of it names nothing.
"""

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

_handler = provisioners._RESOURCE_HANDLERS['AWS::SecretsManager::Secret']
_create, _update, _delete = _handler['create'], _handler['update'], _handler['delete']


def _name(arn):
    return secretsmanager._resolve(arn)[0] or arn


def create(logical_id, props, stack_name):
    _, attributes = _create(logical_id, props, stack_name)
    return attributes['Arn'], attributes


def update(physical_id, old_props, new_props, stack_name, logical_id=None):
    _, attributes = _update(_name(physical_id), old_props, new_props, stack_name, logical_id)
    return attributes['Arn'], attributes


def delete(physical_id, props):
    _delete(_name(physical_id), props)


_handler.update(create=create, update=update, delete=delete)
