"""Who may put events on a bus.

The policy of a bus admits other accounts, if it likes only for some sources and detail types. CloudFormation makes a statement with each
AWS::Events::EventBusPolicy; PutPermission takes an account or a whole policy.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-permissions-manage.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-eventbuspolicy.html
MiniStack refuses the type, drops the policy that PutPermission is given, asks no policy, and keeps that of a deleted bus.
"""

import json

from ministack.core import iam_evaluator
from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import eventbridge
from ministack.services.cloudformation import provisioners

from patching import wrap


def bus_policy_for_arn(arn):
    """Policy and account of a bus, as the evaluator asks for them; of other resources it knows nothing."""
    spec = bus_of(arn)
    if spec is None:
        return None
    return eventbridge._event_bus_policies.get_scoped(spec.account_id, spec.region, spec.resource.split('/', 1)[1]), spec.account_id


eventbridge.bus_policy_for_arn = bus_policy_for_arn
iam_evaluator._RESOURCE_POLICY_LOOKUPS['events'] = ('eventbridge', 'bus_policy_for_arn')


def bus_of(arn):
    """The parsed ARN of a bus, and nothing for all else."""
    try:
        spec = parse_arn(arn)
    except ArnParseError:
        return None
    return spec if spec.service == 'events' and spec.resource.startswith('event-bus/') else None


def context_of(source, detail_type):
    """What a policy may ask of an event."""
    return {'events:source': source, 'events:detail-type': detail_type}


def decision_of(arn, caller, context):
    """What the policy of a bus says to somebody who puts an event: Allow, Deny, or ImplicitDeny when it says nothing."""
    account = caller.split(':')[4]
    judged = iam_evaluator.EvalContext(
        principal_arn=caller, principal_type='AssumedRole' if ':assumed-role/' in caller else 'Root', principal_account=account,
        action='events:PutEvents', resource_arn=arn, region=get_region(), secure_transport=True, service_context=context)
    return iam_evaluator.evaluate_resource_policy(bus_policy_for_arn(arn)[0], judged).decision


@wrap(eventbridge, '_put_permission')
def put_permission(original, data):
    if not data.get('Policy'):
        return original(data)
    eventbridge._event_bus_policies[data.get('EventBusName', 'default')] = json.loads(data['Policy'])
    return json_response({})


@wrap(eventbridge, '_delete_event_bus')
def delete_event_bus(original, data):
    eventbridge._event_bus_policies.pop(data.get('Name'), None)
    return original(data)


def _put(props):
    bus, sid = props.get('EventBusName', 'default'), props['StatementId']
    if bus != 'default' and bus not in eventbridge._event_buses:
        raise ValueError(f'Event bus {bus} does not exist.')
    policy = eventbridge._event_bus_policies.setdefault(bus, {'Version': '2012-10-17', 'Statement': []})
    policy['Statement'] = [*_others(policy, sid), {'Sid': sid, **_statement(props, bus)}]
    return f'{bus}|{sid}', {}


def _statement(props, bus):
    given = props.get('Statement')
    if given:
        return json.loads(given) if isinstance(given, str) else given
    statement = {
        'Effect': 'Allow', 'Action': props['Action'], 'Resource': f'arn:aws:events:{get_region()}:{get_account_id()}:event-bus/{bus}',
        'Principal': '*' if props['Principal'] == '*' else {'AWS': f'arn:aws:iam::{props["Principal"]}:root'},
    }
    condition = props.get('Condition')
    return {**statement, 'Condition': {condition['Type']: {condition['Key']: condition['Value']}}} if condition else statement


def _others(policy, sid):
    return [statement for statement in policy['Statement'] if statement.get('Sid') != sid]


def _delete(physical_id, _props):
    bus, sid = physical_id.split('|')
    policy = eventbridge._event_bus_policies.get(bus)
    if policy:
        policy['Statement'] = _others(policy, sid)
        if not policy['Statement']:
            del eventbridge._event_bus_policies[bus]


provisioners._REPLACING_PROPERTIES['AWS::Events::EventBusPolicy'] = ('EventBusName', 'StatementId')
provisioners._RESOURCE_HANDLERS['AWS::Events::EventBusPolicy'] = {
    'create': lambda _logical_id, props, _stack_name: _put(props),
    'update': lambda _physical_id, _old_props, new_props, _stack_name: _put(new_props),
    'delete': _delete,
}
