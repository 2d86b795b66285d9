"""Reading parameters by path.

AWS returns at most 10 a page, under exactly the path, and a token that stays good while parameters come and go.
https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
MiniStack accepts any page size, sorts all parameters of all accounts for each page, and counts positions in its token,
so that a deletion between two pages makes it skip a parameter.
"""

import base64
import bisect
import binascii

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import ssm

from patching import replace, wrap

_MAX_PAGE = 10

# (account, region) -> its names in order; made by the first read after a write.
_sorted_names = {}


def _names():
    scope = (get_account_id(), get_region())
    if scope not in _sorted_names:
        _sorted_names[scope] = sorted(name for account, region, name in list(ssm._parameters._data) if (account, region) == scope)
    return _sorted_names[scope]


def _forget_names_after(function):
    @wrap(ssm, function)
    def forgetting(original, *args):
        answer = original(*args)
        _sorted_names.clear()
        return answer


for writer in ('_put_parameter', '_delete_parameter', '_delete_parameters', 'reset'):
    _forget_names_after(writer)


@replace(ssm, '_get_parameters_by_path')
def get_parameters_by_path(data):
    size = data.get('MaxResults', _MAX_PAGE)
    if not 1 <= size <= _MAX_PAGE:
        bound = 'greater than or equal to 1' if size < 1 else f'less than or equal to {_MAX_PAGE}'
        return _refusal('ValidationException', f"1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy "
                                               f'constraint: Member must have value {bound}')
    path = data.get('Path', '')
    if not path.startswith('/'):
        return _refusal('ValidationException', 'The parameter doesn\'t meet the parameter name requirements. '
                                               'The parameter name must begin with a forward slash "/".')
    try:
        after = base64.b64decode(data.get('NextToken') or '', validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return _refusal('InvalidNextToken', 'The specified token isn\'t valid.')

    prefix = path.rstrip('/') + '/'
    names = _names()
    position = bisect.bisect_right(names, after) if after else bisect.bisect_left(names, prefix)
    page = []
    more = False
    while position < len(names) and names[position].startswith(prefix):
        parameter = ssm._parameters.get(names[position])
        if parameter and _is_wanted(parameter, prefix, data):
            more = len(page) == size
            if more:
                break
            page.append(parameter)
        position += 1

    answer = {'Parameters': [ssm._param_out(parameter, data.get('WithDecryption', False)) for parameter in page]}
    if more:
        answer['NextToken'] = base64.b64encode(page[-1]['Name'].encode()).decode()
    return json_response(answer)


def _is_wanted(parameter, prefix, data):
    if not data.get('Recursive', False) and '/' in parameter['Name'][len(prefix):]:
        return False
    return all(ssm._apply_filter(parameter, wanted.get('Key', ''), wanted.get('Option', 'Equals'), wanted.get('Values', []))
               for wanted in data.get('ParameterFilters', []))


def _refusal(code, message):
    return error_response_json(code, message, 400)
