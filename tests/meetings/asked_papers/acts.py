"""What office and agency do with a paper that is asked for, over HTTP."""

import datetime as dt
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Paper, PaperVersion
from eoffice.notifications.models import Notification
from meetings.models import AgendaItem, PaperRequest
from tests import papers

JSON = {"Accept": "application/json"}


def typed_moment(name: str, at: dt.datetime) -> dict[str, str]:
    local = timezone.localtime(at)
    return {f"{name}_0": f"{local:%d/%m/%Y}", f"{name}_1": f"{local:%H:%M}"}


def ask(office: Client, item: AgendaItem, *units: Any, **fields: Any) -> Any:
    due = fields.pop("due", timezone.now() + dt.timedelta(days=1))
    typed = {
        "units": [unit.pk for unit in units],
        "title": "Báo cáo tiến độ",
        "key": "0b2f9a35-6f8e-4e8a-9d7e-3f2c63a4b0a1",
        **typed_moment("due", due),
        **fields,
    }
    return office.post(reverse("paper-request-create", args=[item.pk]), typed)


def act(client: Client, name: str, asked: PaperRequest, **fields: Any) -> Any:
    return client.post(reverse(f"paper-request-{name}", args=[asked.pk]), fields)


def hand_in(agency: Client, asked: PaperRequest, pages: int = 1) -> PaperVersion:
    """The file arrives and is converted."""
    upload = papers.upload(papers.pdf(pages), f"bao-cao-{pages}.pdf")
    answer = agency.post(reverse("paper-request-upload", args=[asked.pk]), {"file": upload}, headers=JSON)
    assert answer.status_code == 201, answer.content
    asked.refresh_from_db()
    version = asked.paper.versions.latest("number")
    PaperVersion.objects.filter(pk=version.pk).update(conversion="ready", page_count=pages)
    return version


def send(agency: Client, asked: PaperRequest, pages: int = 1) -> PaperVersion:
    """Handed in and submitted."""
    version = hand_in(agency, asked, pages)
    assert act(agency, "submit", asked, version=version.number).status_code == 302
    return version


def approve(office: Client, asked: PaperRequest, version: int = 1, **fields: Any) -> Any:
    return act(office, "approve", asked, **{"version": version, "release": "now", "expiry": "", **fields})


def told(kind: str) -> list[str]:
    return sorted(Notification.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def state_of(asked: PaperRequest) -> str:
    return Paper.objects.get(request=asked).state
