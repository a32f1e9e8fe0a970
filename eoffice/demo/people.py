"""Demo organisation and demo people. Loading again adds only what is missing."""

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.db import transaction

from eoffice.accounts.models import User
from eoffice.accounts.names import folded
from eoffice.demo.cast import BOARD, COMMITTEE, DEMO_COMMUNE, DIVISIONS, Part, parts
from eoffice.demo.names import demo_name
from eoffice.organisation import importing, tree
from eoffice.organisation.groups import ensure_group
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.positions import load_catalogue

PASSWORD = "hanoi-demo-2026"  # noqa: S105 - shown on the sign-in page of a demo, by intention
ADMINISTRATOR = "quantri"
SINCE = dt.date(2025, 7, 1)


@transaction.atomic
def load() -> int:
    """Hà Nội since July 2025 with about 600 people; returns how many people were added."""
    importing.load((importing.DATA / "hanoi-2025.csv").read_bytes())
    units = _with_demo_units()
    ensure_group("126 phường, xã", below=units[COMMITTEE], kind=Unit.Kind.COMMUNE, order=1)
    ensure_group("Các sở, ban, ngành", below=units[COMMITTEE], kind=Unit.Kind.DEPARTMENT, order=2)
    cast = list(parts({code: unit.short_name for code, unit in units.items() if unit.kind == Unit.Kind.COMMUNE}))
    added = _add_people(cast)
    _appoint(cast, units)
    return added


def _with_demo_units() -> dict[str, Unit]:
    units = _units()
    wanted = [(BOARD, "Ban Chỉ đạo chuyển đổi số thành phố", COMMITTEE, Unit.Kind.BOARD, Unit.Level.CITY)]
    wanted += [
        (code, name, DEMO_COMMUNE, Unit.Kind.DIVISION, Unit.Level.COMMUNE)
        for code, name, _position, _username in DIVISIONS
    ]
    for code, name, parent, kind, level in wanted:
        if code not in units:
            tree.place_unit(units[parent], name=name, kind=kind, level=level, valid_from=SINCE, code=code)
    return _units()


def _units() -> dict[str, Unit]:
    return {unit.code: unit for unit in Unit.objects.valid_on(SINCE).exclude(code="")}


def _add_people(cast: list[Part]) -> int:
    usernames = list(dict.fromkeys(part.username for part in cast))
    known = set(User.objects.values_list("username", flat=True))
    shared = make_password(PASSWORD)  # hashed once: Argon2 for each of 600 people would take minutes
    people = [
        _person(username, demo_name(number), shared)
        for number, username in enumerate(usernames)
        if username not in known
    ]
    if ADMINISTRATOR not in known:
        people.append(_person(ADMINISTRATOR, "Quản trị hệ thống", shared, is_staff=True, is_superuser=True))
    User.objects.bulk_create(people)
    return len(people)


def _person(username: str, full_name: str, password: str, **rights: bool) -> User:
    return User(
        username=username,
        full_name=full_name,
        search_name=folded(full_name),
        email=f"{username}@eoffice.example",
        password=password,
        **rights,
    )


def _appoint(cast: list[Part], units: dict[str, Unit]) -> None:
    positions = load_catalogue()
    people = {person.username: person for person in User.objects.all()}
    Appointment.objects.bulk_create(
        [
            Appointment(
                person=people[part.username],
                position=positions[part.position],
                unit=units[part.unit],
                kind=part.kind,
                valid_from=SINCE,
            )
            for part in cast
        ],
        ignore_conflicts=True,
    )
