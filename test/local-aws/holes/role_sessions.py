"""Who may assume a role, and what a session is called in conditions.

AWS asks the role's trust policy of every caller; aws:PrincipalArn of a session is the ARN of its role. A function's own session is of its role.
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
Without AUTH MiniStack gives a session to everybody, also of roles that are not there. With it the condition key has the session's ARN.
"""

import urllib.parse

from ministack import app
from ministack.core import iam_evaluator
from ministack.core.responses import get_region
from ministack.services import iam, sts

from holes.function_denial import session_of
from patching import wrap


@wrap(iam_evaluator, '_resolve_condition_key')
def resolve_condition_key(original, key, context):
    if key.lower() == 'aws:principalarn' and ':assumed-role/' in context.principal_arn:
        return role_of(context.principal_arn)
    return original(key, context)


def role_of(session):
    account, name = session.split(':')[4], iam_evaluator._role_name_from_assumed_arn(session)
    role = iam._roles.get_scoped(account, None, name)
    return role['Arn'] if role else f'arn:aws:iam::{account}:role/{name}'


@wrap(sts, 'handle_request')
async def handle_request(original, method, path, headers, body, query_params):
    asked = {**query_params, **urllib.parse.parse_qs((body or b'').decode('utf-8', 'replace'))}
    if app.AUTH or asked.get('Action') != ['AssumeRole']:
        return await original(method, path, headers, body, query_params)
    role_arn = asked.get('RoleArn', [''])[0]
    caller = session_of(headers) or iam_evaluator.request_caller_arn(headers, query_params)
    if _trusts(role_arn, caller, asked):
        return await original(method, path, headers, body, query_params)
    return sts._error(403, 'AccessDenied', f'User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role_arn}', ns='sts')


def _trusts(role_arn, caller, asked):
    account = role_arn.split(':')[4] if role_arn.count(':') == 5 else ''
    role = iam._roles.get_scoped(account, None, role_arn.rsplit('/', 1)[-1])
    # AWS tells nobody whether a role is there.
    if role is None:
        return False
    judged = iam_evaluator.EvalContext(
        principal_arn=caller, principal_type='AssumedRole' if ':assumed-role/' in caller else 'Root', principal_account=caller.split(':')[4],
        action='sts:AssumeRole', resource_arn=role_arn, region=get_region(), secure_transport=True,
        service_context={'sts:externalid': asked.get('ExternalId', [None])[0], 'sts:rolesessionname': asked.get('RoleSessionName', [None])[0]})
    return iam_evaluator.evaluate_trust_policy(role.get('AssumeRolePolicyDocument', '{}'), caller, judged)
