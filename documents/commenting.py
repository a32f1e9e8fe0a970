"""Comments on a paper (góp ý), seen by everybody who may read the version they stand on (docs/domain/papers.md).

They are said in the name of an agency and are kept: what was answered cannot be changed by its writer any more.
"""

import datetime as dt
import uuid
from typing import Literal

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import BaseModel, Field

from documents.annotating import AROUND, LONGEST_QUOTE, LONGEST_TEXT, Rectangle, clean
from documents.announcing import comments_changed
from documents.comment_notices import tell_owners, tell_writer
from documents.models import Comment, Paper, PaperVersion
from documents.permissions import may_handle_comments
from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, NotFound, UserError
from eoffice.organisation.models import Appointment

MOST = 500
"""Comments and replies of one person on one paper."""
AT_ONCE = 10
"""So many within ``A_WHILE``."""
A_WHILE = dt.timedelta(minutes=1)


class Remark(BaseModel):
    """A comment, or a reply to the comment ``to``, as the reader's page says it."""

    to: uuid.UUID | None = None
    page: int = Field(default=1, ge=1, le=1_000_000)
    rectangles: list[Rectangle] = Field(default=[], max_length=300)
    quote: str = Field(default="", max_length=LONGEST_QUOTE)
    prefix: str = Field(default="", max_length=AROUND)
    suffix: str = Field(default="", max_length=AROUND)
    text: str


class Settling(BaseModel):
    """What becomes of a comment."""

    outcome: Literal["open", "taken", "explained"]


def addresses() -> dict[str, str]:
    """Addresses for what the page does with a comment, in which it puts ``{version}`` and ``{key}``."""
    key = uuid.UUID(int=0)
    saying = reverse("paper-comment", args=[0, key]).replace("/0/", "/{version}/")
    names = {"removing": "delete", "restoring": "restore", "settling": "settle"}
    others = {use: reverse(f"paper-comment-{name}", args=[key]) for use, name in names.items()}
    return {use: address.replace(str(key), "{key}") for use, address in {"saying": saying, **others}.items()}


def place_of(paper: Paper) -> dict[str, str] | None:
    """Where comments on ``paper`` are read and made; None when it never took any."""
    if paper.comments == Paper.Comments.NONE:
        return None
    listed = {"list": "paper-comments", "sheet": "paper-comments-sheet"}
    return {use: reverse(name, args=[paper.pk]) for use, name in listed.items()} | addresses()


@transaction.atomic
def switch(paper: Paper, *, opens: bool, by: Appointment) -> None:
    """Let those who may read the paper comment on it, or no longer; what was said stays. The same twice is once.

    Raises NotAllowed(not-commented-by-you).
    """
    _refuse_unless_handling(paper, by)
    state = Paper.Comments
    before, after = ([state.NONE, state.CLOSED], state.OPEN) if opens else ([state.OPEN], state.CLOSED)
    if not Paper.objects.filter(pk=paper.pk, comments__in=before).update(comments=after):
        return
    log.record("paper.comments_opened" if opens else "paper.comments_closed", by=by, target=paper)
    comments_changed(paper.pk)


@transaction.atomic
def say(version: PaperVersion, key: uuid.UUID, remark: Remark, *, by: Appointment) -> Comment:
    """Make the comment ``key`` on ``version``, which ``by`` may open, or change its words; the same twice is once.

    Raises UserError(empty-comment, note-too-long, no-such-page, too-many-comments), NotAllowed(not-your-comment),
    NotFound(no-such-comment), Conflict(comments-closed, comment-settled, too-many-comments).
    """
    text = _checked(version, remark)
    _refuse_when_closed(version.paper)
    stored = Comment.objects.select_for_update(of=("self",)).select_related("version", "author").filter(key=key).first()
    if stored is not None and stored.version.paper_id != version.paper_id:
        raise _gone()
    if stored is not None:
        return _edit(stored, text, by)
    parent = _parent(version, remark.to)
    _refuse_when_many(version, by.person)
    made = Comment.objects.create(
        version=version,
        key=key,
        parent=parent,
        author=by,
        page=parent.page if parent else remark.page,
        rectangles=[] if parent else [list(part.model_dump().values()) for part in remark.rectangles],
        quote="" if parent else clean(remark.quote),
        prefix="" if parent else clean(remark.prefix),
        suffix="" if parent else clean(remark.suffix),
        text=text,
    )
    log.record("paper.commented", by=by, target=version.paper, version=version.number, page=made.page)
    tell_owners(made)
    if parent is not None:
        tell_writer(parent, by=by)
    comments_changed(version.paper_id)
    return made


@transaction.atomic
def take_back(comment: Comment, *, by: Appointment) -> None:
    """Delete one's own comment; twice is once. ``bring_back`` undoes it.

    Raises NotAllowed(not-your-comment), Conflict(comment-settled).
    """
    _refuse_unless_own(comment, by)
    if Comment.objects.filter(pk=comment.pk, deleted_at=None).update(deleted_at=timezone.now()):
        log.record("paper.comment_deleted", by=by, target=comment.version.paper, page=comment.page)
        comments_changed(comment.version.paper_id)


@transaction.atomic
def bring_back(comment: Comment, *, by: Appointment) -> None:
    """Undo ``take_back``; twice is once. Raises NotAllowed(not-your-comment)."""
    _refuse_unless_own(comment, by)
    if Comment.objects.filter(pk=comment.pk, deleted_at__isnull=False).update(deleted_at=None):
        log.record("paper.comment_restored", by=by, target=comment.version.paper, page=comment.page)
        comments_changed(comment.version.paper_id)


@transaction.atomic
def settle(comment: Comment, outcome: str, *, by: Appointment) -> None:
    """Say what became of a comment: taken over, explained, or open again. The same twice is once.

    Raises NotAllowed(not-commented-by-you), Conflict(reply-not-settled).
    """
    _refuse_unless_handling(comment.version.paper, by)
    if comment.parent_id is not None:
        raise Conflict("reply-not-settled", _("Chỉ góp ý mới có kết quả, câu trả lời thì không."))
    is_open = outcome == Comment.Outcome.OPEN
    changed = Comment.objects.filter(~Q(outcome=outcome), pk=comment.pk, deleted_at=None).update(
        outcome=outcome, settled_by=None if is_open else by, settled_at=None if is_open else timezone.now()
    )
    if not changed:
        return
    log.record("paper.comment_settled", by=by, target=comment.version.paper, page=comment.page, outcome=outcome)
    if not is_open:
        comment.refresh_from_db()
        tell_writer(comment, by=by)
    comments_changed(comment.version.paper_id)


def _edit(stored: Comment, text: str, by: Appointment) -> Comment:
    if stored.text == text and stored.author.person_id == by.person_id:
        return stored
    _refuse_unless_own(stored, by)
    stored.text, stored.edited_at = text, timezone.now()
    stored.save(update_fields=["text", "edited_at"])
    log.record("paper.comment_edited", by=by, target=stored.version.paper, page=stored.page)
    comments_changed(stored.version.paper_id)
    return stored


def _checked(version: PaperVersion, remark: Remark) -> str:
    text = clean(remark.text).strip()
    if not text:
        raise UserError("empty-comment", _("Góp ý chưa có nội dung."), hint=_("Viết nội dung rồi gửi."))
    if len(text) > LONGEST_TEXT:
        raise UserError(
            "note-too-long",
            _("Góp ý dài quá %(most)s ký tự.") % {"most": LONGEST_TEXT},
            hint=_("Rút ngắn, hoặc chia thành nhiều góp ý."),
        )
    if remark.page > version.page_count:
        raise UserError(
            "no-such-page", _("Tài liệu không có trang này."), hint=_("Tải lại trang để đọc bản đang phát hành.")
        )
    return text


def _parent(version: PaperVersion, key: uuid.UUID | None) -> Comment | None:
    if key is None:
        return None
    found = Comment.objects.filter(version__paper=version.paper_id, key=key, parent=None, deleted_at=None).first()
    if found is None:
        raise _gone()
    return found


def _gone() -> NotFound:
    return NotFound("no-such-comment", _("Góp ý này không còn."), hint=_("Tải lại trang."))


def _refuse_when_closed(paper: Paper) -> None:
    if not paper.takes_comments:
        raise Conflict(
            "comments-closed",
            _("Tài liệu này không nhận góp ý."),
            hint=_("Ghi chú riêng của bạn vẫn dùng được. Cần góp ý thì liên hệ đơn vị soạn."),
        )


def _refuse_when_many(version: PaperVersion, person: User) -> None:
    own = Comment.objects.filter(version__paper=version.paper_id, author__person=person)
    if own.filter(created_at__gt=timezone.now() - A_WHILE).count() >= AT_ONCE:
        raise UserError(
            "comments-too-fast",
            _("Bạn gửi nhiều góp ý liền nhau quá."),
            hint=_("Chờ một phút rồi gửi lại; nội dung đang viết được giữ nguyên."),
        )
    if own.count() >= MOST:
        raise Conflict(
            "too-many-comments",
            _("Tài liệu này đã có %(most)s góp ý của bạn.") % {"most": MOST},
            hint=_("Gộp các ý còn lại vào góp ý đã có."),
        )


def _refuse_unless_own(comment: Comment, by: Appointment) -> None:
    if comment.author.person_id != by.person_id:
        raise NotAllowed("not-your-comment", _("Chỉ người viết sửa hoặc xóa được góp ý của mình."))
    if comment.outcome != Comment.Outcome.OPEN:
        raise Conflict(
            "comment-settled",
            _("Góp ý này đã được đơn vị soạn trả lời nên không sửa, xóa được nữa."),
            hint=_("Viết một câu trả lời ở dưới góp ý."),
        )


def _refuse_unless_handling(paper: Paper, by: Appointment) -> None:
    if not may_handle_comments(by.person, paper):
        raise NotAllowed("not-commented-by-you", _("Chỉ đơn vị soạn hoặc nơi duyệt tài liệu làm được việc này."))
