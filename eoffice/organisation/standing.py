"""Where a person stands in the organisation on a day: where they belong, in whose name they answer, over whom they have authority.

Their appointments are read in one query, within one request once (``kept``), and give the conditions of ``visible_to`` as lists of a few
ids: putting nested queries together anew for every question had cost more than asking them (docs/adr/0105-standing.md).
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from eoffice.organisation import paths

if TYPE_CHECKING:
    from eoffice.accounts.models import User
    from eoffice.organisation.models import Appointment


@dataclass
class _Kept:
    """What was read within a request, by person."""

    appointments: "dict[int, list[Appointment]]" = field(default_factory=dict)
    standings: "dict[tuple[int, dt.date], Standing]" = field(default_factory=dict)
    units: dict[tuple[str, ...], tuple[int, ...]] = field(default_factory=dict)
    """By the paths of those that one answers for: they and all below."""


_kept: ContextVar[_Kept | None] = ContextVar("standing", default=None)


@dataclass(frozen=True)
class Assisted:
    """A leader whom somebody helps today, by the ids of appointment, person and unit, and in what."""

    leader: int
    person: int
    unit: int
    documents: bool
    tasks: bool


@dataclass(frozen=True)
class Standing:
    """One person on one day."""

    person: int
    ever: tuple[int, ...]
    """Ids of all their appointments, past ones too, and of ``in_place_of``."""
    in_place_of: frozenset[int]
    """Ids of the appointments of absent people for whom they act."""
    member_of: frozenset[int]
    """Ids of the units in which they hold any appointment."""
    represents: frozenset[int]
    """Ids of the units in whose name they answer: as head, deputy or clerk of that very unit."""
    leads: frozenset[int]
    """Ids of the units of which they are head or deputy."""
    belongs_below: frozenset[str]
    """Paths of the units to or below which they belong: what is said of one of these holds for them."""
    authority: tuple[str, ...]
    """Paths of the units they answer for: they have authority over these and all below them; an officer over none."""
    assists: tuple[Assisted, ...] = ()
    """The leaders whose assistant they are."""

    def over(self) -> Q:
        """Units under their authority."""
        condition = Q(pk__in=[])
        for path in self.authority:
            condition |= Q(path__startswith=path)
        return condition

    def reached(self) -> Q:
        """Of rows that name a ``person`` or a ``unit``: theirs, and those of units to or below which they belong."""
        return Q(person=self.person) | Q(unit__path__in=self.belongs_below)


def standing_of(user: "User", day: dt.date | None = None) -> Standing:
    """Where ``user`` stands on ``day`` (today). One query, none where it is kept."""
    key = (user.pk, day or timezone.localdate())
    kept = _kept.get()
    if kept is None:
        return _standing(user, key[1])
    if key not in kept.standings:
        kept.standings[key] = _standing(user, key[1])
    return kept.standings[key]


def units_over(user: "User") -> tuple[int, ...]:
    """Ids of the units under ``user``'s authority today: a database knows better what a list of them costs than a question.
    One query, none where they are kept or there are none.
    """
    standing, kept = standing_of(user), _kept.get()
    if kept is None:
        return _units(standing)
    if standing.authority not in kept.units:
        kept.units[standing.authority] = _units(standing)
    return kept.units[standing.authority]


def appointments_of(user: "User") -> "list[Appointment]":
    """All appointments of ``user``, past and coming ones too, most senior first, delegated ones last, with unit and position.
    One query, none where they are kept.
    """
    kept = _kept.get()
    if kept is None:
        return _appointments(user)
    if user.pk not in kept.appointments:
        kept.appointments[user.pk] = _appointments(user)
    return kept.appointments[user.pk]


@contextmanager
def counting(user: "User", appointments: "list[Appointment]") -> Iterator[None]:
    """Inside, ``user`` stands where these of their appointments alone put them."""
    token = _kept.set(_Kept({user.pk: appointments}))
    try:
        yield
    finally:
        _kept.reset(token)


@contextmanager
def kept() -> Iterator[None]:
    """What is read of anybody's standing inside is read once: for a request, not for what lives longer."""
    token = _kept.set(_Kept())
    try:
        yield
    finally:
        _kept.reset(token)


def forget() -> None:
    """Somebody was appointed, or the tree has changed: read anew what was kept."""
    if (kept := _kept.get()) is not None:
        kept.appointments.clear()
        kept.standings.clear()
        kept.units.clear()


def _appointments(user: "User") -> "list[Appointment]":
    from eoffice.organisation.models import Appointment, AssistantLink

    found = Appointment.objects.filter(person=user.pk).order_by("whose_place", "position__rank", "pk")
    links = AssistantLink.objects.filter(assistant=OuterRef("pk"), ended_at=None)
    return list(found.select_related("unit", "position").annotate(assisting=Exists(links)))


def _units(standing: Standing) -> tuple[int, ...]:
    from eoffice.organisation.models import Unit

    if not standing.authority:
        return ()
    return tuple(Unit.objects.filter(standing.over()).order_by("path").values_list("pk", flat=True))


def _standing(user: "User", day: dt.date) -> Standing:
    from eoffice.organisation.models import Position

    leading = {Position.Duty.HEAD, Position.Duty.DEPUTY}
    answering = {*leading, Position.Duty.CLERK}
    known = appointments_of(user)
    held = [(one.unit_id, one.unit.path, one.position.duty) for one in known if one.is_valid_on(day)]
    lent = frozenset(one.in_place_of_id for one in known if one.in_place_of_id and one.is_valid_on(day))
    answered = {(unit, path) for unit, path, duty in held if duty in answering}
    return Standing(
        person=user.pk,
        ever=(*(one.pk for one in known), *lent),
        in_place_of=lent,
        member_of=frozenset(unit for unit, _path, _duty in held),
        represents=frozenset(unit for unit, _path in answered),
        leads=frozenset(unit for unit, _path, duty in held if duty in leading),
        belongs_below=frozenset(above for _unit, path, _duty in held for above in paths.line(path)),
        authority=tuple(sorted({path for _unit, path in answered})),
        assists=_assisted([one for one in known if getattr(one, "assisting", False) and one.is_valid_on(day)], day),
    )


def _assisted(held: "list[Appointment]", day: dt.date) -> tuple[Assisted, ...]:
    """The leaders whom the holder of ``held`` helps on ``day``. One query, none for who is nobody's assistant."""
    from eoffice.organisation.models import Appointment, AssistantLink

    if not held:
        return ()
    links = AssistantLink.objects.filter(
        assistant__in=held,
        ended_at=None,
        valid_from__lte=day,
        valid_to__gte=day,
        leader__in=Appointment.objects.current(day).filter(person__is_active=True),
    )
    columns = ("leader", "leader__person", "leader__unit", "documents", "tasks")
    return tuple(Assisted(*row) for row in links.order_by("leader__position__rank", "pk").values_list(*columns))
