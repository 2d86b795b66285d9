"""Batches that the event source mapping of a table's stream makes, and what becomes of those that fail.

AWS hands over what passes the filters, a batch at a time, and tries a failing one again until MaximumRetryAttempts or
MaximumRecordAgeInSeconds is reached; then it tells the destination and goes on. It can halve a failing batch, and a function that reports
item failures has it continue at the first of them.
https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
MiniStack tries a batch for ever, whole, and lets queues wait meanwhile. Here one batch of a mapping is under way at a time.
"""

import time

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

from holes.queue_event_sources import LONGEST_WINDOW
from patching import replace

_SECONDS_BETWEEN_TRIES = 0.5


@replace(lambda_svc, '_poll_dynamodb_streams')
def poll_streams():
    found = False
    for account, region, mapping in lambda_svc._iter_all_esms():
        with request_scope(account, region):
            found = _poll(mapping) or found
    return found


def _poll(mapping):
    table = _table_of(mapping)
    if table is None or not mapping.get('Enabled', True) or lambda_svc._esm_inflight.get(mapping['UUID']) or _function(mapping) is None:
        return False
    position, records = _waiting(mapping, table)
    if not records:
        return False
    wanted = lambda_svc._apply_filter_criteria(records, mapping)
    if not wanted:
        _advance(mapping, position + len(records))
        return True
    lambda_svc._dispatch_esm_batch(mapping['UUID'], _work_through, mapping, wanted, position + len(records))
    return True


def _table_of(mapping):
    try:
        source = parse_arn(mapping.get('EventSourceArn', ''))
    except ArnParseError:
        return None
    named = lambda_svc._dynamodb_stream_table_from_arn_spec(source) if source.service == 'dynamodb' else None
    table = dynamodb._tables.get(named[0]) if named else None
    return named[0] if table and table.get('LatestStreamArn') == mapping['EventSourceArn'] else None


def _function(mapping):
    return lambda_svc._get_func_record_for_qualifier(mapping['FunctionName'], mapping.get('Qualifier'))[0]


def _waiting(mapping, table):
    """Where the mapping is in the stream, and the batch that is due there."""
    horizon = dynamodb.stream_start_position(table)
    with lambda_svc._dynamodb_stream_positions_lock:
        positions = lambda_svc._dynamodb_stream_positions
        latest = mapping.get('StartingPosition', 'LATEST') != 'TRIM_HORIZON'
        position = positions[mapping['UUID']] = max(positions.get(mapping['UUID'], dynamodb.stream_end_position(table) if latest else horizon), horizon)
    size = mapping.get('BatchSize') or 100
    records = dynamodb.stream_records_since(table, position, size)
    window = min(mapping.get('MaximumBatchingWindowInSeconds') or 0, LONGEST_WINDOW)
    if window and len(records) < size and time.time() - _made_at(records) < window:
        return position, []
    return position, records


def _made_at(records):
    return min((float(record['dynamodb'].get('ApproximateCreationDateTime', 0)) for record in records), default=0)


def _advance(mapping, position):
    with lambda_svc._dynamodb_stream_positions_lock:
        if mapping['UUID'] in lambda_svc._dynamodb_stream_positions:
            lambda_svc._dynamodb_stream_positions[mapping['UUID']] = position


def _work_through(mapping, records, end):
    batches, tries = [records], 0
    while batches:
        function = _function(mapping)
        # The mapping or its function may be gone by now.
        if function is None or mapping['UUID'] not in lambda_svc._esms:
            return
        batch = batches[0]
        result = lambda_svc._execute_function(function, {'Records': batch})
        first = _first_failure(mapping, batch, result)
        mapping['LastProcessingResult'] = 'OK' if first is None else 'FAILED'
        if first is None:
            batches, tries = batches[1:], 0
            continue
        parts = _parts(mapping, batch, first)
        if parts != [batch]:
            # A smaller batch is another one: it has all its tries before it.
            batches, tries = [*parts, *batches[1:]], 0
            continue
        tries += 1
        condition = _given_up(mapping, batch, tries)
        if condition:
            lambda_svc._send_ddb_stream_failure_record(mapping, function, batch, mapping['EventSourceArn'], result, condition)
            batches, tries = batches[1:], 0
        else:
            time.sleep(_SECONDS_BETWEEN_TRIES)
    _advance(mapping, end)


def _first_failure(mapping, batch, result):
    """The index of the first record that failed, and nothing when all went well."""
    if result.get('error'):
        return 0
    if 'ReportBatchItemFailures' not in (mapping.get('FunctionResponseTypes') or []):
        return None
    body = result.get('body')
    failures = (body.get('batchItemFailures') if isinstance(body, dict) else None) or []
    numbers = [record['dynamodb']['SequenceNumber'] for record in batch]
    named = [failure.get('itemIdentifier') for failure in failures]
    # An answer that names nothing of the batch fails all of it.
    return min((numbers.index(name) if name in numbers else 0 for name in named), default=None)


def _parts(mapping, batch, first):
    """What is tried next, without what went well: from the first failure on, in halves if the mapping wants that."""
    rest = batch[first:]
    if not mapping.get('BisectBatchOnFunctionError') or len(rest) == 1:
        return [rest]
    if first:
        return [rest]
    middle = len(rest) // 2
    return [rest[:middle], rest[middle:]]


def _given_up(mapping, batch, tries):
    most, age = mapping.get('MaximumRetryAttempts'), mapping.get('MaximumRecordAgeInSeconds')
    if most is not None and 0 <= int(most) < tries:
        return 'RetryAttemptsExhausted'
    if age is not None and 0 < int(age) < time.time() - _made_at(batch):
        return 'RecordAgeExceeded'
    return None
