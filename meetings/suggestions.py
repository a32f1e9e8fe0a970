"""What the system reads out of conclusions, laid before the secretary to be confirmed (docs/domain/conclusions.md)."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.errors import UserError
from eoffice.organisation.models import Appointment, Unit, UnitGroup
from meetings import conclusions
from meetings.conclusions import Sentence
from meetings.models import Conclusion, Meeting
from meetings.task_reading import Names, Passage, Reading, passages, read

TEXT_LIMIT = 60_000
PASSAGES_LIMIT = 100


def agencies() -> Names:
    """The names of the agencies of today, long and short, with and without the place they are in; groups of units by their
    negative ids. Three queries.

    Divisions are left out: many agencies have one of the same name.
    """
    place = f" {settings.PLACE_NAME}"
    units = Unit.objects.valid_on(timezone.localdate()).filter(agency__isnull=False)
    rows = units.values_list("pk", "name", "short_name")
    named = [(pk, {name, short, name.removesuffix(place), short.removesuffix(place)}) for pk, name, short in rows]
    groups = [(-group.pk, _names_of(group)) for group in UnitGroup.objects.prefetch_related("members")]
    return Names([*named, *groups])


GROUP_WORDS = {
    Unit.Kind.COMMUNE: (
        "{} các xã, phường",
        "{} các phường, xã",
        "{} các xã, phường, đặc khu",
        "{} các phường, xã, thị trấn",
    ),
    Unit.Kind.DEPARTMENT: ("các sở, ban, ngành", "các sở, ngành", "các sở, ban, ngành thành phố"),
}
"""How a group by rule is named in texts, by the kind of its units; {}: with and without "UBND"."""


def _names_of(group: UnitGroup) -> set[str]:
    """Its own name, and what one says for all units of its kind."""
    said = GROUP_WORDS.get(Unit.Kind(group.kind), ()) if group.kind and not group.members.all() else ()
    return {group.name, *(words.format(who).strip() for words in said for who in ("", "UBND"))}


def of_sentence(text: str) -> Reading:
    """What one conclusion says of who is to do it, with whom, by when."""
    return read(text, agencies(), timezone.localdate())


def of_text(text: str) -> list[Passage]:
    """The paragraphs of a whole text. Raises UserError("text-too-long")."""
    found = passages(text[: TEXT_LIMIT + 1], agencies(), timezone.localdate())
    if len(text) > TEXT_LIMIT or len(found) > PASSAGES_LIMIT:
        raise UserError(
            "text-too-long",
            _("Văn bản dài quá: tối đa %(most)d đoạn, %(letters)d ký tự.")
            % {"most": PASSAGES_LIMIT, "letters": TEXT_LIMIT},
            hint=_("Dán từng phần một."),
        )
    return found


def form_values(reading: Reading) -> dict[str, Any]:
    """A reading as the values of ``ConclusionForm``; what was not understood is not there."""
    values: dict[str, Any] = {}
    if reading.lead is not None:
        values |= {"is_task": True, "lead_unit": reading.lead}
    elif reading.group is not None:
        values |= {"is_task": True, "lead_group": reading.group}
    if reading.coordinators:
        values["coordinators"] = list(reading.coordinators)
    match reading.due:
        case None:
            pass
        case due if due.kind == "fixed":
            values |= {"due": "fixed", "due_on": due.day}
        case due if due.kind == "days":
            values |= {"due": "days", "due_days": due.days}
        case due if due.kind == "recurring" and due.every:
            values |= {"due": "recurring", "recur_every": due.every}
            values |= {"recur_day": due.day_of_period} if due.day_of_period and due.every == "month" else {}
            values |= {"recur_until": due.day} if due.day else {}
        case _:
            values["due"] = "open"
    return values


@transaction.atomic
def write(by: Appointment, meeting: Meeting, sentences: Iterable[tuple[Sentence, uuid.UUID]]) -> list[Conclusion]:
    """Add conclusions, each with the key of its form, or none of them. Raises as ``conclusions.write``."""
    return [conclusions.write(by, meeting, sentence, key=key) for sentence, key in sentences]
