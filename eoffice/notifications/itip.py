"""People in calendar objects (RFC 5545, 3.2), and the addresses at which invitations sent by mail are replied to (RFC 6047).

The organiser's address bears a token that only the invited person's own invitation names: a reply is theirs when it comes from
their address and to that one (docs/adr/0136-replies-by-mail.md).
"""

import base64
import secrets
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import salted_hmac
from icalendar import vCalAddress, vText

from eoffice.accounts.models import User

TOKEN_BYTES = 16


def address_of(person: User) -> str:
    """The calendar address (RFC 5545, 3.3.3) of ``person``."""
    return f"mailto:{parseaddr(person.email)[1]}"


def attendee_property(person: User, *, role: str = "REQ-PARTICIPANT", partstat: str = "NEEDS-ACTION") -> vCalAddress:
    """ATTENDEE for ``person``; ``role`` and ``partstat`` as in RFC 5545, 3.2.16 and 3.2.12."""
    attendee = vCalAddress(address_of(person))
    attendee.params["CN"] = vText(person.full_name)
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText(role)
    attendee.params["PARTSTAT"] = vText(partstat)
    return attendee


def takes_replies() -> bool:
    """Invitations may be replied to by mail: the site has a mailbox for that."""
    return bool(settings.REPLY_ADDRESS)


def reply_address(uid: str, person: User) -> str:
    """Where ``person`` replies to the invitation with ``uid``: "lich+k3j…@hanoi.example"; the sender of mails without a mailbox."""
    if not takes_replies():
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    local, host = settings.REPLY_ADDRESS.rsplit("@", 1)
    return f"{local}+{_token(uid, person)}@{host}"


def is_genuine(uid: str, person: User, addresses: Iterable[str]) -> bool:
    """One of ``addresses``, to which a reply was sent, is the one of this person's own invitation."""
    wanted = reply_address(uid, person).lower().encode()
    return takes_replies() and any(secrets.compare_digest(wanted, one.lower().encode()) for one in addresses)


def _token(uid: str, person: User) -> str:
    mac = salted_hmac("eoffice.replies", f"{uid}:{person.pk}", algorithm="sha256").digest()[:TOKEN_BYTES]
    return base64.b32encode(mac).decode().rstrip("=").lower()
