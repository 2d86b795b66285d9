"""What an alarm tells its topics.

AWS sends a JSON document with the alarm's ARN, its actions and how it treats missing data, names the region in words,
and lowers the case of the dimensions' keys.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
MiniStack sends a shorter one.
"""

import json
import time
from datetime import datetime, timezone

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch, sns

from patching import replace

_ACTIONS = {'ALARM': 'AlarmActions', 'OK': 'OKActions', 'INSUFFICIENT_DATA': 'InsufficientDataActions'}

_REGIONS = {
    'us-east-1': 'US East (N. Virginia)',
    'us-east-2': 'US East (Ohio)',
    'us-west-2': 'US West (Oregon)',
    'eu-central-1': 'EU (Frankfurt)',
    'eu-west-1': 'EU (Ireland)',
}


@replace(cloudwatch, '_dispatch_alarm_actions')
def dispatch_alarm_actions(alarm, old_state, new_state, reason):
    topics = [action for action in alarm.get(_ACTIONS[new_state]) or [] if cloudwatch._is_sns_action_arn(action)]
    if not alarm.get('ActionsEnabled', True) or not topics:
        return
    message = json.dumps(_body(alarm, old_state, new_state, reason))
    subject = f'{new_state}: "{alarm["AlarmName"]}" in {_region_in_words()}'[:100]
    for topic in topics:
        sns.publish_internal(topic, message, subject)


def _body(alarm, old_state, new_state, reason):
    return {
        'AlarmName': alarm['AlarmName'],
        'AlarmDescription': alarm.get('AlarmDescription') or None,
        'AWSAccountId': get_account_id(),
        'AlarmConfigurationUpdatedTimestamp': _when(alarm.get('AlarmConfigurationUpdatedTimestamp') or time.time()),
        'NewStateValue': new_state,
        'NewStateReason': reason,
        'StateChangeTime': _when(time.time()),
        'Region': _region_in_words(),
        'AlarmArn': alarm['AlarmArn'],
        'OldStateValue': old_state,
        'OKActions': alarm.get('OKActions') or [],
        'AlarmActions': alarm.get('AlarmActions') or [],
        'InsufficientDataActions': alarm.get('InsufficientDataActions') or [],
        'Trigger': _trigger(alarm),
    }


def _trigger(alarm):
    extended = alarm.get('ExtendedStatistic')
    statistic = {'StatisticType': 'ExtendedStatistic', 'ExtendedStatistic': extended} if extended else \
        {'StatisticType': 'Statistic', 'Statistic': (alarm.get('Statistic') or 'Average').upper()}
    return {
        'MetricName': alarm['MetricName'],
        'Namespace': alarm['Namespace'],
        **statistic,
        'Unit': alarm.get('Unit') or None,
        'Dimensions': [{'value': dimension['Value'], 'name': dimension['Name']} for dimension in alarm.get('Dimensions') or []],
        'Period': alarm['Period'],
        'EvaluationPeriods': alarm['EvaluationPeriods'],
        **({'DatapointsToAlarm': alarm['DatapointsToAlarm']} if alarm.get('DatapointsToAlarm') else {}),
        'ComparisonOperator': alarm['ComparisonOperator'],
        'Threshold': alarm['Threshold'],
        'TreatMissingData': alarm.get('TreatMissingData') or 'missing',
        'EvaluateLowSampleCountPercentile': alarm.get('EvaluateLowSampleCountPercentile') or '',
    }


def _region_in_words():
    return _REGIONS.get(get_region(), get_region())


def _when(epoch_seconds):
    return datetime.fromtimestamp(epoch_seconds, timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.%f')[:-3] + '+0000'
