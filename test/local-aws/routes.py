"""Routes of our own under `/_local/`, for what no AWS API offers: reading the mail, ageing a parameter."""

import json

_ROUTES = {}


def route(method, path):
    """Registers a handler that is given the request's JSON body and answers with `(status, object)`."""
    def register(handler):
        _ROUTES[(method, path)] = handler
        return handler
    return register


def in_front_of(app):
    """An ASGI application that answers `/_local/` itself and hands everything else on."""
    async def with_local_routes(scope, receive, send):
        if scope['type'] != 'http' or not scope['path'].startswith('/_local/'):
            return await app(scope, receive, send)
        status, answer = _answer(scope['method'], scope['path'], await _body(receive))
        await send({'type': 'http.response.start', 'status': status, 'headers': [(b'content-type', b'application/json')]})
        await send({'type': 'http.response.body', 'body': json.dumps(answer).encode()})
    return with_local_routes


def _answer(method, path, body):
    handler = _ROUTES.get((method, path))
    if handler is None:
        known = sorted(f'{known_method} {known_path}' for known_method, known_path in _ROUTES)
        return 404, {'message': f'There is no {method} {path}; there is: {", ".join(known)}'}
    try:
        return handler(json.loads(body or b'{}'))
    except (KeyError, TypeError, ValueError) as problem:
        return 400, {'message': f'The request to {path} cannot be used: {problem!r}'}


async def _body(receive):
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get('body', b''))
        if not message.get('more_body'):
            return b''.join(chunks)
