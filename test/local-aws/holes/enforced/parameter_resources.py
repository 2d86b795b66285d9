"""The parameters that a call is judged on.

AWS judges GetParametersByPath on the path as it is given, calls with several names on each of them, and a name with a version or a
label on the parameter. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
MiniStack judges the first two on `*`, and takes a version for a part of the name.
"""

import json

from ministack.core import iam_actions, iam_evaluator

from authorizing import current_request
from patching import wrap

_BY_NAMES = ('ssm:DeleteParameters', 'ssm:GetParameters')


@wrap(iam_actions, 'extract_resource_arn')
def extract_resource_arn(original, service, method, path, headers, body, query_params, region, account_id):
    arn = original(service, method, path, headers, body, query_params, region, account_id)
    if service != 'ssm':
        return arn
    content = _content(body)
    if content.get('Path'):
        return parameter_arn(content['Path'], region, account_id)
    name = content.get('Name')
    if isinstance(name, str) and name.startswith('arn:'):
        arn = name
    # No colon is part of a name; what follows the sixth one of an ARN selects a version.
    return ':'.join(arn.split(':')[:6])


@wrap(iam_evaluator, 'enforce')
def enforce(original, access_key_id, iam_action, service, region, resource_arn='*', service_context=None):
    if iam_action not in _BY_NAMES:
        return original(access_key_id, iam_action, service, region, resource_arn, service_context)
    request = current_request()
    for name in _content(request.body).get('Names') or []:
        arn = parameter_arn(name.split(':')[0], request.region, request.account)
        denied = original(access_key_id, iam_action, service, region, arn, service_context)
        if denied:
            return denied
    return None


def parameter_arn(name, region, account_id):
    return f'arn:aws:ssm:{region}:{account_id}:parameter/{name.lstrip("/")}'


def _content(body):
    try:
        content = json.loads(body or b'{}')
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
