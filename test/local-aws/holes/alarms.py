"""When an alarm changes state.

AWS looks at the datapoints of the alarm's own metric, one for each period, and at how many of the latest breach; what
happens where datapoints are missing is the alarm's choice, and states change as time passes.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
MiniStack mixes all dimension sets of a metric, makes one number of all periods, ignores DatapointsToAlarm and
TreatMissingData, and looks only when a metric is put.
"""

import operator
import os
import threading
import time
from datetime import datetime, timezone

from ministack.core.responses import request_scope
from ministack.services import cloudwatch

from patching import replace
from ticker import every_second

# A demo cannot wait for alarm periods of minutes: it may cap them, in seconds.
_LONGEST_PERIOD = float(os.environ.get('LOCAL_AWS_LONGEST_ALARM_PERIOD', 'inf'))

# AWS looks a little further back than the evaluation periods, in order to find enough datapoints.
_EXTRA_PERIODS = 2

_COMPARISONS = {
    'GreaterThanOrEqualToThreshold': (operator.ge, 'greater than or equal to'),
    'GreaterThanThreshold': (operator.gt, 'greater than'),
    'LessThanOrEqualToThreshold': (operator.le, 'less than or equal to'),
    'LessThanThreshold': (operator.lt, 'less than'),
}

_one_at_a_time = threading.Lock()


@every_second
def evaluate_all_alarms():
    for account, region in {scope[:2] for scope in list(cloudwatch._alarms._data)}:
        with request_scope(account, region):
            cloudwatch._evaluate_all_alarms()


@replace(cloudwatch, '_evaluate_alarm')
def evaluate_alarm(alarm):
    if alarm.get('ComparisonOperator') not in _COMPARISONS or not (alarm.get('MetricName') or alarm.get('Metrics')):
        return
    with _one_at_a_time:
        old_state = alarm['StateValue']
        new_state, reason = _judge(alarm, _latest_datapoints(alarm))
        if new_state == old_state:
            return
        alarm['StateValue'] = new_state
        alarm['StateReason'] = reason
        alarm['StateUpdatedTimestamp'] = int(time.time())
    cloudwatch._record_history(alarm['AlarmName'], old_state, new_state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old_state, new_state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _latest_datapoints(alarm):
    """(start of period, value) for each period that has data, oldest first."""
    dimensions = {dimension['Name']: dimension['Value'] for dimension in alarm.get('Dimensions') or []}
    metric = (alarm['Namespace'], alarm['MetricName'], cloudwatch._dims_key(dimensions))
    period = min(alarm['Period'], _LONGEST_PERIOD)
    now = time.time()
    first = (now // period - alarm['EvaluationPeriods'] - _EXTRA_PERIODS + 1) * period
    periods = {}
    for point in list(cloudwatch._metrics.get(metric) or []):
        if first <= point['Timestamp'] <= now and alarm.get('Unit') in (None, '', point['Unit']):
            periods.setdefault(point['Timestamp'] // period * period, []).append(point)
    statistic = alarm.get('ExtendedStatistic') or alarm.get('Statistic') or 'Average'
    values = [(start, cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points))
              for start, points in sorted(periods.items())]
    return [(start, value) for start, value in values if value is not None]


def _judge(alarm, datapoints):
    wanted = alarm['EvaluationPeriods']
    needed = alarm.get('DatapointsToAlarm') or wanted
    missing_data = alarm.get('TreatMissingData') or 'missing'
    compare, words = _COMPARISONS[alarm['ComparisonOperator']]

    present = datapoints[-wanted:]
    breaching = [point for point in present if compare(point[1], alarm['Threshold'])]
    missing = wanted - len(present)

    if not present and missing_data == 'missing':
        return 'INSUFFICIENT_DATA', f'Insufficient Data: {_count(missing, "datapoint")} {_were(missing)} unknown.'
    if not present and missing_data == 'ignore':
        return alarm['StateValue'], alarm['StateReason']
    if not present:
        state = 'ALARM' if missing_data == 'breaching' else 'OK'
        treated = 'Breaching' if missing_data == 'breaching' else 'NonBreaching'
        return state, (f'Threshold Crossed: no datapoints were received for {_count(wanted, "period")} '
                       f'and {_count(missing, "missing datapoint")} {_were(missing)} treated as [{treated}].')

    counted = len(breaching) + (missing if missing_data == 'breaching' else 0)
    # With too few datapoints to decide, those that are there speak for the ones that are not.
    undecided = missing > 0 and counted < needed and len(breaching) == len(present)
    if undecided and missing_data == 'ignore':
        return alarm['StateValue'], alarm['StateReason']
    if counted >= needed or (undecided and missing_data == 'missing'):
        return 'ALARM', _crossed(breaching, wanted, words, alarm['Threshold'], f'(minimum {_count(needed, "datapoint")} for OK -> ALARM transition)')
    fine = [point for point in present if point not in breaching]
    back = wanted - needed + 1
    return 'OK', _crossed(fine, wanted, f'not {words}', alarm['Threshold'], f'(minimum {_count(back, "datapoint")} for ALARM -> OK transition)')


def _crossed(points, wanted, words, threshold, minimum):
    values = ', '.join(f'{value} ({_when(start)})' for start, value in reversed(points))
    verb = 'was' if len(points) == 1 else 'were'
    return (f'Threshold Crossed: {len(points)} out of the last {_count(wanted, "datapoint")} [{values}] {verb} '
            f'{words} the threshold ({threshold}) {minimum}.')


def _when(epoch_seconds):
    return datetime.fromtimestamp(epoch_seconds, timezone.utc).strftime('%d/%m/%y %H:%M:%S')


def _count(number, noun):
    return f'{number} {noun}' if number == 1 else f'{number} {noun}s'


def _were(number):
    return 'was' if number == 1 else 'were'
