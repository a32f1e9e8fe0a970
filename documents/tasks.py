"""Jobs of the papers: each does one thing and may run twice."""

from celery import shared_task
from django.utils import timezone

from documents import conversion, official_pdfs, publishing, recognition
from documents.signatures import signing
from eoffice.queueing import start


@shared_task
def convert(version_id: int) -> None:
    """Make the reading copy of one version."""
    conversion.convert(version_id)


@shared_task
def make_official_pdf(pk: int) -> None:
    """Make the PDF of one official document."""
    official_pdfs.make(pk)


@shared_task
def ask_signing_service(pk: int) -> None:
    """Hear what has become of one signature."""
    signing.look(pk)


@shared_task
def sweep() -> None:
    """Queue what waits: jobs of a queue that was lost, and those whose process died."""
    for version_id in conversion.unfinished(timezone.now()):
        start(convert, version_id)
    for pk in official_pdfs.unfinished(timezone.now()):
        start(make_official_pdf, pk)
    for pk in signing.waiting():
        start(ask_signing_service, pk)
    if recognition.waits(timezone.now()):
        start(recognise)


@shared_task
def recognise() -> None:
    """Recognise a few pages of the scan whose turn it is, and let the next one follow."""
    if recognition.take_turn():
        start(recognise)


@shared_task
def sweep_expired() -> None:
    """Withdraw the papers whose time is over."""
    publishing.expire(timezone.now())
