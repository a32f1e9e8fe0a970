"""Attendance as a list: per site, for the screen, as a spreadsheet, and to be signed (docs/domain/votes.md)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from eoffice import spreadsheets
from eoffice.accounts.models import User
from meetings.entitled import VOTING_ROLES, may_keep_attendance, sites_kept_by
from meetings.models import Attendee, CheckIn, Connection, Meeting, MeetingSite


@dataclass(frozen=True)
class Person:
    """One attendee, their stays, and whether the reader may mark them."""

    attendee: Attendee
    stays: list[CheckIn]
    here: bool
    votes: bool
    markable: bool
    note: str
    """What stands beside the name: also for which part of the meeting somebody stood for whom, when that is over."""

    @property
    def counts(self) -> bool:
        """Of those who take part: not somebody in whose place another one does, nor one who did so and went."""
        return self.attendee.substitute_id is None and self.attendee.dropped_at is None


@dataclass(frozen=True)
class Site:
    """One site: its people, how many are present, and how many devices are connected."""

    site: MeetingSite
    people: list[Person]
    present: int
    connected: int
    kept: bool
    """The reader marks its people."""

    @property
    def listed(self) -> int:
        """How many take part there."""
        return sum(person.counts for person in self.people)

    @property
    def is_missing(self) -> bool:
        """Nobody is listed, or somebody listed is not present."""
        return self.present < self.listed or not self.people

    @property
    def gap(self) -> str:
        """What does not agree between who is checked in and which devices are connected; empty: it agrees."""
        if self.connected and not self.present:
            return _("Máy đã kết nối nhưng chưa ai điểm danh")
        if self.present and not self.connected:
            return _("Đã điểm danh nhưng máy chưa kết nối")
        return ""


@dataclass(frozen=True)
class Totals:
    """What the secretary reconciles: sites invited, with somebody checked in, connected, and those that do not agree."""

    sites: int
    seated: int
    connected: int
    differing: int
    people: int
    """As the sites reported them; those that did not report are not in it."""
    reporting: int


def totals(sites: Iterable[Site]) -> Totals:
    """Of all sites of a meeting."""
    every = list(sites)
    return Totals(
        sites=len(every),
        seated=sum(site.present > 0 for site in every),
        connected=sum(site.connected > 0 for site in every),
        differing=sum(bool(site.gap) for site in every),
        people=sum(site.site.headcount or 0 for site in every),
        reporting=sum(site.site.headcount is not None for site in every),
    )


def sites_of(meeting: Meeting, reader: User) -> list[Site]:
    """Every site in the order of the tree. Seven queries."""
    keeps_all = may_keep_attendance(reader, meeting)
    kept = set(sites_kept_by(reader, meeting).values_list("pk", flat=True))
    connected = dict(
        Connection.objects.filter(meeting=meeting, left_at__isnull=True)
        .order_by()
        .values_list("site")
        .annotate(number=Count("pk"))
    )
    related = ("person", "appointment__position", "appointment__unit", "substitute__person", "stands_for__person")
    people = Attendee.every.select_related(*related).prefetch_related("check_ins")
    people = people.order_by("appointment__position__rank", "person__full_name", "pk")
    rows = meeting.sites.select_related("unit").prefetch_related(Prefetch("attendees", people))
    notes = _parts(meeting)
    return [
        _site(site, connected.get(site.pk, 0), notes, markable=keeps_all or site.pk in kept)
        for site in rows.order_by("unit__path", "pk")
    ]


def _site(site: MeetingSite, connected: int, notes: dict[int, list[str]], *, markable: bool) -> Site:
    people = [_person(attendee, notes, markable=markable) for attendee in site.attendees.all()]
    return Site(site, people, sum(person.here for person in people), connected, kept=markable)


def _person(attendee: Attendee, notes: dict[int, list[str]], *, markable: bool) -> Person:
    stays = list(attendee.check_ins.all())
    here = any(stay.left_at is None for stay in stays)
    takes_part = attendee.substitute is None and attendee.dropped_at is None
    votes = attendee.role in VOTING_ROLES and takes_part
    own = notes.get(attendee.person_id, [])
    note = "; ".join([attendee.part, *own] if attendee.part else own) if own else attendee.note
    return Person(attendee, stays, here, votes, markable and takes_part, note)


def _parts(meeting: Meeting) -> dict[int, list[str]]:
    """Who stood or is to stand for whom for a part of the meeting, in words, by person; not what was taken back before."""
    part = Q(starts_at__isnull=False) | Q(ends_at__isnull=False)
    rows = meeting.substitutions.filter(part).exclude(began_at__isnull=True, ended_at__isnull=False)
    found: dict[int, list[str]] = {}
    for one in rows.select_related("absent__person", "appointment__person").order_by("starts_at", "pk"):
        absent, substitute = one.absent.person, one.appointment.person
        words = {"absent": absent, "substitute": substitute, "part": one.part}
        found.setdefault(absent.pk, []).append(_("%(substitute)s dự thay %(part)s") % words)
        found.setdefault(substitute.pk, []).append(_("dự thay cho %(absent)s %(part)s") % words)
    return found


def workbook(meeting: Meeting, reader: User) -> bytes:
    """The attendance list as XLSX: a line per person with every stay, and a sheet with a line per site."""
    sites, now = sites_of(meeting, reader), timezone.now()
    title = _("Danh sách điểm danh: %(title)s") % {"title": meeting.title}
    book = Workbook()
    sheet = spreadsheets.first_sheet(book)
    sheet.title = _("Điểm danh")
    heads = [_("STT"), _("Điểm cầu"), _("Họ và tên"), _("Chức vụ, đơn vị"), _("Vai trò"), _("Có mặt")]
    heads += [_("Vào lúc"), _("Rời lúc"), _("Cách điểm danh"), _("Các lượt vào, rời"), _("Ghi chú"), _("Ký tên")]
    spreadsheets.head(sheet, title, heads, now)
    people = [(site, person) for site in sites for person in site.people]
    for number, (site, person) in enumerate(people, start=1):
        sheet.append(_line(number, site, person))
    spreadsheets.lay_out(sheet, (6, 32, 28, 48, 16, 12, 10, 10, 20, 28, 32, 18))
    by_site = book.create_sheet(_("Theo điểm cầu"))
    heads = [_("STT"), _("Điểm cầu"), _("Được mời"), _("Có mặt"), _("Số người báo có"), _("Máy kết nối")]
    heads.append(_("Chưa khớp"))
    spreadsheets.head(by_site, title, heads, now)
    for number, site in enumerate(sites, start=1):
        name = spreadsheets.plain(site.site.name)
        by_site.append([number, name, site.listed, site.present, site.site.headcount, site.connected, site.gap])
    spreadsheets.lay_out(by_site, (6, 40, 12, 12, 16, 14, 48))
    return spreadsheets.saved(book)


def _line(number: int, site: Site, person: Person) -> list[object]:
    last = person.stays[-1] if person.stays else None
    return [
        number,
        spreadsheets.plain(site.site.name),
        spreadsheets.plain(person.attendee.person.full_name),
        spreadsheets.plain(person.attendee.appointment.title),
        str(person.attendee.get_role_display()),
        _("Có mặt") if person.stays else _("Vắng có lý do") if person.attendee.excused else _("Vắng mặt"),
        _time(person.stays[0].at if person.stays else None),
        _time(last.left_at if last else None),
        str(last.get_method_display()) if last else "",
        "; ".join(f"{_time(stay.at)}–{_time(stay.left_at)}" for stay in person.stays),
        spreadsheets.plain(person.note),
    ]


def _time(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M}" if at else ""
