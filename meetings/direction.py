"""Picture direction (đạo diễn hình): the layout that everybody has, and the picture on air.

The picture on air is large for everybody in place of the speaker's. It is a picture alone: who has the floor, whose
microphone is open and who presides are as before (docs/domain/meetings.md, "Pictures").
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import NotAllowed, NotFound, UserError
from eoffice.organisation.models import Appointment
from meetings import attendance, conduct, hosting, patrol
from meetings.models import Attachment, Connection, Direction, Meeting, MeetingSite
from meetings.protocol.direction import LayoutChanged, LayoutState, ProgrammeChanged
from meetings.realtime import broadcast

Layout = Direction.Layout


@dataclass(frozen=True)
class Director:
    """Who directs: the tab they do it from, and the appointment under which they take part, if any."""

    tab: Connection
    by: Appointment | None

    @property
    def person(self) -> User:
        """Who sits there."""
        return self.tab.person


@dataclass(frozen=True)
class Wish:
    """How everybody's screen is to be; ``sites``: chosen for the wall, in order."""

    layout: str
    size: int = 9
    every_s: int | None = None
    sites: tuple[int, ...] = ()


def of(meeting_id: int) -> Direction | None:
    """What somebody has directed in a meeting so far."""
    return Direction.objects.filter(meeting_id=meeting_id).first()


def layout_state(direction: Direction | None) -> LayoutState:
    """The layout as the room shows it."""
    direction = direction or Direction()
    return LayoutState.model_validate(
        {
            "kind": direction.layout,
            "size": direction.wall_size,
            "every_s": direction.patrol_every_s,
            "sites": direction.wall_sites,
            "by": direction.set_by,
        }
    )


@transaction.atomic
def set_layout(by: Director, meeting: Meeting, wish: Wish) -> None:
    """Arrange everybody's screen. The same again is harmless, and lets a patrol go on where it is.

    Raises NotAllowed("may-not-direct"), UserError("no-such-site").
    """
    _check_directs(by, meeting)
    direction = _locked(meeting)
    wish = _checked(meeting, wish)
    if wish == _present(direction):
        return
    is_wall = wish.layout == Layout.WALL
    direction.layout, direction.wall_size, direction.set_by = wish.layout, wish.size, by.person.full_name
    direction.patrol_every_s, direction.wall_sites = wish.every_s, list(wish.sites)
    if patrol.is_common(direction):
        patrol.lay(direction, timezone.now())
    direction.save()
    size = {"size": wish.size, "every_s": wish.every_s, "sites": len(wish.sites)} if is_wall else {}
    _record("meeting.layout_set", by, meeting, layout=str(direction.get_layout_display()), **size)
    broadcast(meeting.pk, LayoutChanged(layout=layout_state(direction), wall=patrol.wall_of(direction)))
    hosting.direct_on_commit(meeting.pk)


@transaction.atomic
def put_on_air(by: Director, meeting: Meeting, site_id: int | None) -> None:
    """Make a site's picture large for everybody; None: the speaker's again. The same again is harmless.

    Raises NotAllowed("may-not-direct"), NotFound("no-such-site"), UserError("nobody-there").
    """
    _check_directs(by, meeting)
    direction = _locked(meeting)
    if direction.programme_id == site_id:
        return
    direction.programme = _site_with_somebody(meeting, site_id) if site_id is not None else None
    direction.save(update_fields=["programme"])
    if direction.programme:
        _record("meeting.put_on_air", by, meeting, site=direction.programme.name)
    else:
        _record("meeting.taken_off_air", by, meeting)
    broadcast(meeting.pk, ProgrammeChanged(site=site_id, by=by.person.full_name))
    hosting.direct_on_commit(meeting.pk)


def end(meeting: Meeting) -> None:
    """The meeting is over: nothing is on air any more."""
    Direction.objects.filter(meeting=meeting).update(layout=Layout.FREE, programme=None, patrol_every_s=None)


def _record(action: str, by: Director, meeting: Meeting, **detail: object) -> None:
    record(action, by=by.by, user=by.person, target=meeting, **detail)


def _check_directs(by: Director, meeting: Meeting) -> None:
    live = conduct.lock(meeting.pk)
    if not conduct.rights(attendance.place_of(by.tab), conduct.facts(live)).direct:
        raise NotAllowed(
            "may-not-direct",
            _("Chỉ người điều hành, thư ký và đạo diễn hình chọn được hình cho mọi người."),
            hint=_("Quý vị vẫn ghim được hình và chọn bố cục cho riêng mình."),
        )


def _locked(meeting: Meeting) -> Direction:
    """The row; ``conduct.lock`` is held."""
    direction, _made = Direction.objects.select_related("programme").get_or_create(meeting=meeting)
    return direction


def _present(direction: Direction) -> Wish:
    sites = tuple(direction.wall_sites)
    return Wish(direction.layout, direction.wall_size, direction.patrol_every_s, sites)


def _checked(meeting: Meeting, wish: Wish) -> Wish:
    """``wish`` without what does not concern its layout."""
    if wish.layout != Layout.WALL:
        return Wish(wish.layout)
    chosen = tuple(dict.fromkeys(wish.sites))
    if chosen and MeetingSite.objects.filter(meeting=meeting, pk__in=chosen).count() != len(chosen):
        raise UserError("no-such-site", _("Có điểm cầu không còn trong cuộc họp. Hãy chọn lại."))
    return Wish(wish.layout, wish.size, wish.every_s, chosen)


def _site_with_somebody(meeting: Meeting, site_id: int) -> MeetingSite:
    site = MeetingSite.objects.filter(meeting=meeting, pk=site_id).first()
    if site is None:
        raise NotFound("no-such-site", _("Điểm cầu này không có trong cuộc họp."))
    here = Connection.objects.filter(site=site, left_at__isnull=True, carries_media=True)
    if not here.exists() and not Attachment.objects.attached().filter(site=site).exists():
        raise UserError("nobody-there", _("Điểm cầu này chưa vào phòng họp nên chưa có hình để phát."))
    return site
