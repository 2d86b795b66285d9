"""PutEvents.

An event has the time that its sender gives it; one that lacks a part is refused alone; the bus of another account takes an event when its
policy admits the caller, and one of the same account unless its policy denies it. An event is of the account that put it.
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
MiniStack takes its own time, checks nothing but a source of AWS, and knows buses of the caller's account only.
"""

import contextvars
import json

from ministack.core.iam_evaluator import request_caller_arn
from ministack.core.responses import error_response_json, get_account_id, get_region, json_response, new_uuid
from ministack.services import eventbridge

from holes.cross_account_events import receive
from holes.event_bus_policies import bus_of, context_of, decision_of
from holes.function_denial import session_of
from patching import replace, wrap

_MOST_ENTRIES = 10
_caller = contextvars.ContextVar('local_aws_caller_of_put_events', default=None)


def _who():
    """What a service puts by itself, it puts for the account."""
    return _caller.get() or f'arn:aws:iam::{get_account_id()}:root'


@wrap(eventbridge, 'handle_request')
async def handle_request(original, method, path, headers, body, query_params):
    _caller.set(session_of(headers) or request_caller_arn(headers, query_params))
    return await original(method, path, headers, body, query_params)


@replace(eventbridge, '_put_events')
def put_events(data, allow_aws_source=False):
    entries = data.get('Entries') or []
    if not 0 < len(entries) <= _MOST_ENTRIES:
        return error_response_json('ValidationException', f"1 validation error detected: Value '{len(entries)}' at 'entries' failed to "
                                   f'satisfy constraint: Member must have length between 1 and {_MOST_ENTRIES}', 400)
    closed = next(filter(None, map(_refusing_bus, entries)), None)
    if closed:
        return error_response_json('AccessDeniedException', f'User: {_who()} is not authorized to perform: events:PutEvents on resource: '
                                   f'{closed} because of its resource-based policy', 400)
    answers = [_put(entry, allow_aws_source) for entry in entries]
    return json_response({'FailedEntryCount': sum('ErrorCode' in answer for answer in answers), 'Entries': answers})


def _foreign_bus(entry):
    bus = bus_of(entry.get('EventBusName') or '')
    return bus if bus and bus.account_id != get_account_id() and bus.region == get_region() else None


def _refusing_bus(entry):
    """The ARN of the bus whose policy refuses this event."""
    name, foreign = entry.get('EventBusName') or 'default', _foreign_bus(entry)
    arn = name if name.startswith('arn:') else f'arn:aws:events:{get_region()}:{get_account_id()}:event-bus/{name}'
    if bus_of(arn) is None:
        return None
    decision = decision_of(arn, _who(), context_of(entry.get('Source', ''), entry.get('DetailType', '')))
    return arn if decision == 'Deny' or (foreign and decision != 'Allow') else None


def _put(entry, by_aws):
    refused = _refusal(entry, by_aws)
    if refused:
        return {'ErrorCode': refused[0], 'ErrorMessage': refused[1]}
    foreign = _foreign_bus(entry)
    name, unknown = (None, None) if foreign else eventbridge._event_bus_name_from_ref(entry.get('EventBusName') or 'default')
    if unknown:
        return {'ErrorCode': unknown[0], 'ErrorMessage': unknown[1]}
    given = entry.get('Time')
    event = {
        'EventId': new_uuid(), 'Source': entry['Source'], 'DetailType': entry['DetailType'], 'Detail': entry['Detail'], 'EventBusName': name,
        # Whole seconds: some SDKs cannot read others, and an event says no more.
        'Time': int(eventbridge._now_ts() if given is None else eventbridge._coerce_timestamp(given)),
        'Resources': entry.get('Resources') or [], 'Account': get_account_id(), 'Region': get_region(),
    }
    if foreign:
        receive(foreign, event)
    else:
        view = eventbridge._pattern_event_view(event)
        eventbridge._events_log_list().append(event)
        eventbridge._dispatch_event(event, view)
        eventbridge._archive_event(event, view)
    return {'EventId': event['EventId']}


def _refusal(entry, by_aws):
    for part in ('Source', 'DetailType', 'Detail'):
        if not entry.get(part):
            return 'InvalidArgument', f'Parameter {part} is not valid. Reason: {part} is a required argument.'
    if not by_aws and entry['Source'].startswith('aws.'):
        return 'NotAuthorizedForSourceException', 'Not authorized for the source.'
    try:
        detail = json.loads(entry['Detail'])
    except ValueError:
        detail = None
    return None if isinstance(detail, dict) else ('MalformedDetail', 'Detail is malformed.')
