"""Delivery of an event to a rule's targets.

AWS invokes a function asynchronously: Lambda tries a failing one twice more and then uses the function's destination or
dead letter queue. What cannot be delivered at all goes to the target's dead letter queue at once, with attributes that say why.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
MiniStack invokes once and forgets, and knows no dead letter queue of a target.
"""

import hashlib
import json
import time

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.concurrency import esm_wake
from ministack.core.responses import new_uuid
from ministack.services import eventbridge, lambda_svc, sqs

from patching import replace, wrap


@wrap(eventbridge, '_invoke_target')
def invoke_target(original, target, event, rule, view=None):
    if _exists(target['Arn']):
        return original(target, event, rule, view)
    to_dead_letters(target, event, rule, 'NO_RESOURCE', 'The target does not exist.')


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


def to_dead_letters(target, event, rule, code, message):
    """Keeps an event that is not tried again, in the target's dead letter queue if it has one."""
    eventbridge.logger.warning('EventBridge -> %s: %s %s', target['Arn'], code, message)
    queue = sqs._queue_by_arn((target.get('DeadLetterConfig') or {}).get('Arn') or '')
    if queue is None:
        return
    attributes = {
        'RULE_ARN': rule.get('Arn', ''), 'TARGET_ARN': target['Arn'], 'ERROR_CODE': code, 'ERROR_MESSAGE': message,
        'EXHAUSTED_RETRY_CONDITION': 'NonRetryable', 'RETRY_ATTEMPTS': '0',
    }
    body, now = json.dumps(eventbridge._pattern_event_view(event).event_with_detail()), time.time()
    letter = {
        'id': new_uuid(), 'body': body, 'md5_body': hashlib.md5(body.encode()).hexdigest(), 'sent_at': now, 'visible_at': now,
        'message_attributes': {name: {'DataType': 'String', 'StringValue': value} for name, value in attributes.items()},
        'sys': {'SenderId': 'AROAEXAMPLE', 'SentTimestamp': str(int(now * 1000))},
    }
    sqs._ensure_msg_fields(letter)
    queue['messages'].append(letter)
    esm_wake.set()


@replace(eventbridge, '_dispatch_to_lambda')
def dispatch_to_lambda(arn, payload):
    function, config, name = lambda_svc._get_func_record_for_ref(arn)
    if not function:
        eventbridge.logger.warning('EventBridge -> Lambda: function %s not found', name)
        return
    lambda_svc.invoke_async_with_retry(lambda_svc._execution_record_for_config(function, config), json.loads(payload))
