"""Who can see a paper ("Ai xem được"), from the paper's side: everybody whom ``Paper.objects.visible_to`` lets in, and why.

``visible_to`` is the door. This is its reverse, for telling in words; ``tests/documents/test_readership.py`` holds the two
together for every role and state.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from documents.listing import Reason, reason_in_words
from documents.models import Grant, Paper
from documents.permissions import may_manage
from documents.queries import grants_to
from documents.sharing import excluded_from
from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.paths import line


class Through(StrEnum):
    """Through what somebody may open a paper; the order in which the groups are shown."""

    OWN = "own"
    APPROVING = "approving"
    INVITED = "invited"
    ABOVE = "above"


@dataclass(frozen=True)
class Way:
    """One way by which a person comes to a paper: ``unit`` in whose name ("" in person), ``reason`` the meeting."""

    through: Through
    opens: bool
    """It lets them in now; otherwise once the paper is published (submitted, for who approves it)."""
    unit: str = ""
    reason: Reason | None = None
    wrote: bool = False
    chosen: bool = False
    """The paper is of a confidential item: only those chosen for it are invited to read."""

    @property
    def words(self) -> str:
        """Why, in words."""
        meeting = self.reason.label if self.reason and self.reason.label else _("một cuộc họp")
        match self.through:
            case Through.OWN:
                unit = {"unit": self.unit}
                return _("Người soạn, thuộc %(unit)s") % unit if self.wrote else _("Phụ trách %(unit)s") % unit
            case Through.APPROVING:
                return _("Duyệt tài liệu của cuộc họp “%(meeting)s”") % {"meeting": meeting}
            case Through.INVITED if self.chosen and self.unit:
                return _("%(unit)s được dự mục kín của “%(meeting)s”") % {"unit": self.unit, "meeting": meeting}
            case Through.INVITED if self.chosen:
                return _("Được dự mục kín của “%(meeting)s”") % {"meeting": meeting}
            case Through.INVITED if self.unit:
                return _("%(unit)s được mời dự “%(meeting)s”") % {"unit": self.unit, "meeting": meeting}
            case Through.INVITED:
                return _("Được mời dự “%(meeting)s”") % {"meeting": meeting}
            case _:
                return _("Cấp trên của đơn vị soạn: %(unit)s") % {"unit": self.unit}


@dataclass
class Reader:
    """A person, the post they hold ("" when none), and by what ways they come to the paper."""

    person: User
    post: str = ""
    ways: list[Way] = field(default_factory=list)
    excluded: bool = False
    """For a conflict of interest; no way but their own lets them in."""

    def lets_in(self, way: Way) -> bool:
        """``way`` is open to them now."""
        return way.opens and not (self.excluded and way.through != Through.OWN)

    @property
    def opens(self) -> bool:
        """They may open the paper now."""
        return any(self.lets_in(way) for way in self.ways)

    @property
    def shut_out(self) -> bool:
        """They would see it, but for the exclusion."""
        return self.excluded and not self.opens


@dataclass
class Group:
    """Those who come the same way: the people, and the units for which they do."""

    through: Through
    reason: Reason | None
    opens: bool
    units: set[str] = field(default_factory=set)
    people: dict[int, str] = field(default_factory=dict)
    """Names by person, in the order of the list."""


@dataclass(frozen=True)
class Readership:
    """Everybody concerned by name, and the same in groups."""

    readers: list[Reader]
    groups: list[Group]

    @property
    def now(self) -> int:
        """How many may open the paper now."""
        return sum(reader.opens for reader in self.readers)

    @property
    def later(self) -> int:
        """How many more will be able to, once it is published or submitted."""
        return len(self.readers) - self.now - len(self.shut_out)

    @property
    def shut_out(self) -> list[Reader]:
        """Who is concerned and excluded."""
        return [reader for reader in self.readers if reader.shut_out]

    def of(self, person: User) -> Reader | None:
        """What concerns ``person``."""
        return next((reader for reader in self.readers if reader.person.pk == person.pk), None)


def readership(paper: Paper, viewer: User) -> Readership:
    """Who can see ``paper``, as far as ``viewer`` may be told. A constant number of queries.

    ``viewer`` is of its own people or approves it (``permissions.may_see_readership``); the latter are not told the names
    of meetings that do not concern them.
    """
    readers: dict[int, Reader] = {}
    published = paper.state == Paper.State.PUBLISHED
    grants = list(paper.grants.select_related("unit", "person").order_by("reason", "pk"))
    posts = _posts(paper, grants)
    _author(paper, readers)
    for post in posts.get(paper.owner_unit_id, []):
        _add(readers, post, Way(Through.OWN, opens=True, unit=paper.owner_unit.name))
    _granted(paper, readers, grants, posts, _namer(paper, viewer, grants))
    for unit_id, held in posts.items():
        if (
            not paper.confined
            and unit_id != paper.owner_unit_id
            and paper.owner_unit.path.startswith(held[0].unit.path)
        ):
            for post in held:
                _add(readers, post, Way(Through.ABOVE, opens=published, unit=post.unit.name))
    for person in excluded_from([paper.pk]).get(paper.pk, ()):
        if person in readers:
            readers[person].excluded = True
    _find_posts([reader for reader in readers.values() if not reader.post])
    ordered = sorted(
        readers.values(), key=lambda reader: (not reader.opens, reader.person.search_name, reader.person.pk)
    )
    return Readership(ordered, _grouped(ordered))


def _posts(paper: Paper, grants: Iterable[Grant]) -> dict[int, list[Appointment]]:
    """Who answers today for the owning unit, the units above it and those granted it, by unit."""
    above = Unit.objects.filter(path__in=line(paper.owner_unit.path)).order_by()
    wanted = {*above.values_list("pk", flat=True), *(grant.unit_id for grant in grants if grant.unit_id)}
    held = Appointment.objects.current().representing().filter(unit__in=wanted, person__is_active=True)
    found: dict[int, list[Appointment]] = {}
    for post in held.select_related("person", "position", "unit").in_protocol_order():
        found.setdefault(post.unit_id, []).append(post)
    return found


def _author(paper: Paper, readers: dict[int, Reader]) -> None:
    """Who wrote it, as long as they belong to the owning unit."""
    person = paper.created_by.person
    held = Appointment.objects.held_by(person).filter(unit=paper.owner_unit, person__is_active=True)
    post = held.select_related("person", "position", "unit").first()
    if post is not None:
        _add(readers, post, Way(Through.OWN, opens=True, unit=paper.owner_unit.name, wrote=True))


def _granted(
    paper: Paper,
    readers: dict[int, Reader],
    grants: Iterable[Grant],
    posts: dict[int, list[Appointment]],
    namer: dict[str, Reason | None],
) -> None:
    published = paper.state == Paper.State.PUBLISHED
    submitted = paper.versions.filter(submitted_at__isnull=False).exists()
    for grant in grants:
        through = Through.APPROVING if grant.reviews else Through.INVITED
        opens, reason = submitted if grant.reviews else published, namer[grant.reason]
        if grant.person is not None and grant.person.is_active:
            reader = readers.setdefault(grant.person.pk, Reader(grant.person))
            reader.ways.append(Way(through, opens=opens, reason=reason, chosen=paper.confined))
        elif grant.unit is not None:
            for post in posts.get(grant.unit.pk, []):
                way = Way(through, opens=opens, unit=grant.unit.name, reason=reason, chosen=paper.confined)
                _add(readers, post, way)


def _namer(paper: Paper, viewer: User, grants: Iterable[Grant]) -> dict[str, Reason | None]:
    """The meeting behind each reason in words; None where ``viewer`` is not to be told."""
    concerning = None
    if not may_manage(viewer, paper):
        known = grants_to(viewer).filter(paper=paper).values_list("reason", flat=True)
        concerning = {meeting_of(reason) for reason in known}
    return {
        grant.reason: reason_in_words(grant.reason, grant.label)
        if concerning is None or meeting_of(grant.reason) in concerning
        else None
        for grant in grants
    }


def meeting_of(reason: str) -> str:
    """The number in a grant's reason ("meeting:7", "review:7")."""
    return reason.partition(":")[2]


def _add(readers: dict[int, Reader], post: Appointment, way: Way) -> None:
    reader = readers.setdefault(post.person_id, Reader(post.person))
    reader.post = reader.post or post.title
    if way not in reader.ways:
        reader.ways.append(way)


def _find_posts(readers: list[Reader]) -> None:
    """The most senior post of those who are named in person. One query."""
    held = Appointment.objects.current().own().filter(person__in=[reader.person for reader in readers])
    posts: dict[int, str] = {}
    for post in held.select_related("person", "position", "unit").in_protocol_order():
        posts.setdefault(post.person_id, post.title)
    for reader in readers:
        reader.post = posts.get(reader.person.pk, "")


def _grouped(readers: Iterable[Reader]) -> list[Group]:
    groups: dict[tuple[Through, str], Group] = {}
    for reader in readers:
        for way in () if reader.shut_out else reader.ways:
            key = (way.through, f"{way.reason.meeting}" if way.reason else "")
            group = groups.setdefault(key, Group(way.through, way.reason, way.opens))
            group.people[reader.person.pk] = reader.person.full_name
            if way.unit:
                group.units.add(way.unit)
    order = list(Through)
    return sorted(
        groups.values(), key=lambda group: (order.index(group.through), group.reason.label if group.reason else "")
    )
