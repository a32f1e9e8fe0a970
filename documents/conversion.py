"""From the handed-in file to what is read: a PDF, and each page's text and picture.

The row is the job: WAITING → RUNNING → READY or FAILED. A job is claimed with one conditional update, so
running it twice is harmless; ``alive_at`` tells a slow job from one whose process died.
"""

import datetime as dt
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import recognition
from documents.announcing import paper_changed
from documents.failures import SENTENCES, ConversionError
from documents.models import Page, PaperVersion
from documents.office import to_pdf
from documents.permissions import may_manage
from documents.press import make_reading_copy
from documents.rendering import RenderedPage
from documents.search import index
from eoffice.audit import log
from eoffice.files.keeping import keep
from eoffice.files.kinds import PDF, WEBP
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from eoffice.queueing import MAX_ATTEMPTS, silent, start_on_commit

MAX_PAGES = 2000
_OFFICE_SHARE = 40  # percent of the progress bar that the step before the pages takes
_logger = structlog.get_logger(__name__)


def convert(version_id: int) -> None:
    """Carry out the conversion if it waits; do nothing if somebody else has it or it is done."""
    if not _claim(version_id):
        return
    version = PaperVersion.objects.select_related("paper", "original", "created_by__person").get(pk=version_id)
    try:
        with tempfile.TemporaryDirectory(prefix="eoffice-paper-") as workspace:
            _Job(version).run(Path(workspace))
    except ConversionError as error:
        _fail(version, error.code)
    except Exception:
        if not PaperVersion.objects.filter(pk=version_id).exists():
            return  # its draft was deleted meanwhile
        _logger.exception("conversion.crashed", version=version_id)
        _fail(version, "internal")


def unfinished(now: dt.datetime) -> list[int]:
    """Put dead jobs back to waiting (or give them up after the third time); all that wait now, oldest first."""
    dead = PaperVersion.objects.filter(conversion=PaperVersion.Conversion.RUNNING).filter(silent(now))
    for version in dead.filter(attempts__gte=MAX_ATTEMPTS).select_related("paper", "created_by__person"):
        _fail(version, "interrupted")
    dead.filter(attempts__lt=MAX_ATTEMPTS).update(conversion=PaperVersion.Conversion.WAITING, progress=0)
    waiting = PaperVersion.objects.filter(conversion=PaperVersion.Conversion.WAITING)
    return list(waiting.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def retry(version: PaperVersion, *, by: Appointment) -> None:
    """Try a failed conversion again; nothing happens unless it has failed. Raises NotAllowed(not-owner)."""
    from documents.intake import not_owner
    from documents.tasks import convert as job

    if not may_manage(by.person, version.paper):
        raise not_owner()
    failed = PaperVersion.objects.filter(pk=version.pk, conversion=PaperVersion.Conversion.FAILED)
    waiting = PaperVersion.Conversion.WAITING
    if failed.update(conversion=waiting, progress=0, attempts=0, failure="", failure_code=""):
        log.record("paper.conversion_retried", by=by, target=version.paper, version=version.number)
        start_on_commit(job, version.pk)


def _claim(version_id: int) -> bool:
    now = timezone.now()
    waiting = PaperVersion.objects.filter(pk=version_id, conversion=PaperVersion.Conversion.WAITING)
    return bool(
        waiting.update(
            conversion=PaperVersion.Conversion.RUNNING,
            progress=1,
            attempts=F("attempts") + 1,
            started_at=now,
            alive_at=now,
        )
    )


def office_pdf(source: Path, *, workspace: Path, alive: Callable[[float], None]) -> Path:
    """``source`` as PDF, by the LibreOffice of this server and within its limits. Raises as ``office.to_pdf``."""
    return to_pdf(
        source,
        workspace=workspace,
        program=settings.SOFFICE,
        timeout_s=settings.CONVERSION_TIMEOUT_S,
        memory_bytes=settings.CONVERSION_MEMORY_BYTES,
        alive=alive,
    )


class _Job:
    """One running conversion: knows its row and how far it is."""

    def __init__(self, version: PaperVersion) -> None:
        self.version = version
        self.told_at = time.monotonic()
        self.told_percent = 1
        self.pages = 0

    def run(self, workspace: Path) -> None:
        """Make everything, then say that the version is ready."""
        source = workspace / f"paper.{self.version.original.extension}"
        self.version.original.copy_to(source)
        make_reading_copy(
            self._pdf_of(source, workspace),
            workspace=workspace,
            max_pages=MAX_PAGES,
            on_copy=self._store_pdf,
            on_page=self._store_page,
            alive=lambda: self._tell(self.told_percent),
        )
        self._finish()

    def _pdf_of(self, source: Path, workspace: Path) -> Path:
        if source.suffix == f".{PDF.extension}":
            return source
        return office_pdf(
            source,
            workspace=workspace,
            alive=lambda gone: self._tell(min(_OFFICE_SHARE - 5, 2 + int(gone * 4))),
        )

    def _store_pdf(self, readable: Path, pages: int) -> None:
        with readable.open("rb") as content:
            pdf = keep(File(content), media_type=PDF.media_type, extension=PDF.extension)
        self.pages = pages
        with transaction.atomic():
            earlier = Page.objects.filter(version=self.version)
            index.remove_pages(earlier)
            earlier.delete()
        PaperVersion.objects.filter(pk=self.version.pk).update(pdf=pdf, page_count=pages)
        self._tell(_OFFICE_SHARE)

    def _store_page(self, page: RenderedPage) -> None:
        image = keep(ContentFile(page.image), media_type=WEBP.media_type, extension=WEBP.extension)
        with transaction.atomic():
            made = Page.objects.create(
                version=self.version,
                number=page.number,
                text=page.text,
                text_source=Page.Source.SCAN if page.is_scan else Page.Source.LAYER,
                image=image,
                width=page.width,
                height=page.height,
            )
            index.add_pages([made])
        self._tell(_OFFICE_SHARE + (100 - _OFFICE_SHARE) * page.number // (self.pages + 1))

    def _tell(self, percent: int) -> None:
        """Note progress and that the job lives, at most once a second."""
        now = time.monotonic()
        if now - self.told_at < 1 or percent < self.told_percent:
            return
        self.told_at, self.told_percent = now, percent
        PaperVersion.objects.filter(pk=self.version.pk).update(progress=percent, alive_at=timezone.now())

    @transaction.atomic
    def _finish(self) -> None:
        PaperVersion.objects.filter(pk=self.version.pk).update(
            conversion=PaperVersion.Conversion.READY,
            progress=100,
            failure="",
            failure_code="",
        )
        recognition.ask_for(self.version)
        paper_changed(self.version.paper_id)


@transaction.atomic
def _fail(version: PaperVersion, code: str) -> None:
    sentence = str(SENTENCES[code])
    changed = PaperVersion.objects.filter(pk=version.pk).update(
        conversion=PaperVersion.Conversion.FAILED,
        failure_code=code,
        failure=sentence[:300],
    )
    if not changed:
        return  # its draft was deleted meanwhile
    log.record(
        "paper.conversion_failed", by=version.created_by, target=version.paper, version=version.number, code=code
    )
    notify.send(
        [version.created_by.person],
        kind="paper.conversion-failed",
        title=lambda: _("Không chuyển đổi được tài liệu: %(title)s") % {"title": version.paper.title},
        body=lambda: str(SENTENCES[code]),
        url=reverse("paper-detail", args=[version.paper_id]),
    )
