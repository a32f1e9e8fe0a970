"""Ink on the paper before everybody: its presenter draws, all see it, until it is wiped away.

Strokes belong to a meeting, a paper version and a page. They are not part of the paper.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed
from eoffice.organisation.models import Appointment
from meetings import conduct
from meetings.models import InkStroke, LiveState, Meeting
from meetings.protocol.presenting import InkCleared, InkDrawn, InkUndone
from meetings.protocol.presenting import InkStroke as StrokeState
from meetings.realtime import broadcast

STROKE_POINTS = 600
"""The most points of one stroke; a hand draws that many in half a minute."""
VERSION_POINTS = 8_000
"""The most points on all pages of a paper: about 80 kB in the state of who enters, three seconds on a line of 256 kbit/s."""


def strokes(meeting_id: int, version_id: int) -> tuple[StrokeState, ...]:
    """What is drawn on a paper, oldest first. One query."""
    return tuple(_state(stroke) for stroke in InkStroke.objects.filter(meeting=meeting_id, version=version_id))


def _state(stroke: InkStroke) -> StrokeState:
    return StrokeState.model_validate(
        {"key": stroke.key, "page": stroke.page, "colour": stroke.colour, "points": tuple(stroke.points)}
    )


@transaction.atomic
def draw(meeting: Meeting, stroke: StrokeState, *, by: User) -> None:
    """Begin ``stroke``, or go on with the one of that key. Tells everybody the new points only.

    Raises NotAllowed("not-presenter"), Conflict("no-such-page"), Conflict("ink-full"), Conflict("odd-points").
    """
    live = presented_by(meeting, by)
    _check(live, stroke)
    version = live.version_id or 0
    known = InkStroke.objects.filter(meeting=meeting, version=version, key=stroke.key).first()
    if known is None:
        known = InkStroke(
            meeting=meeting, version_id=version, key=stroke.key, person=by, page=stroke.page, colour=stroke.colour
        )
    _check_room(known, stroke)
    known.points = [*known.points, *stroke.points]
    known.save()
    told = StrokeState.model_validate({**_state(known).model_dump(), "points": stroke.points})
    broadcast(meeting.pk, InkDrawn(version=version, stroke=told))


def _check(live: LiveState, stroke: StrokeState) -> None:
    if live.version is None or stroke.page > live.version.page_count:
        raise Conflict("no-such-page", _("Tài liệu không có trang này."))
    if len(stroke.points) % 2 or not stroke.points:
        raise Conflict("odd-points", _("Nét vẽ gửi lên không đầy đủ."))


def _check_room(known: InkStroke, stroke: StrokeState) -> None:
    drawn = InkStroke.objects.filter(meeting=known.meeting_id, version=known.version_id)
    together = sum(len(points) for points in drawn.values_list("points", flat=True)) + len(stroke.points)
    if len(known.points) + len(stroke.points) > 2 * STROKE_POINTS or together > 2 * VERSION_POINTS:
        raise Conflict(
            "ink-full",
            _("Không vẽ thêm được: tài liệu này đã có quá nhiều nét vẽ."),
            hint=_("Xóa nét vẽ ở trang không cần nữa rồi vẽ tiếp."),
        )


@transaction.atomic
def undo(meeting: Meeting, page: int, *, by: User) -> None:
    """Take the last stroke on ``page`` away; harmless when there is none. Raises NotAllowed("not-presenter")."""
    live = presented_by(meeting, by)
    last = InkStroke.objects.filter(meeting=meeting, version=live.version_id, page=page).order_by("-pk").first()
    if last is None:
        return
    last.delete()
    broadcast(meeting.pk, InkUndone(version=live.version_id or 0, key=last.key))


@transaction.atomic
def clear(meeting: Meeting, page: int | None, *, by: User, acting: Appointment | None) -> None:
    """Wipe ``page``, or every page of the paper. Harmless when nothing is drawn. Raises NotAllowed("not-presenter")."""
    live = presented_by(meeting, by)
    drawn = InkStroke.objects.filter(meeting=meeting, version=live.version_id)
    count, _each = (drawn if page is None else drawn.filter(page=page)).delete()
    if not count:
        return
    title = live.version.paper.title if live.version else ""
    title = live.item.public(title) if live.item else title
    record("meeting.ink_cleared", by=acting, user=by, target=meeting, paper=title, page=page, strokes=count)
    broadcast(meeting.pk, InkCleared(version=live.version_id or 0, page=page))


def presented_by(meeting: Meeting, person: User) -> LiveState:
    """The live state, locked, with a paper that ``person`` presents. Raises NotAllowed("not-presenter")."""
    live = conduct.lock(meeting.pk)
    if live.version is None or live.presenter_id != person.pk:
        raise NotAllowed(
            "not-presenter",
            _("Người khác đang trình bày tài liệu này."),
            hint=_("Quý vị vẫn tự lật trang trên máy của mình được."),
        )
    return live


def presented_version(meeting_id: int, person: User) -> int:
    """The version that ``person`` presents at the moment. One query. Raises NotAllowed("not-presenter")."""
    found = LiveState.objects.filter(meeting=meeting_id, presenter=person, version__isnull=False)
    version = found.values_list("version", flat=True).first()
    if version is None:
        raise NotAllowed("not-presenter", _("Người khác đang trình bày tài liệu này."))
    return version
