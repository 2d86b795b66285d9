"""Aurora clusters in CloudFormation.

AWS makes the master user's secret itself when asked to, keeps what is protected, writes a final snapshot where the
deletion policy says so, and has one writer in a cluster.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbcluster.html
MiniStack's template handlers drop the secret and half of the properties, delete a protected cluster, and make each
instance the writer. There is no database behind a cluster in either.
"""

import json
import re

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import rds, secretsmanager
from ministack.services.cloudformation import provisioners

_handlers = provisioners._RESOURCE_HANDLERS
_cluster, _instance = _handlers['AWS::RDS::DBCluster'], _handlers['AWS::RDS::DBInstance']
_create_cluster, _update_cluster = _cluster['create'], _cluster['update']
_create_instance, _update_instance, _delete_instance = _instance['create'], _instance['update'], _instance['delete']

# Template property -> field of the record, where MiniStack keeps none of its own.
_MORE_OF_CLUSTER = {
    'DBClusterParameterGroupName': 'DBClusterParameterGroup',
    'KmsKeyId': 'KmsKeyId',
    'EnableCloudwatchLogsExports': 'EnabledCloudwatchLogsExports',
    'StorageType': 'StorageType',
    'DatabaseInsightsMode': 'DatabaseInsightsMode',
    'EngineLifecycleSupport': 'EngineLifecycleSupport',
    'MonitoringInterval': 'MonitoringInterval',
    'MonitoringRoleArn': 'MonitoringRoleArn',
}


def create_cluster(logical_id, props, stack_name):
    if props.get('ManageMasterUserPassword') and props.get('MasterUserPassword'):
        raise ValueError("You can't specify MasterUserPassword when ManageMasterUserPassword is enabled.")
    name, _ = _create_cluster(logical_id, props, stack_name)
    return name, _completed(rds._clusters[name], {}, props)


def update_cluster(physical_id, old_props, new_props, stack_name, logical_id=None):
    name, _ = _update_cluster(physical_id, old_props, new_props, stack_name, logical_id)
    return name, _completed(rds._clusters[name], old_props, new_props)


def _completed(cluster, old_props, new_props):
    for prop, field in _MORE_OF_CLUSTER.items():
        if new_props.get(prop) is not None:
            cluster[field] = new_props[prop]
        elif prop in old_props:
            cluster.pop(field, None)
    cluster['StorageEncrypted'] = provisioners._cfn_bool(new_props.get('StorageEncrypted', False))
    provisioners._reconcile_tag_list(cluster.setdefault('TagList', []), old_props, new_props)
    rds._tags[cluster['DBClusterArn']] = cluster['TagList']
    if provisioners._cfn_bool(new_props.get('ManageMasterUserPassword', False)):
        _manage_password(cluster, new_props)
    attributes = provisioners._rds_db_cluster_attrs(cluster)
    if cluster.get('MasterUserSecret'):
        attributes['MasterUserSecret.SecretArn'] = cluster['MasterUserSecret']['SecretArn']
    return attributes


def _manage_password(cluster, props):
    if cluster.get('MasterUserSecret'):
        return
    password, name = rds._generate_master_user_password(), f'rds!cluster-{new_uuid()}'
    value = json.dumps({'username': cluster['MasterUsername'], 'password': password})
    arn = secretsmanager.create_secret_in_process(name, value, f"The secret associated with the primary RDS DB cluster: {cluster['DBClusterArn']}")
    key = (props.get('MasterUserSecret') or {}).get('KmsKeyId')
    # Rotated every seven days by RDS itself, without a function.
    secretsmanager._secrets[name].update(
        KmsKeyId=key, OwningService='rds', RotationEnabled=True, RotationRules={'AutomaticallyAfterDays': 7},
        Tags=[{'Key': 'aws:secretsmanager:owningService', 'Value': 'rds'}, {'Key': 'aws:rds:primaryDBClusterArn', 'Value': cluster['DBClusterArn']}])
    cluster['_MasterUserPassword'] = password
    cluster['MasterUserSecret'] = {
        'SecretArn': arn, 'SecretStatus': 'active',
        'KmsKeyId': key or f'arn:aws:kms:{get_region()}:{get_account_id()}:alias/aws/secretsmanager'}


def delete_cluster(physical_id, props):
    if physical_id in rds._clusters:
        _called(rds._delete_db_cluster, {'DBClusterIdentifier': physical_id, 'SkipFinalSnapshot': 'true'})


def snapshot_cluster(physical_id, props):
    """AWS writes it as part of the deletion, so that what is not deleted has none."""
    cluster = rds._clusters.get(physical_id)
    if cluster is None:
        return
    if cluster['DeletionProtection']:
        raise ValueError('Cannot delete protected Cluster, please disable deletion protection and try again.')
    rds._create_cluster_snapshot_internal(f'{physical_id}-final-snapshot-{new_uuid()[:8]}', cluster)


def create_instance(logical_id, props, stack_name):
    return _joined(*_create_instance(logical_id, props, stack_name), props)


def update_instance(physical_id, old_props, new_props, stack_name, logical_id=None):
    return _joined(*_update_instance(physical_id, old_props, new_props, stack_name, logical_id), new_props)


def _joined(name, attributes, props):
    record, cluster = rds._instances[name], rds._clusters.get(props.get('DBClusterIdentifier'))
    for prop in ('PerformanceInsightsRetentionPeriod', 'PerformanceInsightsKMSKeyId', 'CACertificateIdentifier'):
        if props.get(prop) is not None:
            record[prop] = props[prop]
    if cluster:
        record.update({field: cluster.get(field) for field in ('StorageEncrypted', 'KmsKeyId')})
        _one_writer(cluster)
    return name, attributes


def _one_writer(cluster):
    for index, member in enumerate(cluster['DBClusterMembers']):
        member['IsClusterWriter'] = index == 0


def delete_instance(physical_id, props):
    record = rds._instances.get(physical_id)
    if record and record.get('DeletionProtection'):
        raise ValueError('Cannot delete protected DB Instance, please disable deletion protection and try again.')
    _delete_instance(physical_id, props)
    cluster = rds._clusters.get(props.get('DBClusterIdentifier'))
    if cluster:
        _one_writer(cluster)


def _called(function, request):
    status, _, body = function(request)
    if status >= 400:
        text = body.decode() if isinstance(body, bytes) else body
        message = re.search('<Message>(.*?)</Message>', text, re.S).group(1)
        raise ValueError('Cannot delete protected Cluster, please disable deletion protection and try again.' if 'DeletionProtection' in message else message)


_cluster.update(create=create_cluster, update=update_cluster, delete=delete_cluster, snapshot=snapshot_cluster)
_instance.update(create=create_instance, update=update_instance, delete=delete_instance)
# It stands in no template handler of MiniStack's, so that no stack tag reached a cluster.
provisioners._STACK_TAG_PROPERTY['AWS::RDS::DBCluster'] = ('Tags', 'list')
