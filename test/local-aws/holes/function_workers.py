"""Processes of functions that have the same name in several accounts.

On AWS a function of one account has nothing to do with one of another. MiniStack ends the processes of all of them when one of them is
made or changed, in the middle of what they do.
"""

from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc

from patching import wrap


@wrap(lambda_svc, 'invalidate_worker')
def invalidate_worker(original, func_name, qualifier=None, account=None, region=None):
    original(func_name, qualifier=qualifier, account=account or get_account_id(), region=region or get_region())
