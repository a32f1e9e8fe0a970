"""Reading the words of scans: after the conversion, while the paper can be read already (ADR 0056).

The row is the job, as with ``conversion``: WAITING → RUNNING → WAITING … → DONE or FAILED, or MISSING where the program
is not installed. One runs at a time, which the database guards. A turn takes a few pages and stores each by itself, so
that nothing is lost when the process dies.
"""

import datetime as dt
import tempfile
import time
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from documents import ocr, press
from documents.failures import ConversionError
from documents.models import Page, PaperVersion, Recognition
from documents.permissions import may_manage
from documents.search import index
from documents.stamped_scans import look_for_stamp
from eoffice.audit import log
from eoffice.files.keeping import keep
from eoffice.files.kinds import PDF
from eoffice.files.models import StoredFile
from eoffice.organisation.models import Appointment
from eoffice.queueing import MAX_ATTEMPTS, silent, start_on_commit

PAGES_PER_TURN = 10
WORDLESS_FOR = dt.timedelta(days=1)
"""So long a reader may have the copy open that has no words yet."""
_TELL_EVERY_S = 5
_State = Recognition.State
_logger = structlog.get_logger(__name__)


def ask_for(version: PaperVersion) -> None:
    """Have the scanned pages of a version that was just converted recognised; a version without any needs nothing."""
    from documents.tasks import recognise

    pages = _scans(version).count()
    if pages:
        Recognition.objects.create(version=version, pages=pages)
        start_on_commit(recognise)


def take_turn() -> bool:
    """Recognise some pages of the version that waits longest. Whether another turn may follow at once.

    Nothing happens while another turn runs: whoever ends it goes on.
    """
    if not ocr.is_installed(settings.OCR, settings.OCR_LANGUAGES):
        Recognition.objects.filter(state=_State.WAITING).update(state=_State.MISSING)
        return False
    job = _claim()
    if job is None:
        return False
    try:
        with tempfile.TemporaryDirectory(prefix="eoffice-scan-") as workspace:
            _Turn(job, Path(workspace)).run()
    except ocr.OcrMissing:
        Recognition.objects.filter(pk=job.pk).update(state=_State.MISSING, attempts=0)
        return False
    except Exception:
        if Recognition.objects.filter(pk=job.pk).exists():  # else its draft was deleted meanwhile
            _logger.exception("recognition.crashed", version=job.version_id)
            _fail(job, "internal")
    return Recognition.objects.filter(state=_State.WAITING).exists()


def waits(now: dt.datetime) -> bool:
    """Put dead turns back (or give them up after the third), and what waited for the program; whether any waits now."""
    dead = Recognition.objects.filter(state=_State.RUNNING).filter(silent(now))
    for job in dead.filter(attempts__gte=MAX_ATTEMPTS):
        _fail(job, "interrupted")
    dead.filter(attempts__lt=MAX_ATTEMPTS).update(state=_State.WAITING)
    PaperVersion.objects.filter(wordless__isnull=False, recognition__alive_at__lt=now - WORDLESS_FOR).update(
        wordless=None
    )
    missing = Recognition.objects.filter(state=_State.MISSING)
    if missing.exists() and ocr.is_installed(settings.OCR, settings.OCR_LANGUAGES):
        missing.update(state=_State.WAITING)
    return Recognition.objects.filter(state=_State.WAITING).exists()


@transaction.atomic
def retry(version: PaperVersion, *, by: Appointment) -> None:
    """Try again what could not be recognised; nothing happens unless it failed. Raises NotAllowed(not-owner)."""
    from documents.intake import not_owner
    from documents.tasks import recognise

    if not may_manage(by.person, version.paper):
        raise not_owner()
    failed = Recognition.objects.filter(version=version, state=_State.FAILED)
    again = {"state": _State.WAITING, "queued_at": timezone.now(), "attempts": 0, "unread": []}
    if failed.update(**again, failure_code=""):
        log.record("paper.recognition_retried", by=by, target=version.paper, version=version.number)
        start_on_commit(recognise)


def read_anew(before: dt.datetime) -> int:
    """Have scans read once more whose words were read before ``before``, such as by a program that laid none over their
    pages yet; how many versions. Until a page's turn comes the search does not find its words.
    """
    from documents.tasks import recognise

    count = 0
    for job in Recognition.objects.filter(state=_State.DONE, alive_at__lt=before).select_related("version__paper"):
        with transaction.atomic():
            again = {"state": _State.WAITING, "queued_at": timezone.now(), "pages_done": 0, "unread": []}
            if not Recognition.objects.filter(pk=job.pk, state=_State.DONE).update(**again):
                continue
            for page in job.version.pages.filter(text_source=Page.Source.RECOGNISED):
                _forget_words(page)
            log.record("paper.recognised_anew", target=job.version.paper, version=job.version.number)
            start_on_commit(recognise)
        count += 1
    return count


def _forget_words(page: Page) -> None:
    before, page.text, page.text_source = page.text, "", Page.Source.SCAN
    page.save(update_fields=["text", "text_source"])
    index.replace_page(page, before=before)


def _scans(version: PaperVersion) -> QuerySet[Page]:
    return version.pages.filter(text_source=Page.Source.SCAN)


def _claim() -> Recognition | None:
    waiting = Recognition.objects.filter(state=_State.WAITING)
    first = waiting.order_by("queued_at", "pk").values_list("pk", flat=True).first()
    if first is None:
        return None
    try:
        with transaction.atomic():
            now = timezone.now()
            taken = waiting.filter(pk=first).update(state=_State.RUNNING, attempts=F("attempts") + 1, alive_at=now)
    except IntegrityError:
        return None  # another one runs
    if not taken:
        return None
    return Recognition.objects.select_related("version__pdf", "version__paper").get(pk=first)


class _Turn:
    """Some pages of one version."""

    def __init__(self, job: Recognition, workspace: Path) -> None:
        self.job = job
        self.workspace = workspace
        self.told_at = time.monotonic()

    def run(self) -> None:
        """Recognise them one by one, then say how far it is."""
        pdf = self.workspace / "reading.pdf"
        assert self.job.version.pdf is not None  # it has been converted
        self.job.version.pdf.copy_to(pdf)
        for page in self._left()[:PAGES_PER_TURN]:
            self._recognise(pdf, page)
        if not self._left().exists():
            self._lay_words(pdf)
        self._end()

    def _left(self) -> QuerySet[Page]:
        return _scans(self.job.version).exclude(number__in=self.job.unread).order_by("number")

    def _recognise(self, pdf: Path, page: Page) -> None:
        picture = self.workspace / "page.png"
        try:
            press.draw_for_recognition(pdf, page.number, picture, alive=self._tell)
            words = ocr.words_of_picture(
                picture,
                workspace=self.workspace,
                program=settings.OCR,
                languages=settings.OCR_LANGUAGES,
                timeout_s=settings.OCR_PAGE_TIMEOUT_S,
                memory_bytes=settings.OCR_MEMORY_BYTES,
                alive=self._tell,
            )
        except (ocr.OcrFailed, ConversionError):
            self.job.unread = [*self.job.unread, page.number]
            self._note(unread=self.job.unread)
        else:
            layer = self._layer(picture) if words else None
            stored = _store(page, words, layer)
            self._note(pages_done=F("pages_done") + int(stored))
            if stored and page.number == 1:
                look_for_stamp(self.job, words)

    def _layer(self, picture: Path) -> StoredFile | None:
        layer = self.workspace / "layer.pdf"
        if not press.layer_of(self.workspace / ocr.RECOGNISED, picture, layer, alive=self._tell):
            return None
        return _kept(layer)

    def _lay_words(self, pdf: Path) -> None:
        """Put the words into the reading copy. Readers who have it open go on with the one they have (``wordless``)."""
        version, folder, lettered = self.job.version, self.workspace / "layers", self.workspace / "lettered.pdf"
        folder.mkdir()
        for page in version.pages.filter(layer__isnull=False).select_related("layer"):
            assert page.layer is not None
            page.layer.copy_to(folder / f"{page.number}.pdf")
        if not any(folder.iterdir()):
            return
        if not press.with_layers(pdf, folder, lettered, alive=self._tell):
            _logger.warning("recognition.no_layer", version=version.pk)
            return
        stored = _kept(lettered)
        with transaction.atomic():
            same = PaperVersion.objects.filter(pk=version.pk, pdf=version.pdf_id)
            if same.update(pdf=stored, wordless=version.pdf_id):
                version.pages.update(layer=None)

    def _end(self) -> None:
        if self._left().exists():
            self._note(state=_State.WAITING, queued_at=timezone.now(), attempts=0)
        elif self.job.unread:
            _fail(self.job, "pages")
        else:
            self._note(state=_State.DONE, attempts=0)

    def _tell(self, _seconds: float) -> None:
        if time.monotonic() - self.told_at >= _TELL_EVERY_S:
            self._note()

    def _note(self, **changes: object) -> None:
        self.told_at = time.monotonic()
        Recognition.objects.filter(pk=self.job.pk).update(alive_at=timezone.now(), **changes)


def _kept(pdf: Path) -> StoredFile:
    with pdf.open("rb") as content:
        return keep(File(content), media_type=PDF.media_type, extension=PDF.extension)


@transaction.atomic
def _store(page: Page, words: str, layer: StoredFile | None) -> bool:
    """The words of a page below the few that it bore as text, if any; False when somebody else stored them."""
    before, page.text = page.text, "\n".join(part for part in (page.text.strip(), words) if part)
    waiting = Page.objects.filter(pk=page.pk, text_source=Page.Source.SCAN)
    stored = bool(waiting.update(text=page.text, text_source=Page.Source.RECOGNISED, layer=layer))
    if stored:
        index.replace_page(page, before=before)
    return stored


@transaction.atomic
def _fail(job: Recognition, code: str) -> None:
    if not Recognition.objects.filter(pk=job.pk).update(state=_State.FAILED, failure_code=code):
        return  # its draft was deleted meanwhile
    version = job.version
    log.record(
        "paper.recognition_failed", by=version.created_by, target=version.paper, version=version.number, code=code
    )
