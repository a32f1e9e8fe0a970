"""Handing in a paper, a newer version of it, and taking a draft away again."""

import datetime as dt
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import quota, secrecy
from documents.models import Paper, PaperVersion
from documents.permissions import may_manage
from documents.search import index
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.files import intake as files
from eoffice.files.models import StoredFile
from eoffice.organisation.models import Appointment, Unit
from eoffice.queueing import start_on_commit

TITLE_LENGTH = 300
SAME_REQUEST = dt.timedelta(minutes=1)
"""The same file under the same title within this time is a request sent twice."""


def create_paper(
    upload: "UploadedFile[bytes] | None",
    *,
    by: Appointment,
    title: str = "",
    submitted_to: Unit | None = None,
) -> Paper:
    """A draft paper of ``by``'s unit with ``upload`` as its first version, which waits for conversion.

    ``submitted_to`` asked for it and approves it; without one its own people publish it themselves.
    Without a ``title`` the file's name serves. The same request sent twice gives the first paper again.
    Raises UserError: title-too-long, quota-full, or why the file is not taken (``eoffice.files.refusals``).
    """
    name = files.shown_name(upload.name if upload else "")
    title = normalised(title) or normalised(PurePath(name).stem.replace("_", " "))
    if len(title) > TITLE_LENGTH:
        raise _title_too_long()
    stored = accepted(upload, by, by.unit)
    with transaction.atomic():
        Appointment.objects.select_for_update().get(pk=by.pk)
        twin = _just_handed_in(stored, title, by)
        if twin:
            return twin
        paper = Paper.objects.create(title=title, owner_unit=by.unit, created_by=by, submitted_to=submitted_to)
        index.set_title(paper)
        log.record("paper.created", by=by, target=paper, file=name)
        _append(paper, stored, name, by)
    return paper


def add_version(
    paper: Paper,
    upload: "UploadedFile[bytes] | None",
    *,
    by: Appointment,
) -> PaperVersion:
    """A newer version of ``paper``. Readers keep the published one until the new one is published.

    Raises NotAllowed(not-owner), Conflict(same-file, quota-full), or why the file is not taken.
    """
    if not may_manage(by.person, paper):
        raise not_owner()
    name = files.shown_name(upload.name if upload else "")
    stored = accepted(upload, by, paper.owner_unit)
    with transaction.atomic():
        paper = Paper.objects.select_for_update().get(pk=paper.pk)
        latest = paper.versions.first()
        if latest and latest.original_id == stored.pk:
            raise Conflict(
                "same-file",
                _("Tệp này giống hệt bản %(number)s đang có.") % {"number": latest.number},
                hint=_("Kiểm tra lại tệp đã chọn: có thể tệp sửa chưa được lưu."),
            )
        version = _append(paper, stored, name, by)
        log.record("paper.version_added", by=by, target=paper, version=version.number, file=name)
    return version


@transaction.atomic
def rename(paper: Paper, title: str, *, by: Appointment) -> None:
    """Change the title. Raises NotAllowed(not-owner), UserError(title-missing, title-too-long)."""
    if not may_manage(by.person, paper):
        raise not_owner()
    title = normalised(title)
    if not title:
        raise UserError("title-missing", _("Chưa nhập tên tài liệu."), hint=_("Nhập tên rồi lưu lại."))
    if len(title) > TITLE_LENGTH:
        raise _title_too_long()
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    if paper.title == title:
        return
    log.record("paper.renamed", by=by, target=paper, earlier=paper.title, title=title)
    paper.title = title
    paper.save()
    index.set_title(paper)


@transaction.atomic
def delete_draft(paper: Paper, *, by: Appointment) -> None:
    """Delete a paper that nobody was ever shown, with its versions.

    Raises NotAllowed(not-owner), Conflict(paper-shown: withdraw it instead; paper-tabled: take it off the table).
    """
    if not may_manage(by.person, paper):
        raise not_owner()
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    if paper.state != Paper.State.DRAFT:
        raise Conflict(
            "paper-shown",
            _("Tài liệu đã phát hành nên không xóa được."),
            hint=_("Nếu không muốn ai đọc nữa, hãy thu hồi tài liệu."),
        )
    log.record("paper.deleted", by=by, target=paper, files=[version.name for version in paper.versions.all()])
    try:
        paper.delete()
    except ProtectedError as error:
        raise Conflict(
            "paper-tabled",
            _("Tài liệu đang nằm trong nội dung của một cuộc họp nên chưa xóa được."),
            hint=_("Gỡ tài liệu khỏi nội dung cuộc họp rồi xóa."),
        ) from error


def accepted(upload: "UploadedFile[bytes] | None", by: Appointment, unit: Unit) -> StoredFile:
    """Checked and stored; nothing is stored of what ``unit`` has no room for, or bears the stamp of a state secret."""
    if upload is not None:
        quota.refuse_beyond(unit, upload.size or 0)
    return files.accept(upload, by=by.person, check=lambda content, kind: secrecy.refuse_stamped(content, kind, by=by))


def not_owner() -> NotAllowed:
    """Refusal for a reader who tries what only the paper's own people do."""
    return NotAllowed(
        "not-owner",
        _("Bạn không có quyền sửa tài liệu này."),
        hint=_("Đề nghị đơn vị soạn tài liệu thực hiện."),
    )


def _title_too_long() -> UserError:
    said = _("Tên tài liệu dài quá %(limit)s ký tự.") % {"limit": TITLE_LENGTH}
    return UserError("title-too-long", said, hint=_("Rút gọn tên rồi lưu lại."), fields={"title": said})


def _just_handed_in(stored: StoredFile, title: str, by: Appointment) -> Paper | None:
    recent = Paper.objects.filter(created_by=by, title=title, created_at__gte=timezone.now() - SAME_REQUEST)
    return recent.filter(versions__original=stored).first()


def _append(paper: Paper, stored: StoredFile, name: str, by: Appointment) -> PaperVersion:
    from documents.tasks import convert

    latest = paper.versions.first()
    version = PaperVersion.objects.create(
        paper=paper,
        number=latest.number + 1 if latest else 1,
        name=name,
        original=stored,
        created_by=by,
    )
    start_on_commit(convert, version.pk)
    return version
