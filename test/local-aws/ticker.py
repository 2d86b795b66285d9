"""What AWS does on its own, without a request: holes register a function, and it runs about every second."""

import logging
import threading
import time

_SECONDS = 1
_TASKS = []
_logger = logging.getLogger('local-aws')


def every_second(task):
    """Tasks run one after another, in the order of their registration."""
    _TASKS.append(task)
    return task


def start():
    threading.Thread(target=_run, name='local-aws-ticker', daemon=True).start()


def _run():
    while True:
        time.sleep(_SECONDS)
        for task in _TASKS:
            try:
                task()
            except Exception:
                _logger.exception('%s.%s failed', task.__module__, task.__name__)
