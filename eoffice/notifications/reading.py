"""Marking notices as read: one, when it is opened, or all."""

import datetime as dt

from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.errors import NotFound
from eoffice.notifications.models import Notification
from eoffice.realtime import send_on_commit, user_group


def open_notice(user: User, pk: int, now: dt.datetime) -> str:
    """Mark one notice of ``user`` as read; the path it leads to, or "" when it leads nowhere on this site.

    Raises NotFound("no-notice") for another person's notice. Opening twice keeps the first time.
    """
    notice = Notification.objects.filter(recipient=user, pk=pk).first()
    if not notice:
        raise NotFound("no-notice", _("Không có thông báo này."))
    if Notification.objects.filter(pk=pk, read_at__isnull=True).update(read_at=now):
        _tell_count(user)
    return notice.url if url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None) else ""


def read_all(user: User, now: dt.datetime) -> int:
    """Mark every notice of ``user`` as read; how many there were."""
    count = Notification.objects.filter(recipient=user, read_at__isnull=True).update(read_at=now)
    _tell_count(user)
    return count


def _tell_count(user: User) -> None:
    unread = Notification.objects.filter(recipient=user, read_at__isnull=True).count()
    send_on_commit(user_group(user.pk), {"type": "notices.counted", "unread": unread})
