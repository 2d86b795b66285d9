"""Delivery of an event to a rule's targets.

AWS invokes a function asynchronously: Lambda tries a failing one twice more and then uses the function's destination or
dead letter queue. What cannot be delivered at all goes to the target's dead letter queue.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
MiniStack invokes once and forgets, and knows no dead letter queue of a target. The attributes ERROR_CODE, RULE_ARN and
so on, which AWS sets on the dead letter, are left out here.
"""

import json

from ministack.core.arn import ArnParseError, parse_arn
from ministack.services import eventbridge, lambda_svc, sqs

from patching import replace, wrap


@wrap(eventbridge, '_invoke_target')
def invoke_target(original, target, event, rule, view=None):
    dead_letters = (target.get('DeadLetterConfig') or {}).get('Arn')
    if dead_letters and not _exists(target['Arn']):
        return original({'Id': target.get('Id'), 'Arn': dead_letters}, event, rule, view)
    return original(target, event, rule, view)


def _exists(arn):
    try:
        service = parse_arn(arn).service
    except ArnParseError:
        return False
    if service == 'lambda':
        return lambda_svc._get_func_record_for_ref(arn)[0] is not None
    if service == 'sqs':
        return sqs._queue_by_arn(arn) is not None
    return True


@replace(eventbridge, '_dispatch_to_lambda')
def dispatch_to_lambda(arn, payload):
    function, config, name = lambda_svc._get_func_record_for_ref(arn)
    if not function:
        eventbridge.logger.warning('EventBridge -> Lambda: function %s not found', name)
        return
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), json.loads(payload))
