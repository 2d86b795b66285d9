"""Who changed a parameter.

AWS records the ARN of the caller as LastModifiedUser of the version that the call made.
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterHistory.html
MiniStack records the account's root for everybody.
"""

import contextvars

from ministack.core.iam_evaluator import request_caller_arn
from ministack.services import ssm

from patching import wrap

_caller = contextvars.ContextVar('local_aws_parameter_caller', default=None)


@wrap(ssm, 'handle_request')
async def handle_request(original, method, path, headers, body, query_params):
    _caller.set(request_caller_arn(headers, query_params))
    return await original(method, path, headers, body, query_params)


@wrap(ssm, '_put_parameter')
def put_parameter(original, data):
    answer = original(data)
    # CloudFormation calls this function without a request of its own; the root stays for it.
    if answer[0] == 200 and _caller.get():
        ssm._parameter_history[data['Name']][-1]['LastModifiedUser'] = _caller.get()
    return answer
