"""Official documents as PDF: LibreOffice turns the Word file into it, as a job with a state (ADR 0114)."""

import datetime as dt
import hashlib
import io
import tempfile
import zipfile
from pathlib import Path

import structlog
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from documents.conversion import office_pdf
from documents.decree30 import layout
from documents.decree30.parts import OfficialDocument
from documents.failures import ConversionError
from documents.models import OfficialPdf
from eoffice.files.keeping import keep
from eoffice.files.kinds import PDF
from eoffice.queueing import MAX_ATTEMPTS, silent, start_on_commit

KEPT_FOR = dt.timedelta(days=30)
"""Then it is made anew when somebody asks."""
_State = OfficialPdf.State
_logger = structlog.get_logger(__name__)


@transaction.atomic
def of(document: OfficialDocument) -> OfficialPdf:
    """The PDF of ``document`` as it stands now, or the job that makes it, which is begun if it is new."""
    from documents.tasks import make_official_pdf

    written = layout.docx(document)
    content = _content(written)
    found = OfficialPdf.objects.select_related("pdf").filter(content=content).first()
    if found is not None:
        return found
    word = keep(ContentFile(written), media_type=layout.DOCX, extension="docx")
    made, created = OfficialPdf.objects.get_or_create(content=content, defaults={"word": word})
    if created:
        start_on_commit(make_official_pdf, made.pk)
    return made


@transaction.atomic
def retry(made: OfficialPdf) -> None:
    """Try a failed one again; nothing happens unless it has failed."""
    from documents.tasks import make_official_pdf

    failed = OfficialPdf.objects.filter(pk=made.pk, state=_State.FAILED)
    if failed.update(state=_State.WAITING, attempts=0, failure_code=""):
        made.state, made.failure_code = _State.WAITING, ""
        start_on_commit(make_official_pdf, made.pk)


def make(pk: int) -> None:
    """Carry out the job if it waits; do nothing if somebody else has it or it is done."""
    waiting = OfficialPdf.objects.filter(pk=pk, state=_State.WAITING)
    if not waiting.update(state=_State.RUNNING, attempts=F("attempts") + 1, alive_at=timezone.now()):
        return
    job = OfficialPdf.objects.select_related("word").get(pk=pk)
    rows = OfficialPdf.objects.filter(pk=pk)
    try:
        with tempfile.TemporaryDirectory(prefix="eoffice-letter-") as workspace:
            source = Path(workspace) / "letter.docx"
            job.word.copy_to(source)
            written = office_pdf(source, workspace=Path(workspace), alive=lambda _gone: _tell_alive(pk))
            with written.open("rb") as content:
                pdf = keep(File(content), media_type=PDF.media_type, extension=PDF.extension)
        rows.update(pdf=pdf, state=_State.READY, failure_code="")
    except ConversionError as error:
        rows.update(state=_State.FAILED, failure_code=error.code)
    except Exception:
        _logger.exception("official-pdf.crashed", job=pk)
        rows.update(state=_State.FAILED, failure_code="internal")


def unfinished(now: dt.datetime) -> list[int]:
    """Put dead jobs back to waiting (or give them up after the third time), forget old ones; all that wait now."""
    OfficialPdf.objects.filter(asked_at__lt=now - KEPT_FOR).exclude(state=_State.RUNNING).delete()
    dead = OfficialPdf.objects.filter(silent(now), state=_State.RUNNING)
    dead.filter(attempts__gte=MAX_ATTEMPTS).update(state=_State.FAILED, failure_code="interrupted")
    dead.filter(attempts__lt=MAX_ATTEMPTS).update(state=_State.WAITING)
    return list(OfficialPdf.objects.filter(state=_State.WAITING).order_by("pk").values_list("pk", flat=True))


def _tell_alive(pk: int) -> None:
    OfficialPdf.objects.filter(pk=pk).update(alive_at=timezone.now())


def _content(written: bytes) -> str:
    """Of the parts, not of the archive, in which the time of writing stands."""
    digest = hashlib.sha256()
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        for name in sorted(parts.namelist()):
            digest.update(name.encode())
            digest.update(parts.read(name))
    return digest.hexdigest()
