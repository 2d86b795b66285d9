"""Rules that send events to a bus of another account or region.

AWS puts the event with the target's role, if the role may and the bus admits it; account, region and time in the event stay those of where
it arose. What may not be put is not tried again. An event that came from another account is not sent on to a third one.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
MiniStack drops such events.
"""

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge

from authorizing import role_may
from holes.event_bus_policies import bus_of, context_of
from holes.event_targets import to_dead_letters
from patching import wrap


@wrap(eventbridge, '_invoke_target')
def invoke_target(original, target, event, rule, view=None):
    bus = bus_of(target['Arn'])
    if bus is None or (bus.account_id, bus.region) == (get_account_id(), get_region()):
        return original(target, event, rule, view)
    problem = _problem(bus, target, event)
    if problem:
        return to_dead_letters(target, event, rule, *problem)
    forwarded = {key: value for key, value in event.items() if key != '_DispatchPath'}
    receive(bus, forwarded)


def receive(bus, event):
    """The event as it comes to rules and archives of a bus."""
    event = {**event, 'EventBusName': bus.resource.split('/', 1)[1]}
    with request_scope(bus.account_id, bus.region):
        eventbridge._events_log_list().append(event)
        eventbridge._dispatch_event(event)
        eventbridge._archive_event(event)


def _problem(bus, target, event):
    if event['Account'] not in (get_account_id(), bus.account_id) and bus.account_id != get_account_id():
        return 'THIRD_ACCOUNT_HOP_DETECTED', 'The event came from another account.'
    role = target.get('RoleArn')
    if not role:
        return 'NO_PERMISSIONS', 'The target has no role.'
    if not role_may(role, 'events:PutEvents', target['Arn'], context_of(event['Source'], event['DetailType'])):
        return 'NO_PERMISSIONS', f'{role} is not authorized to perform: events:PutEvents on resource: {target["Arn"]}'
    return None
