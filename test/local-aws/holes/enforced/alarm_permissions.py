"""What alarms may publish to.

AWS publishes only where the topic's policy, and that of its key, admits CloudWatch.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
MiniStack publishes everything.
"""

from ministack.core.responses import get_account_id
from ministack.services import cloudwatch

from authorizing import service_may
from patching import wrap
from .key_use import service_may_use_key

_PRINCIPAL = 'cloudwatch.amazonaws.com'
_ACTIONS = ('AlarmActions', 'OKActions', 'InsufficientDataActions')


@wrap(cloudwatch, '_dispatch_alarm_actions')
def dispatch_alarm_actions(original, alarm, old_state, new_state, reason):
    allowed = {name: [action for action in alarm.get(name) or [] if _admitted(action, alarm)] for name in _ACTIONS}
    return original({**alarm, **allowed}, old_state, new_state, reason)


def _admitted(action, alarm):
    if not cloudwatch._is_sns_action_arn(action):
        return True
    context = {'aws:SourceArn': alarm['AlarmArn'], 'aws:SourceAccount': get_account_id()}
    return service_may(_PRINCIPAL, 'sns:Publish', action, context) and service_may_use_key(_PRINCIPAL, 'sns:Publish', action, context)
