"""Starts MiniStack, an AWS in one Python process, with its holes filled.

MiniStack's services are plain modules that look their helpers up as module globals, so a hole is filled by replacing a
function before the server starts. Each file in `holes/` fills one, and says what AWS does and what MiniStack does.
A replacement fits one version only: another one is refused here instead of half working later.
"""

import importlib.metadata
import os
import signal
import sys
import threading

MINISTACK_VERSION = '1.5.33'


def main():
    found = importlib.metadata.version('ministack')
    if found != MINISTACK_VERSION:
        sys.exit(f'This launcher fits ministack {MINISTACK_VERSION}, but {found} is installed. '
                 'Remove .local/venv and start again, or check every file in test/local-aws/holes.')

    import ministack.app

    import holes  # noqa: F401  importing a hole fills it
    import routes
    import slack_receiver
    import ticker
    from holes import http_api_callers

    ministack.app.app = routes.in_front_of(ministack.app.app)
    addresses = {'frontDoorUrl': http_api_callers.address(), 'slackReceiverUrl': slack_receiver.start()}
    routes.route('GET', '/_local/server')(lambda _request: (200, {'pid': os.getpid(), **addresses}))
    ticker.start()
    if os.environ.get('LOCAL_AWS_ENDS_WITH_STDIN'):
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    ministack.app.main()


def _end_with_stdin():
    """Whoever started this holds the other end: it closes even when they crash."""
    # Not sys.stdin.read(): its lock, held by a thread, is a fatal error when the interpreter ends.
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == '__main__':
    main()
