"""Every call of every function refused.

On AWS a service control policy or a permission boundary may deny a function everything at any time. MiniStack enforces
policies only when it is started with AUTH, and then always. `POST /_local/deny-functions` with `{"account": …, "denied":
true}` refuses what functions of the account call from now on, and with `false` no longer. What they answer to
CloudFormation goes through, as on AWS, where a signed URL needs no permission.
"""

import re

from ministack.core import lambda_runtime
from ministack.core.iam_actions import access_denied_response

from ministack.services import lambda_svc

from routes import in_front, route

_TOKEN = 'local-aws-function'
_accounts_of = {}
_roles_of = {}
_denied = set()


_execution_credentials = lambda_runtime.execution_credentials


def execution_credentials(config):
    credentials = _execution_credentials(config)
    account, _ = lambda_runtime._account_region_from_function_config(config)
    role = config.get('Role', '')
    token = credentials['AWS_SESSION_TOKEN'] or f'{_TOKEN}-{account}-{role.rsplit("/", 1)[-1]}'
    _accounts_of[token] = account
    _roles_of[token] = role, config.get('FunctionName', '')
    return {**credentials, 'AWS_SESSION_TOKEN': token}


for module in (lambda_runtime, lambda_svc):
    module.execution_credentials = execution_credentials


def session_of(headers):
    """The session that a function calls with, as AWS names it."""
    role, function = _roles_of.get(headers.get('x-amz-security-token'), ('', ''))
    return role and f'arn:aws:sts::{role.split(":")[4]}:assumed-role/{role.rsplit("/", 1)[-1]}/{function}'


@route('POST', '/_local/deny-functions')
def deny_functions(request):
    (_denied.add if request['denied'] else _denied.discard)(request['account'])
    return 200, {'accounts': sorted(_denied)}


@in_front
def refusal(headers):
    account = _accounts_of.get(headers.get('x-amz-security-token'))
    if account not in _denied:
        return None
    scope = re.search(r'Credential=[^/]+/\d+/[^/]+/([^/]+)/', headers.get('authorization', ''))
    service = scope.group(1) if scope else 's3'
    action = f"{service}:{headers.get('x-amz-target', 'this').split('.')[-1]}"
    principal = f'arn:aws:sts::{account}:assumed-role/denied/function'
    return access_denied_response(service, action, principal, 'denied', headers=headers, explicit_deny=True)
