"""Properties of AWS::DynamoDB::GlobalTable, which is what CDK's TableV2 makes.

AWS applies the time to live, and from the entry of its region among the replicas point-in-time recovery and deletion
protection. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
MiniStack drops the three, so that no item ever expires.
"""

from ministack.core.responses import get_region
from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

_handlers = provisioners._RESOURCE_HANDLERS['AWS::DynamoDB::GlobalTable']
_create, _update = _handlers['create'], _handlers['update']


def create(logical_id, props, stack_name):
    return _configured(_create(logical_id, props, stack_name), props)


def update(physical_id, old_props, new_props, stack_name):
    return _configured(_update(physical_id, old_props, new_props, stack_name), new_props)


def _configured(created, props):
    name = created[0]
    replica = next((entry for entry in props.get('Replicas', []) if entry.get('Region') == get_region()), {})
    dynamodb._tables[name]['DeletionProtectionEnabled'] = replica.get('DeletionProtectionEnabled', False)
    recovery = replica.get('PointInTimeRecoverySpecification') or {}
    dynamodb._update_continuous_backups({'TableName': name, 'PointInTimeRecoverySpecification': recovery})
    expiry = props.get('TimeToLiveSpecification')
    if expiry:
        dynamodb._update_ttl({'TableName': name, 'TimeToLiveSpecification': expiry})
    return created


_handlers.update(create=create, update=update)
