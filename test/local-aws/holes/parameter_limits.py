"""Limits of Parameter Store that callers must respect.

AWS refuses a standard parameter over 4 KB, an advanced one over 8 KB, and more than 10 names in one GetParameters or
DeleteParameters. https://docs.aws.amazon.com/general/latest/gr/ssm.html
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
MiniStack takes any size and any number.
"""

from ministack.core.responses import error_response_json
from ministack.services import ssm

from patching import wrap

_MAX_BYTES = {'Standard': 4096, 'Advanced': 8192}
_MAX_NAMES = 10


@wrap(ssm, '_put_parameter')
def put_parameter(original, data):
    value = data.get('Value', '')
    tier = data.get('Tier') or ssm._default_tier(data, value, ssm._parameters.get(data.get('Name')))
    if tier == 'Intelligent-Tiering':
        tier = 'Advanced'
    limit = _MAX_BYTES.get(tier)
    if limit and len(value.encode()) > limit:
        return _refusal(f'{tier} tier parameters support a maximum parameter value of {limit} characters.')
    return original(data)


def _limit_names(function):
    @wrap(ssm, function)
    def limited(original, data):
        if len(data.get('Names', [])) > _MAX_NAMES:
            return _refusal(f"1 validation error detected: Value at 'names' failed to satisfy constraint: "
                            f'Member must have length less than or equal to {_MAX_NAMES}')
        return original(data)


for reader in ('_get_parameters', '_delete_parameters'):
    _limit_names(reader)


def _refusal(message):
    return error_response_json('ValidationException', message, 400)
