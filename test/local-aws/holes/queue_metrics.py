"""AWS/SQS ApproximateNumberOfMessagesVisible and NumberOfMessagesSent.

AWS publishes them for each queue about every minute, so that an alarm can watch a dead letter queue. What a queue itself moves to
its dead letter queue is not sent; what Lambda gives up is.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
MiniStack publishes nothing for SQS. Here a change is published within a second, an unchanged number every minute, and what is
sent once. A message that is received and deleted within that second is missed.
"""

import time

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, sqs

from ticker import every_second

_REPEAT_SECONDS = 60

# (account, region, queue URL) -> (number of messages, when it was published).
_published = {}
# (account, region, queue URL) -> ids of the messages that were there a second ago.
_there = {}


@every_second
def publish_queue_depths():
    now = time.time()
    for scope, queue in list(sqs._queues._data.items()):
        visible = sum(1 for message in list(queue['messages']) if message['visible_at'] <= now)
        before, published_at = _published.get(scope, (None, 0))
        if visible == before and now - published_at < _REPEAT_SECONDS:
            continue
        _published[scope] = (visible, now)
        account, region, _url = scope
        with request_scope(account, region):
            cloudwatch.record_metric('AWS/SQS', 'ApproximateNumberOfMessagesVisible', visible, 'Count', {'QueueName': queue['name']})


@every_second
def publish_messages_sent():
    queues = {scope: (queue['name'], {message['id']: message for message in list(queue['messages'])}) for scope, queue in list(sqs._queues._data.items())}
    known = set().union(*_there.values()) if _there else set()
    _there.clear()
    for scope, (name, messages) in queues.items():
        _there[scope] = set(messages)
        sent = len(_there[scope] - known)
        if sent:
            account, region, _url = scope
            with request_scope(account, region):
                cloudwatch.record_metric('AWS/SQS', 'NumberOfMessagesSent', sent, 'Count', {'QueueName': name})
