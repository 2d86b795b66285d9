"""What Lambda does with the role of a function: polling its queue, sending away what failed, writing its log.

AWS judges it by the policies of the role.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
MiniStack asks nobody.
"""

from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc, sqs

from authorizing import role_may
from patching import wrap
from .key_use import may_use_key

_TO_POLL = ('sqs:ReceiveMessage', 'sqs:GetQueueAttributes')


@wrap(sqs, '_receive_messages_for_esm')
def receive_messages(original, queue_url, batch_size):
    # AWS asks at each poll; an empty queue tells the same either way, and many of them would keep this process busy.
    # A list, not a generator: each question is to be asked.
    if not sqs._get_q(queue_url)['messages'] or all([_may(role, action, _arn_of_queue(queue_url)) for role in _pollers(queue_url) for action in _TO_POLL]):
        return original(queue_url, batch_size)
    return []


@wrap(sqs, '_delete_messages_for_esm')
def delete_messages(original, queue_url, receipt_handles):
    if all([_may(role, 'sqs:DeleteMessage', _arn_of_queue(queue_url)) for role in _pollers(queue_url)]):
        original(queue_url, receipt_handles)


@wrap(lambda_svc, '_route_async_failure')
def route_async_failure(original, target_arn, function_name, event, result):
    action = {'sqs': 'sqs:SendMessage', 'sns': 'sns:Publish'}.get(target_arn.split(':')[2])
    role = lambda_svc._functions[function_name]['config']['Role']
    if action is None or _may(role, action, target_arn):
        original(target_arn, function_name, event, result)


@wrap(lambda_svc, '_emit_lambda_logs')
def emit_lambda_logs(original, function, request_id, *args, **kwargs):
    config = function.get('config') or function
    group = (config.get('LoggingConfig') or {}).get('LogGroup') or f'/aws/lambda/{config["FunctionName"]}'
    stream = f'arn:aws:logs:{get_region()}:{get_account_id()}:log-group:{group}:log-stream:{request_id}'
    if all([role_may(config['Role'], action, stream) for action in ('logs:CreateLogStream', 'logs:PutLogEvents')]):
        original(function, request_id, *args, **kwargs)


def _may(role, action, resource):
    return role_may(role, action, resource) and may_use_key(role, action, resource)


def _arn_of_queue(queue_url):
    return sqs._get_q(queue_url)['attributes']['QueueArn']


def _pollers(queue_url):
    arn = _arn_of_queue(queue_url)
    names = {mapping['FunctionName'] for _, _, mapping in lambda_svc._iter_all_esms() if mapping.get('EventSourceArn') == arn}
    return [lambda_svc._functions[name]['config']['Role'] for name in names if name in lambda_svc._functions]
