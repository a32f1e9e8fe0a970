"""Relays handed to browsers: time-limited TURN credentials."""

import base64
import hashlib
import hmac
import time

from django.conf import settings

from meetings.protocol.parts import IceServer

VALID_S = 12 * 3600


def ice_servers(person_id: int) -> tuple[IceServer, ...]:
    """TURN servers with credentials good for half a day, as coturn's ``use-auth-secret`` checks them
    (draft-uberti-behave-turn-rest). Empty without TURN: the media node is reached directly, and a browser
    must not wait for a public STUN server that a closed network hides.
    """
    if not settings.TURN_URLS:
        return ()
    username = f"{int(time.time()) + VALID_S}:{person_id}"
    digest = hmac.new(settings.TURN_SECRET.encode(), username.encode(), hashlib.sha1).digest()
    return (
        IceServer(
            urls=tuple(settings.TURN_URLS),
            username=username,
            credential=base64.b64encode(digest).decode(),
        ),
    )
