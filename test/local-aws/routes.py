"""Routes of our own under `/_local/`, for what no AWS API offers: reading the mail, ageing a parameter."""

import json

_ROUTES = {}
_GUARDS = []
_REDIRECTIONS = []


def route(method, path):
    """Registers a handler that is given the request's JSON body and answers with `(status, object)`."""
    def register(handler):
        _ROUTES[(method, path)] = handler
        return handler
    return register


def in_front(guard):
    """Registers a function that is given the headers of each request and may answer it itself, with `(status, headers, body)`."""
    _GUARDS.append(guard)
    return guard


def in_front_of_paths(redirection):
    """Registers a function that is given the scope of each request and returns it as it is to be understood."""
    _REDIRECTIONS.append(redirection)
    return redirection


def in_front_of(app):
    """An ASGI application that answers `/_local/` and what a guard refuses itself, and hands everything else on."""
    async def with_local_routes(scope, receive, send):
        if scope['type'] != 'http':
            return await app(scope, receive, send)
        for redirection in _REDIRECTIONS:
            scope = redirection(scope)
        if scope['path'].startswith('/_local/'):
            status, answer = _answer(scope['method'], scope['path'], await _body(receive))
            return await _send(send, status, {'content-type': 'application/json'}, json.dumps(answer).encode())
        headers = {name.decode('latin-1').lower(): value.decode('latin-1') for name, value in scope['headers']}
        refused = next((answer for answer in (guard(headers) for guard in _GUARDS) if answer), None)
        if refused is None:
            return await app(scope, receive, send)
        await _body(receive)
        await _send(send, *refused)
    return with_local_routes


async def _send(send, status, headers, body):
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({'type': 'http.response.start', 'status': status, 'headers': encoded})
    await send({'type': 'http.response.body', 'body': body})


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
