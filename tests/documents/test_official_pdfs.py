"""Official documents as PDF: made once by the real LibreOffice, asked for again while it is being made."""

import dataclasses
import datetime as dt
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import official_pdfs, tasks
from documents.decree30.parts import OfficialDocument, Paragraph, Signature
from documents.models import OfficialPdf
from eoffice.queueing import DEAD_AFTER
from meetings.models import Meeting
from tests.city import City
from tests.factories import MeetingFactory

pytestmark = pytest.mark.django_db
LETTER = OfficialDocument(
    type_name="Giấy mời",
    subject="Họp giao ban",
    issuer="Ủy ban nhân dân thành phố Hà Nội",
    number=5,
    symbol="GM-UBND",
    place="Hà Nội",
    day=dt.date(2026, 12, 1),
    body=(Paragraph("Kính mời dự họp./."),),
    signature=Signature(("Chủ tịch",), "Trần Văn Chủ"),
    recipients=("Như trên",),
)


@pytest.fixture
def meeting(city: City) -> Meeting:
    return MeetingFactory(chair=city["chair"], secretary=city["secretary"], state=Meeting.State.INVITED)


def test_the_same_document_is_made_once_and_another_anew() -> None:
    first = official_pdfs.of(LETTER)
    assert official_pdfs.of(LETTER) == first
    assert official_pdfs.of(dataclasses.replace(LETTER, number=6)) != first


@pytest.mark.slow
def test_who_asks_sees_how_far_it_is_and_then_reads_it(meeting: Meeting, client_as: Callable[[str], Client]) -> None:
    client, address = client_as("secretary"), reverse("meeting-invitation-pdf", args=[meeting.pk])
    waiting = client.get(address).content.decode()
    assert "Chờ tạo bản PDF" in waiting
    assert f'hx-get="{address}"' in waiting
    tasks.make_official_pdf(OfficialPdf.objects.get().pk)
    assert client.get(address, headers={"HX-Request": "true"}).headers["HX-Redirect"] == address
    ready = client.get(address)
    assert ready.headers["Content-Type"] == "application/pdf"
    pdf = pypdfium2.PdfDocument(b"".join(ready) if ready.streaming else ready.content)  # type: ignore[call-overload]
    try:
        text = pdf[0].get_textpage().get_text_bounded()
    finally:
        pdf.close()
    assert "GIẤY MỜI" in text
    assert meeting.title in text


def test_a_failure_is_told_and_can_be_tried_again(
    meeting: Meeting, client_as: Callable[[str], Client], settings: Any, tmp_path: Path
) -> None:
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    settings.SOFFICE = str(program)
    client, address = client_as("secretary"), reverse("meeting-invitation-pdf", args=[meeting.pk])
    client.get(address)
    made = OfficialPdf.objects.get()
    tasks.make_official_pdf(made.pk)
    told = client.get(address).content.decode()
    assert "dùng bản Word" in told
    assert "hx-get" not in told[told.index('id="official-pdf"') : told.index("</section>")]
    assert "Chờ tạo bản PDF" in client.post(address).content.decode()
    made.refresh_from_db()
    assert (made.state, made.attempts) == ("waiting", 0)


def test_jobs_whose_process_died_begin_again_and_are_given_up_after_the_third_time() -> None:
    now = timezone.now()
    rows = [official_pdfs.of(dataclasses.replace(LETTER, number=number)).pk for number in (1, 2, 3, 4)]
    for pk, attempts, alive_at in zip(rows, (1, 3, 1), (now - 2 * DEAD_AFTER, now - 2 * DEAD_AFTER, now), strict=False):
        OfficialPdf.objects.filter(pk=pk).update(state="running", attempts=attempts, alive_at=alive_at)
    assert official_pdfs.unfinished(now) == [rows[0], rows[3]]
    states = dict(OfficialPdf.objects.values_list("pk", "state"))
    assert states == {rows[0]: "waiting", rows[1]: "failed", rows[2]: "running", rows[3]: "waiting"}


def test_what_is_old_is_forgotten() -> None:
    official_pdfs.of(LETTER)
    assert official_pdfs.unfinished(timezone.now() + official_pdfs.KEPT_FOR + dt.timedelta(seconds=1)) == []
    assert not OfficialPdf.objects.exists()
