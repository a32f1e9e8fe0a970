"""The board of replies to an invitation: each number leads to the list of those it counts (docs/domain/meetings.md, "Replies")."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.accounts.models import User
from meetings import allotting, permissions, replies
from meetings.models import Attendee, Meeting, MeetingSite, Nomination, Reply

_THEMSELVES = Q(substitute__isnull=True)
LISTS: dict[str, tuple[Promise, Q]] = {
    "all": (gettext_lazy("Tất cả"), Q()),
    "none": (gettext_lazy("Chưa trả lời"), _THEMSELVES & Q(reply=Reply.NONE)),
    "waiting": (gettext_lazy("Xin vắng, chờ ý kiến"), _THEMSELVES & Q(reply=Reply.DECLINED, excused=False)),
    "accepted": (gettext_lazy("Dự họp"), _THEMSELVES & Q(reply=Reply.ACCEPTED)),
    "part": (gettext_lazy("Dự một phần"), _THEMSELVES & (Q(attends_from__isnull=False) | Q(attends_to__isnull=False))),
    "declined": (gettext_lazy("Vắng có lý do"), _THEMSELVES & Q(excused=True)),
    "substituted": (gettext_lazy("Cử người dự thay"), Q(substitute__isnull=False)),
}
"""Code → label, and which of the attendees are on it."""


UNITS = "units"
"""The list of units that have not named everybody: of sites, not of people."""


@dataclass(frozen=True)
class Tab:
    """One list, and how many are on it."""

    code: str
    label: str
    count: int


def may_see(user: User, meeting: Meeting) -> bool:
    """Those who prepare the meeting, and its secretaries: reasons of absence are for nobody else."""
    return permissions.may_prepare(user, meeting) or permissions.may_admit(user, meeting)


def tabs_of(meeting: Meeting) -> list[Tab]:
    """All lists. Two queries."""
    rows = meeting.attendees.exclude(person__in=replies.leaders(meeting)).order_by()
    counts = rows.aggregate(
        **{code: Count("pk", filter=condition or Q(pk__isnull=False)) for code, (_label, condition) in LISTS.items()}
    )
    tabs = [Tab(code, str(label), counts[code]) for code, (label, _condition) in LISTS.items()]
    return [*tabs, Tab(UNITS, _("Đơn vị chưa phân công đủ"), units_of(meeting).order_by().count())]


def units_of(meeting: Meeting) -> "QuerySet[MeetingSite]":
    """Units that have not named everybody, in the order of the tree: ``wanted``, ``filled``."""
    sites = allotting.unfilled(meeting.sites.select_related("unit", "lowest"))
    return sites.order_by("unit__path", "pk")


def below_rank(meeting: Meeting) -> list[Nomination]:
    """People whom units named below the position that was wanted, with their reasons."""
    rows = Nomination.objects.filter(site__meeting=meeting).exclude(reason="")
    return list(rows.select_related("site", "appointment__person", "appointment__position", "appointment__unit"))


def rows_of(meeting: Meeting, which: str) -> "QuerySet[Attendee]":
    """The people of one list; ``waiting``: what they ask the chair."""
    return replies.of_board(meeting).filter(LISTS[which][1])
