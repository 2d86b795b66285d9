"""What a VPC of CDK consists of.

AWS makes addresses, NAT gateways, flow logs and single rules of security groups, and moves a subnet to another route
table. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_EC2.html
MiniStack has them in its EC2, but refuses a template with one of these types, and leaves the old association behind.
"""

import random
import re
import string

from ministack.services import ec2
from ministack.services.cloudformation import provisioners

_handlers = provisioners._RESOURCE_HANDLERS


def _register(resource_type, create, update, delete, replacing, tagged=True):
    provisioners._REPLACING_PROPERTIES[resource_type] = replacing
    _handlers[resource_type] = {'create': create, 'update': update, 'delete': delete}
    if tagged:
        provisioners._STACK_TAG_PROPERTY[resource_type] = ('Tags', 'list')


def _called(function, request, tag=None):
    """What the API answers: the text of one element, or nothing."""
    status, _, body = function(request)
    text = body.decode() if isinstance(body, bytes) else body
    if status >= 400:
        raise ValueError(re.search('<Message>(.*?)</Message>', text).group(1))
    return tag and re.search(f'<{tag}>(.*?)</{tag}>', text).group(1)


def _keep_tags(physical_id, old_props, new_props):
    provisioners._ec2_apply_tags(physical_id, new_props, old_props)


def _address_attributes(allocation):
    return {'AllocationId': allocation, 'PublicIp': ec2._addresses[allocation]['PublicIp']}


def _create_address(logical_id, props, stack_name):
    allocation = _called(ec2._allocate_address, {'Domain': props.get('Domain', 'vpc')}, 'allocationId')
    _keep_tags(allocation, {}, props)
    # Ref gives the address itself.
    return ec2._addresses[allocation]['PublicIp'], _address_attributes(allocation)


def _allocation_of(public_ip):
    return next((key for key, address in ec2._addresses.items() if address['PublicIp'] == public_ip), None)


def _update_address(physical_id, old_props, new_props, stack_name):
    allocation = _allocation_of(physical_id)
    _keep_tags(allocation, old_props, new_props)
    return physical_id, _address_attributes(allocation)


def _delete_address(physical_id, props):
    allocation = _allocation_of(physical_id)
    if allocation:
        _called(ec2._release_address, {'AllocationId': allocation})


def _create_nat(logical_id, props, stack_name):
    request = {key: props[key] for key in ('SubnetId', 'AllocationId', 'ConnectivityType') if props.get(key)}
    gateway = _called(ec2._create_nat_gateway, request, 'natGatewayId')
    _keep_tags(gateway, {}, props)
    return gateway, {'NatGatewayId': gateway}


def _update_nat(physical_id, old_props, new_props, stack_name):
    _keep_tags(physical_id, old_props, new_props)
    return physical_id, {'NatGatewayId': physical_id}


def _delete_nat(physical_id, props):
    ec2._nat_gateways.pop(physical_id, None)
    ec2._tags.pop(physical_id, None)


def _create_flow_log(logical_id, props, stack_name):
    given = {key: props[key] for key in ('ResourceType', 'TrafficType', 'LogDestinationType', 'LogDestination', 'LogGroupName') if props.get(key)}
    flow_log = _called(ec2._create_flow_logs, {**given, 'ResourceId.1': props['ResourceId']}, 'item')
    _keep_tags(flow_log, {}, props)
    return flow_log, {'Id': flow_log}


def _update_flow_log(physical_id, old_props, new_props, stack_name):
    _keep_tags(physical_id, old_props, new_props)
    return physical_id, {'Id': physical_id}


def _delete_flow_log(physical_id, props):
    _called(ec2._delete_flow_logs, {'FlowLogId.1': physical_id})


def _rules(direction):
    """A rule of its own lives in its group, with an id of its own that Ref gives."""
    kept = 'IpPermissions' if direction == 'ingress' else 'IpPermissionsEgress'

    def create(logical_id, props, stack_name):
        group = ec2._security_groups.get(props.get('GroupId'))
        if group is None:
            raise ValueError(f"The security group '{props.get('GroupId')}' does not exist")
        rule = provisioners._ec2_sg_permissions([props])[0]
        if any(ec2._rules_match(rule, known) for known in group[kept]):
            raise ValueError(f'the specified rule "peer: {props}" already exists')
        rule['SecurityGroupRuleId'] = 'sgr-' + ''.join(random.choices(string.hexdigits[:16], k=17))
        group[kept].append(rule)
        return rule['SecurityGroupRuleId'], {'Id': rule['SecurityGroupRuleId']}

    def update(physical_id, old_props, new_props, stack_name):
        group = ec2._security_groups[new_props['GroupId']]
        rule = {**provisioners._ec2_sg_permissions([new_props])[0], 'SecurityGroupRuleId': physical_id}
        group[kept] = [rule if known.get('SecurityGroupRuleId') == physical_id else known for known in group[kept]]
        return physical_id, {'Id': physical_id}

    def delete(physical_id, props):
        group = ec2._security_groups.get(props.get('GroupId'))
        if group:
            group[kept] = [known for known in group[kept] if known.get('SecurityGroupRuleId') != physical_id]

    return create, update, delete


_RULE = ('CidrIp', 'CidrIpv6', 'FromPort', 'ToPort', 'IpProtocol', 'GroupId', 'GroupName')
_register('AWS::EC2::EIP', _create_address, _update_address, _delete_address, ('Domain', 'NetworkBorderGroup', 'TransferAddress'))
_register('AWS::EC2::NatGateway', _create_nat, _update_nat, _delete_nat, ('SubnetId', 'AllocationId', 'ConnectivityType'))
_register('AWS::EC2::FlowLog', _create_flow_log, _update_flow_log, _delete_flow_log,
          ('ResourceId', 'ResourceType', 'TrafficType', 'LogDestination', 'LogDestinationType', 'LogGroupName', 'DeliverLogsPermissionArn'))
_register('AWS::EC2::SecurityGroupIngress', *_rules('ingress'), (*_RULE, 'SourceSecurityGroupId', 'SourcePrefixListId'), tagged=False)
_register('AWS::EC2::SecurityGroupEgress', *_rules('egress'), (*_RULE, 'DestinationSecurityGroupId', 'DestinationPrefixListId'), tagged=False)

# The subnet's other association is a replacement: the new one is made, and the old one deleted when all else is done.
provisioners._REPLACING_PROPERTIES['AWS::EC2::SubnetRouteTableAssociation'] = ('SubnetId', 'RouteTableId')
