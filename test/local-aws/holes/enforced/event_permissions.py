"""What EventBridge may send to.

AWS delivers to a function, a queue or a topic only where its policy, and that of its key, admits EventBridge for this rule; what it
may not deliver goes to the target's dead letter queue.
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
MiniStack delivers everything.
"""

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import get_account_id
from ministack.services import eventbridge

from authorizing import service_may
from patching import wrap
from .key_use import service_may_use_key

_ACTIONS = {'lambda': 'lambda:InvokeFunction', 'sns': 'sns:Publish', 'sqs': 'sqs:SendMessage'}
_PRINCIPAL = 'events.amazonaws.com'


@wrap(eventbridge, '_invoke_target')
def invoke_target(original, target, event, rule, view=None):
    if _admitted(target, rule):
        return original(target, event, rule, view)
    dead_letters = (target.get('DeadLetterConfig') or {}).get('Arn')
    if dead_letters and _admitted({'Arn': dead_letters}, rule):
        return original({'Id': target.get('Id'), 'Arn': dead_letters}, event, rule, view)
    eventbridge.logger.warning('EventBridge -> %s: the policy does not admit the rule %s', target['Arn'], rule['Arn'])


def _admitted(target, rule):
    try:
        action = _ACTIONS.get(parse_arn(target['Arn']).service)
    except ArnParseError:
        return True
    context = {'aws:SourceArn': rule['Arn'], 'aws:SourceAccount': get_account_id()}
    # EventBridge names no source when it uses a key.
    return action is None or (
        service_may(_PRINCIPAL, action, target['Arn'], context) and service_may_use_key(_PRINCIPAL, action, target['Arn'], {}))
