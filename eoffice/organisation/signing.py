"""In what capacity somebody signs (Decree 30/2020/NĐ-CP, Annex I: TM., Q., KT., TL., TUQ.)."""

import datetime as dt

from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment, Position, Unit

DEPUTY = "Phó "
WITH_SUPERIOR = (Unit.Kind.OFFICE, Unit.Kind.DEPARTMENT, Unit.Kind.DIVISION, Unit.Kind.BOARD)
"""Kinds of issuers above whose name the superior agency stands."""


def head_of(unit: Unit, day: dt.date | None = None) -> Appointment | None:
    """Who heads ``unit`` on ``day`` (today), in full office or acting."""
    heads = Appointment.objects.current(day).own().filter(unit=unit, position__duty=Position.Duty.HEAD)
    return heads.select_related("person", "position", "unit").order_by("position__rank", "pk").first()


def signs_for(person: User, unit: Unit, day: dt.date | None = None) -> Appointment | None:
    """Under which appointment ``person`` signs what ``unit`` issues: as its head, or a deputy for the head; else as whom
    one of them authorised.
    """
    leading = (Position.Duty.HEAD, Position.Duty.DEPUTY)
    held = Appointment.objects.held_by(person, day).filter(unit=unit, position__duty__in=leading)
    return held.select_related("person", "position", "unit").first()


def signers_of(unit: Unit) -> list[User]:
    """Who is asked to sign what ``unit`` issues: its head, and who acts for them; where there is none, its deputies."""
    people = [head.person] if (head := head_of(unit)) else []
    if head is not None:
        people += [
            lent.person for lent in Appointment.objects.current().filter(in_place_of=head).select_related("person")
        ]
    if not people:
        held = Appointment.objects.current().own().filter(unit=unit, position__duty=Position.Duty.DEPUTY)
        people = [deputy.person for deputy in held.select_related("person")]
    return people


def capacity(signer: Appointment, day: dt.date | None = None) -> tuple[str, ...]:
    """The lines above the signature, from the top.

    A head signs as such, an acting one with Q.; a deputy for the head (KT.); whom an absent leader authorised for them (TUQ.), under
    a position of their own; anybody else by the head's order (TL.). Who signs for a collective has TM. and its name above.
    """
    lines = _by_position(signer, day)
    return (f"TM. {_collective(signer.unit)}", *lines) if signer.for_collective else lines


def _collective(unit: Unit) -> str:
    """As it stands in signatures: without the place, which is in the head of the document."""
    committees = (Unit.Kind.COMMITTEE, Unit.Kind.DISTRICT, Unit.Kind.COMMUNE)
    return "Ủy ban nhân dân" if unit.kind in committees else unit.name


def _by_position(signer: Appointment, day: dt.date | None) -> tuple[str, ...]:
    title = signer.position.name
    if signer.is_delegated:
        own = Appointment.objects.held_by(signer.person, day).own().select_related("position").first()
        return (f"TUQ. {title}", *([own.position.name] if own else []))
    if signer.position.duty == Position.Duty.HEAD:
        return (f"Q. {title}",) if signer.kind == Appointment.Kind.ACTING else (title,)
    head = head_of(signer.unit, day)
    if head is not None:
        above = head.position.name
    elif title.startswith(DEPUTY):
        above = title.removeprefix(DEPUTY).capitalize()
    else:
        return (title,)
    return (f"{'KT.' if signer.position.duty == Position.Duty.DEPUTY else 'TL.'} {above}", title)


def superior_of(issuer: Unit) -> str:
    """The agency printed above the issuer's name; "" where none is."""
    parent = Unit.objects.get_parent(issuer) if issuer.kind in WITH_SUPERIOR else None
    return parent.name if parent else ""


def symbol_of(unit: Unit) -> str:
    """The abbreviation of an agency in the symbols of its documents: "UBND", "VP"."""
    agency = getattr(unit, "agency", None)
    return unit.symbol or (agency.symbol if agency else "") or "VP"
