"""A confidential item of the meeting that sits, its papers, and moving to it, for the tests of confidential items."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from documents.models import Page, Paper
from eoffice.errors import UserError
from meetings import agenda, conduct, tabling
from meetings.models import (
    AgendaItem,
    TabledPaper,
)
from tests import papers
from tests.city import City
from tests.factories import (
    PaperFactory,
    PaperVersionFactory,
    StoredFileFactory,
)
from tests.meetings.room import Sitting

WORD = "Zirconi"


def confide(city: City, sitting: Sitting, **point: Any) -> AgendaItem:
    """Item 2 of the meeting is confidential; the department takes part unless ``point`` says otherwise."""
    item = sitting.items[1]
    item.refresh_from_db()
    chosen = {"units": frozenset({city.department.pk}), **point}
    made = agenda.Point(title=f"Nhân sự {WORD}", confidential=True, **chosen)
    return agenda.edit_item(city["secretary"], item, made, version=item.version)


def lay_out(city: City, item: AgendaItem, *, by: str = "department_head") -> Paper:
    """A published paper on the table of ``item``."""
    paper: Paper = PaperFactory(created_by=city[by], title=f"Tờ trình {WORD}", state="published")
    pdf = StoredFileFactory(content__data=papers.pdf())
    version = PaperVersionFactory(paper=paper, conversion="ready", page_count=1, pdf=pdf)
    Page.objects.create(version=version, number=1, text="Kính gửi", image=StoredFileFactory())
    paper.published_version = version
    paper.save()
    TabledPaper.objects.create(item=item, paper=paper)
    tabling.share(item.meeting)
    return paper


def move(city: City, sitting: Sitting, number: int, *, by: str = "secretary") -> None:
    conduct.open_item(city[by], sitting.meeting, sitting.items[number].pk)


def refused(code: str, act: Callable[[], Any]) -> bool:
    with pytest.raises(UserError) as caught, transaction.atomic():
        act()
    return caught.value.code == code
