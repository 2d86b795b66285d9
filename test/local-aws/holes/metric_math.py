"""Alarms on an expression over several metrics.

AWS computes the expression for each period of its metrics and judges the result like a metric.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
MiniStack's template handler refuses such an alarm. Known here are numbers, + - * / ( ), comparisons, IF, FILL, ABS, CEIL,
FLOOR and, over a list of metrics, SUM, MIN, MAX and AVG; anything else fails the resource.
"""

import ast
import math
import operator

from ministack.services import cloudwatch
from ministack.services.cloudformation import provisioners

from holes import alarm_notifications, alarms
from patching import wrap

_OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Eq: operator.eq, ast.NotEq: operator.ne,
}
_OF_ONE = {'ABS': abs, 'CEIL': math.ceil, 'FLOOR': math.floor}
_OF_SEVERAL = {'SUM': sum, 'MIN': min, 'MAX': max, 'AVG': lambda values: sum(values) / len(values)}


@wrap(provisioners, '_cw_metric_alarm_record')
def metric_alarm_record(original, name, props):
    queries = props.get('Metrics')
    if not queries:
        return original(name, props)
    judged = [query for query in queries if str(query.get('ReturnData', True)).lower() != 'false']
    if len(judged) != 1:
        raise ValueError('Exactly one element of the metrics list should return data.')
    series_of(queries, judged[0], lambda metric: [])
    period = max(int(query['MetricStat']['Period']) for query in queries if query.get('MetricStat'))
    # The record of an ordinary alarm, with a metric that nobody reads.
    plain = {key: value for key, value in props.items() if key != 'Metrics'}
    record = original(name, {**plain, 'MetricName': judged[0]['Id'], 'Namespace': 'expression', 'Period': period})
    of_one_metric = ('MetricName', 'Namespace', 'Statistic', 'ExtendedStatistic')
    return {**{key: value for key, value in record.items() if key not in of_one_metric}, 'Metrics': queries}


@wrap(alarms, '_latest_datapoints')
def latest_datapoints(original, alarm):
    queries = alarm.get('Metrics')
    if not queries:
        return original(alarm)
    judged = next(query for query in queries if str(query.get('ReturnData', True)).lower() != 'false')

    def read(stat):
        metric = stat['Metric']
        given = stat['Stat']
        extended = not given[0].isupper()
        return original({**alarm, **metric, 'Period': int(stat['Period']), 'Unit': stat.get('Unit'),
                         'Statistic': None if extended else given, 'ExtendedStatistic': given if extended else None})
    return sorted(series_of(queries, judged, read).items())


def series_of(queries, wanted, read):
    """The values of a query by the start of their period."""
    named = {query['Id']: query for query in queries}
    if wanted.get('MetricStat'):
        return dict(read(wanted['MetricStat']))
    text = wanted['Expression'].replace('&&', ' and ').replace('||', ' or ')
    tree = ast.parse(text, mode='eval').body
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - {*_OF_ONE, *_OF_SEVERAL, 'IF', 'FILL'}
    unknown = names - set(named)
    if unknown:
        raise ValueError(f'The expression "{wanted["Expression"]}" names {sorted(unknown)}, which is neither a metric nor known here.')
    inputs = {name: series_of(queries, named[name], read) for name in names}
    starts = sorted({start for series in inputs.values() for start in series})
    computed = {start: _value(tree, {name: series.get(start) for name, series in inputs.items()}) for start in starts or [None]}
    return {start: float(value) for start, value in computed.items() if start is not None and value is not None}


def _value(node, values):
    """Nothing where a metric has no datapoint or a division has no result, as for CloudWatch."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        return values[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        operand = _value(node.operand, values)
        return None if operand is None else -operand
    if isinstance(node, ast.BoolOp):
        parts = [_value(each, values) for each in node.values]
        return None if None in parts else (all if isinstance(node.op, ast.And) else any)(parts)
    if isinstance(node, (ast.BinOp, ast.Compare)):
        comparing = isinstance(node, ast.Compare)
        left, right = _value(node.left, values), _value(node.comparators[0] if comparing else node.right, values)
        kind = type(node.ops[0] if comparing else node.op)
        missing = left is None or right is None or (kind is ast.Div and right == 0)
        return None if missing else _OPERATORS[kind](left, right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _called(node.func.id, node.args, values)
    raise ValueError(f'The expression has a part that is not known here: {ast.dump(node)}')


def _called(name, args, values):
    if name == 'IF':
        condition, yes, no = (_value(each, values) for each in args)
        return None if condition is None else yes if condition else no
    if name == 'FILL':
        value = _value(args[0], values)
        return _value(args[1], values) if value is None else value
    if name in _OF_ONE:
        value = _value(args[0], values)
        return None if value is None else _OF_ONE[name](value)
    if name in _OF_SEVERAL and isinstance(args[0], ast.List):
        present = [value for value in (_value(each, values) for each in args[0].elts) if value is not None]
        return _OF_SEVERAL[name](present) if present else None
    raise ValueError(f'The function {name} is not known here.')


@wrap(alarm_notifications, '_trigger')
def trigger(original, alarm):
    if not alarm.get('Metrics'):
        return original(alarm)
    kept = ('Period', 'EvaluationPeriods', 'DatapointsToAlarm', 'ComparisonOperator', 'Threshold', 'TreatMissingData')
    return {**{key: alarm[key] for key in kept if key in alarm}, 'Metrics': alarm['Metrics']}
