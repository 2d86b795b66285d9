"""Moving messages out of a dead letter queue: StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask.

AWS moves what is visible in a queue that is another one's dead letter queue, to a queue that is named or to each message's own, one
task a queue at a time. A moved message has a new id and a new age, and keeps its attributes.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
MiniStack has none of the three. Here a task moves a part every second: as many as its rate allows, else all.
"""

import copy
import time
import uuid

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import sqs

from ticker import every_second

_FASTEST = 500
_LISTED = 10

# The newest last. A task knows its queues by their ARNs.
_tasks = []


def _queue(arn):
    queue = sqs._queue_by_arn(arn or '')
    if queue is None:
        raise sqs._Err('ResourceNotFoundException', 'The resource that you specified for the SourceArn parameter doesn\'t exist.', 404)
    return queue


def _is_dead_letter_queue(arn):
    return any(f'"{arn}"' in queue['attributes'].get('RedrivePolicy', '') for queue in list(sqs._queues.values()))


def _start(data, _url):
    source, destination, rate = data.get('SourceArn'), data.get('DestinationArn'), data.get('MaxNumberOfMessagesPerSecond')
    queue = _queue(source)
    if not _is_dead_letter_queue(source):
        raise sqs._Err('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.')
    if destination:
        _queue(destination)
    if rate is not None and not 1 <= int(rate) <= _FASTEST:
        raise sqs._Err('InvalidParameterValue', f'Value for parameter MaxNumberOfMessagesPerSecond must be between 1 and {_FASTEST}.')
    if any(task['SourceArn'] == source and task['Status'] == 'RUNNING' for task in _tasks):
        raise sqs._Err('UnsupportedOperation', 'There is already a task running. Only one active task is allowed for a source queue arn at a given time.')
    sqs._refresh_counts(queue)
    task = {
        'TaskHandle': str(uuid.uuid4()), 'Status': 'RUNNING', 'SourceArn': source, 'StartedTimestamp': int(time.time() * 1000),
        'ApproximateNumberOfMessagesMoved': 0, 'ApproximateNumberOfMessagesToMove': int(queue['attributes']['ApproximateNumberOfMessages']),
        **({'DestinationArn': destination} if destination else {}),
        **({'MaxNumberOfMessagesPerSecond': int(rate)} if rate is not None else {}),
    }
    task['_scope'] = (get_account_id(), get_region())
    _tasks.append(task)
    return {'TaskHandle': task['TaskHandle']}


def _list(data, _url):
    _queue(data.get('SourceArn'))
    found = [task for task in reversed(_tasks) if task['SourceArn'] == data['SourceArn']]
    most = min(int(data.get('MaxResults') or 1), _LISTED)
    return {'Results': [_shown(task) for task in found[:most]]}


def _cancel(data, _url):
    for task in _tasks:
        if task['TaskHandle'] == data.get('TaskHandle') and task['Status'] == 'RUNNING':
            task['Status'] = 'CANCELLED'
            return {'ApproximateNumberOfMessagesMoved': task['ApproximateNumberOfMessagesMoved']}
    raise sqs._Err('ResourceNotFoundException', 'Task does not exist or is not active.', 404)


def _shown(task):
    # Only a running task has a handle.
    hidden = {'_scope'} | (set() if task['Status'] == 'RUNNING' else {'TaskHandle'})
    return {name: value for name, value in task.items() if name not in hidden}


@every_second
def move():
    for task in [task for task in _tasks if task['Status'] == 'RUNNING']:
        with request_scope(*task['_scope']):
            _move(task)


def _move(task):
    source = sqs._queue_by_arn(task['SourceArn'])
    now = time.time()
    visible = [message for message in source['messages'] if message['visible_at'] <= now] if source else []
    part = visible[:task.get('MaxNumberOfMessagesPerSecond', len(visible))]
    for message in part:
        target = sqs._queue_by_arn(task.get('DestinationArn') or message.get('sys', {}).get('DeadLetterQueueSourceArn', ''))
        if target is None:
            task.update(Status='FAILED', FailureReason='CouldNotDetermineMessageSource')
            return
        moved = {**copy.deepcopy(message), 'id': str(uuid.uuid4()), 'sent_at': now, 'visible_at': now, 'receive_count': 0,
                 'receipt_handle': None, 'first_receive_at': None}
        moved['sys'] = {**moved.get('sys', {}), 'SentTimestamp': str(int(now * 1000))}
        moved['sys'].pop('DeadLetterQueueSourceArn', None)
        source['messages'].remove(message)
        target['messages'].append(moved)
        task['ApproximateNumberOfMessagesMoved'] += 1
    sqs.esm_wake.set()
    if len(part) == len(visible):
        task['Status'] = 'COMPLETED'


sqs._HANDLERS.update(StartMessageMoveTask=_start, ListMessageMoveTasks=_list, CancelMessageMoveTask=_cancel)
