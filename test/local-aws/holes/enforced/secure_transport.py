"""Requests count as sent over TLS.

AWS answers over HTTPS, and many policies refuse everything else (`aws:SecureTransport`). The local AWS is plain HTTP on the
loopback interface; without this, every bucket, queue and topic that asks for TLS would refuse everybody.
"""

import ministack.app

from patching import wrap


@wrap(ministack.app, 'pin_request_origin')
def pin_request_origin(original, source_ip, _secure_transport):
    original(source_ip, True)
