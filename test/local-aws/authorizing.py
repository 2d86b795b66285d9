"""Judging calls that no request carries: what a service does for a role, and what a service does by itself.

MiniStack judges requests only. Whoever fills one of its holes asks here, with the same evaluator.
"""

import contextvars
import dataclasses

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_region
from ministack.services import iam

from patching import wrap


@dataclasses.dataclass(frozen=True)
class Request:
    """The request that is being judged."""
    service: str
    path: str
    headers: dict
    body: bytes
    region: str
    account: str


_request = contextvars.ContextVar('local_aws_judged_request', default=None)


def current_request():
    return _request.get()


@wrap(iam_actions, 'extract_resource_arn')
def remember_request(original, service, method, path, headers, body, query_params, region, account_id):
    _request.set(Request(service, path, headers, body, region, account_id))
    return original(service, method, path, headers, body, query_params, region, account_id)


def caller_role(access_key_id):
    """The role whose session calls, if one does."""
    request = current_request()
    principal = iam_evaluator.resolve_principal(access_key_id, request.account) if request and access_key_id else None
    if getattr(principal, 'type', None) != 'AssumedRole':
        return None
    return f'arn:aws:iam::{principal.account}:role/{iam_evaluator._role_name_from_assumed_arn(principal.arn)}'


def role_may(role_arn, action, resource, context=None):
    """Whether a role's policies, and the resource's own, allow a call that a service makes with the role's credentials."""
    account, name = role_arn.split(':')[4], role_arn.rsplit('/', 1)[-1]
    judged = iam_evaluator.EvalContext(
        principal_arn=f'arn:aws:sts::{account}:assumed-role/{name}/service', principal_type='AssumedRole', principal_account=account,
        **_call(action, resource, context))
    limits = iam_evaluator._permissions_boundary(iam._roles, name, account)
    result = iam_evaluator.evaluate(judged, iam_evaluator._gather_role_policies(name, account), *limits)
    service = action.split(':')[0]
    found = iam_evaluator._resource_policy(service, resource)
    if found is not None:
        required = service in iam_evaluator._POLICY_REQUIRED
        result = iam_evaluator.combine_resource_policy(result, judged, *found, required=required, limits=limits)
    return result.decision == 'Allow'


def service_may(principal, action, resource, context=None):
    """Whether a resource's own policy lets a service of AWS do something with it: nothing else can."""
    found = iam_evaluator._resource_policy(action.split(':')[0], resource)
    if found is None:
        return False
    # Not an account's ARN: a statement for the account must not admit a service.
    judged = iam_evaluator.EvalContext(
        principal_arn='*', principal_type='Service', principal_account='', **_call(action, resource, context))
    return iam_evaluator.evaluate_resource_policy(found[0], judged, service=principal).decision == 'Allow'


def _call(action, resource, context):
    return {
        'action': action, 'resource_arn': resource, 'region': get_region(), 'secure_transport': True,
        'service_context': {key.lower(): value for key, value in (context or {}).items()},
    }
