"""Schedules that put events, and what they put in place of their context attributes.

EventBridge Scheduler puts an event of the source and detail type that the target names, with its input as the detail, and replaces
attributes such as <aws.scheduler.scheduled-time> in the input of any target. A schedule of a rate without a start date begins at once.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
MiniStack puts an event of its own, leaves the attributes, and begins when the first interval is over. Here `POST /_local/run-schedule {account,
region, name}` lets a schedule fall due at once.
"""

import datetime

from ministack.core.responses import get_account_id, get_region, new_uuid
from ministack.services import eventbridge, scheduler

from patching import wrap
from routes import route

# A test need not wait for MiniStack's next look.
scheduler._SCHEDULE_TICK_INTERVAL = 1


@wrap(scheduler, '_create_schedule')
def create_schedule(original, name, body):
    answer = original(name, body)
    if answer[0] == 200 and body['ScheduleExpression'].startswith('rate(') and not body.get('StartDate'):
        scheduler._schedule_last_fired[(get_account_id(), get_region(), f'{body.get("GroupName", "default")}/{name}')] = 0
    return answer


@wrap(eventbridge, '_invoke_target')
def invoke_target(original, target, event, rule, view=None):
    if rule.get('Target') is not target:
        return original(target, event, rule, view)
    if 'Input' in target:
        target = {**target, 'Input': _filled(target['Input'], event, rule)}
    parameters = target.get('EventBridgeParameters')
    if not parameters:
        return original(target, event, rule, view)
    entry = {'Source': parameters['Source'], 'DetailType': parameters['DetailType'], 'Detail': target.get('Input') or '{}', 'EventBusName': target['Arn']}
    eventbridge._put_events({'Entries': [entry]})


def _filled(text, event, schedule):
    due = datetime.datetime.fromtimestamp(int(event['Time']), datetime.timezone.utc)
    for name, value in {
        'scheduled-time': due.strftime('%Y-%m-%dT%H:%M:%SZ'), 'schedule-arn': schedule['Arn'], 'execution-id': new_uuid(), 'attempt-number': '1',
    }.items():
        text = text.replace(f'<aws.scheduler.{name}>', value)
    return text


@route('POST', '/_local/run-schedule')
def run_schedule(request):
    for scope, schedule in scheduler._schedules._data.items():
        if scope[:2] == (request['account'], request['region']) and schedule['Name'] == request['name']:
            scheduler._schedule_last_fired[scope] = 0
            return 200, {'arn': schedule['Arn']}
    return 404, {'message': f'There is no schedule {request["name"]} in {request["account"]} {request["region"]}'}
