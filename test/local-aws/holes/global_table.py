"""Properties of AWS::DynamoDB::GlobalTable, which is what CDK's TableV2 makes.

AWS applies the time to live, and from the entry of its region among the replicas point-in-time recovery and deletion
protection. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
MiniStack drops the three, so that no item ever expires.
"""

from ministack.core.responses import get_region
from ministack.services import dynamodb

from patching import after_making


@after_making('AWS::DynamoDB::GlobalTable')
def _configured(created, props):
    name = created[0]
    replica = next((entry for entry in props.get('Replicas', []) if entry.get('Region') == get_region()), {})
    dynamodb._tables[name]['DeletionProtectionEnabled'] = replica.get('DeletionProtectionEnabled', False)
    recovery = replica.get('PointInTimeRecoverySpecification') or {}
    dynamodb._update_continuous_backups({'TableName': name, 'PointInTimeRecoverySpecification': recovery})
    expiry = props.get('TimeToLiveSpecification')
    if expiry:
        dynamodb._update_ttl({'TableName': name, 'TimeToLiveSpecification': expiry})
