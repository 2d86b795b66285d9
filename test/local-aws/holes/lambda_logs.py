"""The log of an invocation, complete.

On AWS all that a handler wrote before it returned is in its log. MiniStack reads a worker's output on a thread of its
own and stops listening after 5 ms of silence, so on a busy machine lines, metrics among them, turn up in the log of the
next invocation or never; a handler that writes nothing costs 50 ms of waiting. Here a worker writes a mark behind its
output before it replies, and the log is read up to the mark.
"""

import queue
import time

from ministack.core import lambda_runtime

from patching import wrap

_MARK = '\x04'
_PATIENCE_SECONDS = 1
_REPLY = 'const _realStdoutWrite = process.stdout.write.bind(process.stdout);'
_MARKED_REPLY = r'''
const _replyWrite = process.stdout.write.bind(process.stdout);
const _markWrite = process.stderr.write.bind(process.stderr);
const _realStdoutWrite = (reply) => {
  if (!reply.startsWith('{"status":"ready"')) _markWrite("\u0004\n");
  return _replyWrite(reply);
};
'''

if lambda_runtime._NODEJS_WORKER_SCRIPT.count(_REPLY) != 1:
    raise RuntimeError('The Node worker of MiniStack no longer replies the way this file expects.')
lambda_runtime._NODEJS_WORKER_SCRIPT = lambda_runtime._NODEJS_WORKER_SCRIPT.replace(_REPLY, _MARKED_REPLY)


@wrap(lambda_runtime.Worker, '_drain_stderr_bounded')
def drain_to_mark(original, worker):
    if not worker.config['Runtime'].startswith('nodejs'):
        return original(worker)
    lines = []
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            line = worker._stderr_queue.get(timeout=0.02)
        except queue.Empty:
            if not worker._stderr_thread.is_alive():
                break
            continue
        if line == _MARK:
            break
        lines.append(line)
    return '\n'.join(lines)
