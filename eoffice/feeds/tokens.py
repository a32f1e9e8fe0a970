"""Addresses of feeds: made, found, revoked (docs/adr/0135-feeds-are-read-by-an-address.md)."""

import base64
import hashlib
import secrets
from urllib.parse import urljoin

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed
from eoffice.feeds import subjects
from eoffice.feeds.models import FeedToken

MOST = 30
"""Addresses that one person may have at one time."""


@transaction.atomic
def make(owner: User, subject: subjects.Subject, *, label: str = "", key: str) -> FeedToken:
    """Make an address for the calendar of ``subject``; ``key`` comes with the form: the same again gives the one already made.

    Raises NotAllowed("may-not-subscribe"), Conflict("too-many-feeds").
    """
    owner = User.objects.select_for_update().get(pk=owner.pk)
    seed = hashlib.sha256(f"{owner.pk}:{key}".encode()).hexdigest()
    made = owner.feed_tokens.filter(seed=seed).first()
    if made is not None:
        return made
    if not subjects.may_subscribe(owner, subject):
        raise NotAllowed(
            "may-not-subscribe", _("Bạn không xem được lịch này."), hint=_("Chọn một lịch trong danh sách.")
        )
    if owner.feed_tokens.filter(revoked_at=None).count() >= MOST:
        raise Conflict(
            "too-many-feeds",
            _("Bạn đã có %(limit)d địa chỉ đăng ký lịch.") % {"limit": MOST},
            hint=_("Thu hồi địa chỉ không dùng nữa rồi tạo lại."),
        )
    made = FeedToken(owner=owner, label=label, seed=seed, digest=_digest(_token(seed)), **subject.columns())
    made.save()
    log.record("feed.made", user=owner, target=made)
    return made


@transaction.atomic
def revoke(owner: User, feed: FeedToken) -> None:
    """Nobody reads ``feed``, one of the owner's, any more. Again: harmless."""
    feed = FeedToken.objects.select_for_update(of=("self",)).get(pk=feed.pk, owner=owner)
    if feed.revoked_at is None:
        feed.revoked_at = timezone.now()
        feed.save(update_fields=["revoked_at"])
        log.record("feed.revoked", user=owner, target=feed)


def find(token: str) -> FeedToken | None:
    """The feed whose address bears ``token``; None when there is none, it was revoked, or its owner is no longer here."""
    found = FeedToken.objects.filter(digest=_digest(token), revoked_at=None, owner__is_active=True)
    return found.select_related("owner", "appointment__person", "appointment__unit", "unit", "resource").first()


def address(feed: FeedToken) -> str:
    """The full address of ``feed``; "" when the site's secret key was changed since: it is still read, but not shown again."""
    token = _token(feed.seed)
    if not secrets.compare_digest(_digest(token), feed.digest):
        return ""
    return urljoin(settings.PUBLIC_URL, reverse("feed", args=[token]))


def _token(seed: str) -> str:
    """192 bits that nobody can work out who has the database alone."""
    mac = salted_hmac("eoffice.feeds", seed, algorithm="sha256").digest()[:24]
    return base64.urlsafe_b64encode(mac).decode()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
