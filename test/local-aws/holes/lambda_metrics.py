"""AWS/Lambda metrics of every invocation.

AWS counts invocations, errors and durations whoever invoked.
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
MiniStack counts only those that came through the Invoke API, and an asynchronous one as a success before it ran: an
alarm on the errors of a function behind a queue or a rule would stay silent.
"""

import time

from ministack.services import cloudwatch, lambda_svc

from patching import replace, wrap


@wrap(lambda_svc, '_execute_function_dispatch')
def execute_function_dispatch(original, func, config, event, request_id, started):
    result = original(func, config, event, request_id, started)
    dimensions = {'FunctionName': config['FunctionName']}
    failed = 1 if result.get('error') else 0
    cloudwatch.record_metric('AWS/Lambda', 'Invocations', 1, 'Count', dimensions)
    cloudwatch.record_metric('AWS/Lambda', 'Errors', failed, 'Count', dimensions)
    cloudwatch.record_metric('AWS/Lambda', 'Throttles', 0, 'Count', dimensions)
    cloudwatch.record_metric('AWS/Lambda', 'Duration', (time.time() - started) * 1000, 'Milliseconds', dimensions)
    return result


@replace(lambda_svc, '_emit_lambda_metrics')
def emit_lambda_metrics(function_name, duration_ms, error, throttle):
    # Called once where a call is throttled, with no duration, and once more by the Invoke API.
    if throttle and not duration_ms:
        cloudwatch.record_metric('AWS/Lambda', 'Throttles', 1, 'Count', {'FunctionName': function_name})
