"""Metrics in log lines.

CloudWatch makes metrics of each log event in the embedded metric format, one for each dimension set it names.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
MiniStack keeps the line and makes none. All log output passes the function wrapped here; alarms see the new metrics at
the next tick.
"""

import json

from ministack.services import cloudwatch, cloudwatch_logs

from patching import wrap


@wrap(cloudwatch_logs, '_append_log_events')
def append_log_events(original, stream, events):
    original(stream, events)
    for event in events:
        if '"_aws"' in event['message']:
            _publish(event['message'])


def _publish(line):
    try:
        document = json.loads(line)
        metadata = document['_aws']
        directives = metadata['CloudWatchMetrics']
    except (ValueError, KeyError, TypeError):
        # CloudWatch also takes a malformed line for an ordinary one.
        return
    for directive in directives:
        for names in directive.get('Dimensions', [[]]):
            dimensions = {name: str(document[name]) for name in names if name in document}
            for metric in directive['Metrics']:
                if metric['Name'] in document:
                    _store(directive['Namespace'], metric, dimensions, metadata['Timestamp'] / 1000, document[metric['Name']])


def _store(namespace, metric, dimensions, timestamp, value):
    values = value if isinstance(value, list) else [value]
    cloudwatch._store_datum(namespace, metric['Name'], dimensions, timestamp, metric.get('Unit', 'None'), None, values, None, None)
