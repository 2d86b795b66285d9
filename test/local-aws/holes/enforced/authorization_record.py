"""What was asked of the roles, and which parts of their policies allowed it.

AWS has no such record: CloudTrail tells what was called, not by which statement it was allowed. `GET /_local/authorizations`
answers with each different question once. A unit is one action of a statement on one of its resources under its conditions;
a question with a single unit would have been denied without it. `DELETE` forgets.
"""

import json
import threading

from ministack.core import iam_evaluator

from patching import wrap
from routes import route

_asked = {}
_lock = threading.Lock()


class _RolePolicies(list):
    """Tells the policies of a role from those of a resource, which are evaluated by the same function."""


@wrap(iam_evaluator, '_gather_role_policies')
def gather_role_policies(original, role_name, account_id):
    return _RolePolicies(original(role_name, account_id))


@wrap(iam_evaluator, 'evaluate')
def evaluate(original, context, policies, *limits):
    result = original(context, policies, *limits)
    if isinstance(policies, _RolePolicies):
        question = {
            'account': context.principal_account,
            'role': iam_evaluator._role_name_from_assumed_arn(context.principal_arn),
            'action': context.action,
            'resource': context.resource_arn,
            'allowed': result.decision == 'Allow',
            'units': _units(context, policies),
        }
        with _lock:
            _asked[json.dumps(question)] = question
    return result


def _units(context, policies):
    return [
        {'action': action, 'resource': resource, 'conditions': statement.conditions}
        for statements in policies for statement in statements
        if statement.effect == 'Allow' and iam_evaluator._conditions_met(statement.conditions, context)
        for action in statement.actions if iam_evaluator.fnmatch_iam(context.action, action)
        for resource in statement.resources if iam_evaluator.fnmatch_iam_cs(context.resource_arn, resource)
    ]


@route('GET', '/_local/authorizations')
def authorizations(_body):
    with _lock:
        return 200, list(_asked.values())


@route('DELETE', '/_local/authorizations')
def forget(_body):
    with _lock:
        _asked.clear()
    return 200, {}
