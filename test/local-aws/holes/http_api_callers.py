"""Who may call an HTTP API, and where it is called.

AWS lets a route with IAM authorization be called with a signature of the API's account whose principal has execute-api:Invoke, whatever account
the caller is of otherwise; everything else is forbidden. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
Without AUTH MiniStack takes any Authorization header for a signature, and does not know the API when somebody of another account calls.
The name of an API's host needs a resolver that knows names under 127.0.0.1. So `POST /_local/front-door {"apiId": …}` puts an API at a port of
its own, where its paths begin at the root; `GET /_local/server` tells the address. That is also what CloudFormation tells of an HTTP API's
`ApiEndpoint`, or a stack's output would be an address that no URL can have.
"""

import contextvars
import json
import os

import hypercorn.asyncio
from ministack import app
from ministack.core import iam_evaluator, sigv4
from ministack.core.arn import execute_api_arn
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import apigateway

from authorizing import role_may
from holes.role_sessions import role_of
from patching import after_making, wrap
from routes import in_front_of_paths, route

_SIGNED_PATH = 'x-local-aws-signed-path'
_PORT = os.environ.get('LOCAL_AWS_FRONT_DOOR_PORT')
_front_door = {}
_sent = contextvars.ContextVar('local_aws_call_of_an_api', default=None)


@wrap(hypercorn.asyncio, 'serve')
def serve(original, application, config, **options):
    if _PORT and f'127.0.0.1:{_PORT}' not in config.bind:
        config.bind.append(f'127.0.0.1:{_PORT}')
    return original(application, config, **options)


@route('POST', '/_local/front-door')
def put_front_door(request):
    _front_door['api'] = request['apiId']
    return 200, {'url': address()}


@after_making('AWS::ApiGatewayV2::Api')
def answer_at_the_front_door(made, properties):
    if _PORT and properties.get('ProtocolType') == 'HTTP':
        made[1]['ApiEndpoint'] = address()


def address():
    return f'http://127.0.0.1:{_PORT}' if _PORT else None


@in_front_of_paths
def through_front_door(scope):
    """What comes in at the front door is meant for the API, with the path that its caller signed."""
    if not _PORT or (scope.get('server') or ('', 0))[1] != int(_PORT):
        return scope
    raw = scope.get('raw_path') or scope['path'].encode()
    prefix = f'/_aws/execute-api/{_front_door.get("api", "none")}/$default'
    return {**scope, 'path': prefix + scope['path'], 'raw_path': prefix.encode() + raw, 'headers': [*scope['headers'], (_SIGNED_PATH.encode(), raw)]}


@wrap(app, 'pin_signed_request')
def pin_signed_request(original, method, raw_path, query_params, raw_headers, *rest, **more):
    signed = next((value.decode('latin-1') for name, value in raw_headers if name == _SIGNED_PATH.encode()), raw_path)
    return original(method, signed, query_params, [each for each in raw_headers if each[0] != _SIGNED_PATH.encode()], *rest, **more)


@wrap(app, '_handle_execute_api_request')
async def handle_execute_api_request(original, host, path, method, headers, body, query_params, raw_path=None, raw_query_string=None):
    called = app._parse_execute_api_url(host, path)
    owner = next((scope[:2] for scope, _ in apigateway._apis.all_items() if called and scope[2] == called[0]), None)
    signed = headers.pop(_SIGNED_PATH, None) or raw_path or path
    if owner is None:
        return await original(host, path, method, headers, body, query_params, raw_path=raw_path, raw_query_string=raw_query_string)
    _sent.set((method, signed, headers, body, query_params))
    with request_scope(*owner):
        return await original(host, path, method, headers, body, query_params, raw_path=raw_path, raw_query_string=raw_query_string)


@wrap(app, '_enforce_execute_api')
def enforce_execute_api(original, api_id, stage, method, execute_path, headers, query_params, iam_action='execute-api:Invoke'):
    signed = app._execute_api_authorization_type(api_id, stage, method, execute_path) == 'AWS_IAM' and apigateway.find_api_scope(api_id)
    if app.AUTH or not signed or _may_call(execute_api_arn(get_region(), get_account_id(), api_id, stage, method, execute_path)):
        return original(api_id, stage, method, execute_path, headers, query_params, iam_action=iam_action)
    return 403, {'Content-Type': 'application/json'}, json.dumps({'message': 'Forbidden'}).encode()


def _may_call(arn):
    caller = _authenticated()
    if caller is None or caller.account_id != get_account_id():
        return False
    if ':assumed-role/' not in caller.principal_arn:
        return True
    return role_may(role_of(caller.principal_arn), 'execute-api:Invoke', arn)


def _authenticated():
    """Who signed the call, if it is signed as it should be."""
    method, path, headers, body, query_params = _sent.get()
    signature = sigv4.parse_header_signature(headers) if headers.get('authorization', '').startswith('AWS4-HMAC-SHA256 ') else ()
    if isinstance(signature, tuple) or (signature.service, signature.region) != ('execute-api', get_region()) or sigv4.request_time_failure(signature):
        return None
    caller = iam_evaluator.resolve_credential(signature.access_key_id, get_account_id(), headers.get('x-amz-security-token'))
    if isinstance(caller, iam_evaluator.CredentialResolutionError) or sigv4.header_signature_failure(signature, caller.secret_access_key, method, path, query_params, headers, body or b''):
        return None
    return caller
