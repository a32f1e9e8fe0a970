"""The history of an object, told: each entry of the log as a sentence (who, under which appointment, what, when).

What an act is called is known to the product that records it: it hands in the sentences, with the names of the entry's details in
them. Who may read which entries is decided there, too.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet

from eoffice.audit.models import Entry

PER_PAGE = 50


@dataclass(frozen=True)
class Line:
    """One act as it is shown."""

    entry: Entry
    deed: str

    @property
    def who(self) -> str:
        """Their name; "" for what the system does by itself."""
        return str(self.entry.actor or "")

    @property
    def under(self) -> str:
        """The appointment they acted under, with in whose place and until when."""
        return self.entry.appointment.title if self.entry.appointment else ""


def entries_of(model: type[Model], key: int) -> "QuerySet[Entry]":
    """The entries on one object of ``model``, latest first, with what ``Line`` shows."""
    return related(Entry.objects.filter(target_type=ContentType.objects.get_for_model(model), target_id=key))


def last_at(model: type[Model], keys: Collection[int], actions: Collection[str]) -> dict[int, dt.datetime]:
    """When one of ``actions`` was done last to the objects with ``keys``. One query."""
    kind = ContentType.objects.get_for_model(model)
    found = Entry.objects.filter(target_type=kind, target_id__in=keys, action__in=actions).order_by("at", "pk")
    return {key: at for key, at in found.values_list("target_id", "at") if key is not None}


def related(entries: "QuerySet[Entry]") -> "QuerySet[Entry]":
    """``entries`` with what ``Line`` shows."""
    return entries.select_related("actor", "appointment__position", "appointment__unit")


def page_of(entries: "QuerySet[Entry]", tell: Callable[[Entry], str], number: str | None) -> "Page[Line]":
    """A page of the history: two queries, however long it is."""
    page: Any = Paginator(entries, PER_PAGE).get_page(number)
    page.object_list = [Line(entry, tell(entry)) for entry in page.object_list]
    return page  # type: ignore[no-any-return]


def in_words(entry: Entry, sentences: Mapping[str, str], otherwise: str) -> str:
    """What was done, as one sentence without its subject; a detail that an old entry lacks is left out with what follows."""
    sentence = sentences.get(entry.action, otherwise)
    known = {name: value for name, value in entry.detail.items() if value is not None}
    detail = {name: "; ".join(map(str, value)) if isinstance(value, list) else value for name, value in known.items()}
    try:
        return sentence % detail
    except KeyError:
        return sentence.split(":")[0].split(" %")[0].split(" “%")[0]
