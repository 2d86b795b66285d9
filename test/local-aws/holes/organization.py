"""The organization that accounts belong to.

On AWS an account belongs to one at most, and policies name it by aws:PrincipalOrgID and aws:ResourceOrgID.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid
MiniStack has an organization of its own for each account. Here `POST /_local/organization {id, accounts}` says which accounts belong to one.
"""

from ministack.core import iam_evaluator

from patching import wrap
from routes import route

_organization_of = {}


@route('POST', '/_local/organization')
def put_organization(request):
    for account in [known for known, organization in _organization_of.items() if organization == request['id']]:
        del _organization_of[account]
    _organization_of.update({str(account): request['id'] for account in request['accounts']})
    return 200, {'accounts': accounts_of(request['id'])}


def accounts_of(organization):
    return sorted(account for account, known in _organization_of.items() if known == organization)


def fellow_accounts(account):
    """The accounts of the organization that this one belongs to."""
    return accounts_of(_organization_of[account]) if account in _organization_of else []


@wrap(iam_evaluator, '_principal_org_id')
def principal_org_id(original, account):
    return _organization_of.get(account) or original(account)


@wrap(iam_evaluator, '_resolve_condition_key')
def resource_org_id(original, key, context):
    if key.lower() != 'aws:resourceorgid':
        return original(key, context)
    return _organization_of.get(iam_evaluator._account_from_arn(context.resource_arn) or context.principal_account)
