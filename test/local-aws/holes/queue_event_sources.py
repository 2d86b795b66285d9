"""Batches that a queue's event source mapping makes.

AWS waits until a batch is full or MaximumBatchingWindowInSeconds is over, and hands over up to BatchSize messages.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
MiniStack invokes on arrival with at most 10 messages.
"""

import os
import time

from ministack.services import lambda_svc, sqs

from patching import replace, wrap

# A demo need not wait as long as production: it may cap, in seconds, the windows, and how long a message that failed stays away.
LONGEST_WINDOW = float(os.environ.get('LOCAL_AWS_LONGEST_BATCHING_WINDOW', 'inf'))
_LONGEST_REDELIVERY = float(os.environ.get('LOCAL_AWS_LONGEST_REDELIVERY', 'inf'))


@replace(sqs, '_receive_messages_for_esm')
def receive_messages(queue_url, batch_size):
    with sqs._queues_lock:
        queue = sqs._get_q(queue_url)
        sqs._expire_retained(queue)
        sqs._dlq_sweep(queue)
        now = time.time()
        waiting = [message['visible_at'] for message in queue['messages'] if message['visible_at'] <= now]
        if not waiting or (len(waiting) < batch_size and now - min(waiting) < _window(queue)):
            return []
        return sqs._collect_msgs(queue, batch_size, int(queue['attributes'].get('VisibilityTimeout', '30')))


def _window(queue):
    arn = queue['attributes']['QueueArn']
    windows = [mapping.get('MaximumBatchingWindowInSeconds') or 0
               for _, _, mapping in lambda_svc._iter_all_esms() if mapping.get('EventSourceArn') == arn]
    return min(max(windows, default=0), LONGEST_WINDOW)


@wrap(lambda_svc, '_run_sqs_batch')
def run_batch(original, mapping, function, event, batch, queue_url, queue_name):
    original(mapping, function, event, batch, queue_url, queue_name)
    for message in batch:
        message['visible_at'] = min(message['visible_at'], time.time() + _LONGEST_REDELIVERY)
