"""Marks of a reader on a paper of three pages, for the tests of annotations."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.test import Client
from django.urls import reverse

from documents import publishing
from documents.models import PaperVersion
from documents.sharing import grant_to_meeting
from tests.city import City
from tests.factories import PaperFactory, PaperVersionFactory

MARK = {
    "kind": "highlight",
    "colour": "green",
    "page": 2,
    "rectangles": [{"left": 1000, "top": 2000, "width": 3000, "height": 200}],
    "quote": "giải ngân đạt 72 %",
    "prefix": "Đến hết tháng 11, ",
    "suffix": " kế hoạch",
    "text": "Hỏi Sở Tài chính.",
    "strokes": [],
}
INK = {
    **MARK,
    "kind": "ink",
    "colour": "red",
    "rectangles": [{"left": 1000, "top": 2000, "width": 1000, "height": 500}],
    "strokes": [[1000, 2000, 2000, 2500], [1500, 2200]],
    "text": "",
}


def published(city: City) -> PaperVersion:
    """Three pages, published to the commune."""
    paper = PaperFactory(created_by=city["organiser_clerk"], title="Giải ngân", state="published")
    made: PaperVersion = PaperVersionFactory(paper=paper, conversion="ready", page_count=3)
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune])
    return made


def kept(client: Client, version: PaperVersion, key: int = 1, **changed: Any) -> Any:
    """The answer to a mark like ``MARK``."""
    address = reverse("paper-annotation", args=[version.pk, UUID(int=key)])
    return client.post(
        address, {**MARK, **changed}, content_type="application/json", headers={"Accept": "application/json"}
    )


def newer(version: PaperVersion, by: City) -> PaperVersion:
    """The next version, published."""
    made: PaperVersion = PaperVersionFactory(paper=version.paper, number=2, conversion="ready", page_count=3)
    with transaction.atomic():
        publishing.publish(version.paper, by=by["organiser_clerk"])
    made.refresh_from_db()
    return made
