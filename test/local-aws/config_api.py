"""Actions of AWS Config: a hole registers what MiniStack lacks or answers otherwise than AWS."""

import json

from ministack.core.responses import error_response_json, json_response
from ministack.services import config

from patching import wrap

_ACTIONS = {}


class Refused(ValueError):
    """An answer of AWS Config that is an error; in CloudFormation it fails the resource."""

    def __init__(self, code, message):
        super().__init__(f'{message} (Service: AmazonConfig; Status Code: 400; Error Code: {code})')
        self.code, self.message = code, message


def action(name):
    """Registers a function that is given the request's fields and returns the answer's, or raises Refused."""
    def register(handler):
        _ACTIONS[name] = handler
        return handler
    return register


def page(request, items, key, largest):
    """One page of items under their key, by `Limit` and `NextToken`."""
    size = request.get('Limit') or largest
    if not 0 < size <= largest:
        raise Refused('InvalidLimitException', f'The specified limit must be between 1 and {largest}.')
    try:
        start = int(request.get('NextToken') or 0)
    except ValueError:
        raise Refused('InvalidNextTokenException', 'The specified next token is not valid.') from None
    answer = {key: items[start:start + size]}
    if start + size < len(items):
        answer['NextToken'] = str(start + size)
    return answer


@wrap(config, 'handle_request')
async def handle_request(original, method, path, headers, body, query_params):
    handler = _ACTIONS.get(headers.get('x-amz-target', '').split('.')[-1])
    if handler is None:
        return await original(method, path, headers, body, query_params)
    try:
        return json_response(handler(json.loads(body or b'{}')) or {})
    except Refused as refused:
        return error_response_json(refused.code, refused.message, 400)
