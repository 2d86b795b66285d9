"""A receiver of Slack's incoming webhooks, on a port of its own.

`POST /services/...` takes a message as Slack does: `ok`, or a refusal of what breaks Slack's limits. `GET /` lists what was taken, oldest first.
`POST /control` with `{"status": 429, "retryAfter": 2, "seconds": 30}` makes it answer that for so long; `{"hangs": true, "seconds": 5}` keeps
callers waiting, and `{"status": 200}` ends it.
https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
https://docs.slack.dev/reference/block-kit/blocks
"""

import datetime
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_LONGEST_HANG = 60
_MOST_BLOCKS = 50
_ELEMENTS = {'actions': 25, 'context': 10}

_lock = threading.Lock()
_received = []
_fault = {'until': 0.0}


def start():
    """Begins to listen, and returns the address."""
    server = ThreadingHTTPServer(('127.0.0.1', 0), _Receiver)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name='slack-receiver', daemon=True).start()
    return f'http://127.0.0.1:{server.server_address[1]}'


class _Receiver(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        with _lock:
            self._answer(200, json.dumps(_received).encode(), 'application/json')

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('content-length') or 0))
        if self.path == '/control':
            return self._control(body)
        if not self.path.startswith('/services/'):
            return self._answer(404, b'no_service')
        fault = dict(_fault) if time.time() < _fault['until'] else None
        if fault and fault.get('hangs'):
            time.sleep(max(0, min(fault['until'] - time.time(), _LONGEST_HANG)))
        elif fault:
            headers = {'Retry-After': str(fault['retryAfter'])} if 'retryAfter' in fault else {}
            return self._answer(fault['status'], b'rate_limited' if fault['status'] == 429 else b'server_error', headers=headers)
        try:
            message = json.loads(body)
        except ValueError:
            return self._answer(400, b'invalid_payload')
        problem = _problem(message)
        if problem:
            return self._answer(400, problem.encode())
        with _lock:
            _received.append({'receivedAt': _now(), 'path': self.path, 'body': message})
        self._answer(200, b'ok')

    def _control(self, body):
        try:
            asked = json.loads(body)
            _fault.clear()
            _fault.update(asked, until=time.time() + float(asked.get('seconds', 0)))
            self._answer(200, b'ok')
        except (AttributeError, TypeError, ValueError) as problem:
            self._answer(400, repr(problem).encode())

    def _answer(self, status, body, content_type='text/plain', headers=None):
        self.send_response(status)
        for name, value in {'Content-Type': content_type, 'Content-Length': str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except BrokenPipeError:
            # Who was kept waiting may have gone.
            pass

    def log_message(self, *_):
        """What it takes is listed; the rest is nobody's business."""


def _now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def _problem(message):
    """What Slack answers to a message that it does not take."""
    if not isinstance(message, dict):
        return 'invalid_payload'
    blocks = list(message.get('blocks') or [])
    for attachment in message.get('attachments') or []:
        blocks += attachment.get('blocks') or []
    if not blocks and not message.get('text') and not message.get('attachments'):
        return 'no_text'
    if len(blocks) > _MOST_BLOCKS or not all(isinstance(block, dict) and _fits(block) for block in blocks):
        return 'invalid_blocks'
    return None


def _fits(block):
    kind = block.get('type')
    if len(block.get('block_id') or '') > 255 or not isinstance(kind, str):
        return False
    if kind == 'header':
        return _text(block.get('text'), 150, kinds=('plain_text',))
    if kind == 'section':
        fields, text = block.get('fields'), block.get('text')
        if text is None and not fields:
            return False
        return ((text is None or _text(text, 3000)) and len(fields or []) <= 10 and all(_text(field, 2000) for field in fields or [])
                and _element(block.get('accessory')))
    if kind in _ELEMENTS:
        elements = block.get('elements') or []
        return 0 < len(elements) <= _ELEMENTS[kind] and all(map(_element, elements))
    return True


def _text(text, longest, kinds=('plain_text', 'mrkdwn')):
    return isinstance(text, dict) and text.get('type') in kinds and isinstance(text.get('text'), str) and 0 < len(text['text']) <= longest


def _element(element):
    if element is None:
        return True
    if element.get('type') == 'button':
        return (_text(element.get('text'), 75, kinds=('plain_text',)) and len(element.get('url') or '') <= 3000 and len(element.get('value') or '') <= 2000
                and element.get('style') in (None, 'primary', 'danger'))
    if element.get('type') in ('plain_text', 'mrkdwn'):
        return _text(element, 3000)
    return True
