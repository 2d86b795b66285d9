"""Roles with a path, and roles that a service is to act with.

AWS judges a call about a role on its ARN, path included; of a role that is not there it knows the name only. Making a service-linked
role is judged on the ARN that it will have, and giving a role to a service needs iam:PassRole on it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
MiniStack leaves the path out, judges service-linked roles on `*`, and asks nobody about passing.
"""

import json
import urllib.parse

from ministack.core import iam_actions, iam_evaluator
from ministack.services import iam

from authorizing import caller_role, current_request, role_may
from patching import wrap

_LINKED = {'config.amazonaws.com': 'AWSServiceRoleForConfig'}


@wrap(iam_actions, 'extract_resource_arn')
def extract_resource_arn(original, service, method, path, headers, body, query_params, region, account_id):
    arn = original(service, method, path, headers, body, query_params, region, account_id)
    if service != 'iam':
        return arn
    linked_to = _of_form(body, 'AWSServiceName')
    if linked_to in _LINKED:
        return f'arn:aws:iam::{account_id}:role/aws-service-role/{linked_to}/{_LINKED[linked_to]}'
    role = iam._roles.get_scoped(account_id, None, arn.split(':role/')[-1]) if ':role/' in arn else None
    return role['Arn'] if role else arn


@wrap(iam_actions, 'request_tag_context')
def request_tag_context(original, service, iam_action, body, params):
    context = original(service, iam_action, body, params)
    if iam_action == 'iam:CreateServiceLinkedRole':
        context = {**context, 'iam:AWSServiceName': _of_form(body, 'AWSServiceName')}
    return context


@wrap(iam_evaluator, 'enforce')
def enforce(original, access_key_id, iam_action, service, region, resource_arn='*', service_context=None):
    denied = original(access_key_id, iam_action, service, region, resource_arn, service_context)
    role = caller_role(access_key_id) if denied is None and iam_action == 'config:PutConfigurationRecorder' else None
    if role is None:
        return denied
    passed = (json.loads(current_request().body).get('ConfigurationRecorder') or {}).get('roleARN', '')
    if role_may(role, 'iam:PassRole', passed, {'iam:PassedToService': 'config.amazonaws.com'}):
        return None
    return iam_evaluator.EvalResult('ImplicitDeny', principal_arn=role)


def _of_form(body, name):
    return urllib.parse.parse_qs((body or b'').decode('utf-8', 'replace')).get(name, [None])[0]
