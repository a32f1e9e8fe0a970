"""Comments on a paper as a reader sees them, and as a sheet for the drafting unit's report."""

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment

from documents.annotating import Rectangle
from documents.models import Comment, Paper
from documents.permissions import may_handle_comments
from eoffice import spreadsheets
from eoffice.accounts.models import User


@dataclass
class Thread:
    """A comment and its replies, oldest first. A deleted comment is there only for the replies under it."""

    comment: Comment
    replies: list[Comment] = field(default_factory=list)


class Counts(NamedTuple):
    """Comments, and those among them that wait for an answer."""

    said: int
    waiting: int


def threads(paper: Paper, user: User) -> list[Thread]:
    """What ``user`` may see on every version of ``paper`` that they may open, in page order. Two queries."""
    related = ("version", "author__person", "author__unit", "settled_by__person")
    rows = list(Comment.objects.visible_to(user).filter(version__paper=paper).select_related(*related))
    found = {row.pk: Thread(row) for row in rows if row.parent_id is None}
    for row in sorted(rows, key=lambda each: (each.created_at, each.pk)):
        if row.parent_id in found and row.deleted_at is None:
            found[row.parent_id].replies.append(row)
    return [thread for thread in found.values() if thread.replies or thread.comment.deleted_at is None]


def as_json(paper: Paper, user: User) -> dict[str, object]:
    """As the reader's page takes it (frontend/src/documents/comments/store.ts)."""
    return {
        "open": paper.takes_comments,
        "handles": may_handle_comments(user, paper),
        "comments": [
            {**_remark(thread.comment, user), "replies": [_remark(reply, user) for reply in thread.replies]}
            for thread in threads(paper, user)
        ],
    }


def sheet(paper: Paper, user: User, now: dt.datetime) -> bytes:
    """Bảng tổng hợp ý kiến góp ý (XLSX): a line for each comment that ``user`` may see, with what became of it."""
    book = Workbook()
    page = spreadsheets.first_sheet(book)
    page.title = _("Góp ý")
    heads = [
        _("STT"),
        _("Cơ quan góp ý"),
        _("Người góp ý"),
        _("Thời gian"),
        _("Bản"),
        _("Trang"),
        _("Đoạn được góp ý"),
        _("Nội dung góp ý"),
        _("Trao đổi"),
        _("Kết quả"),
        _("Người trả lời"),
    ]
    title = _("Bảng tổng hợp ý kiến góp ý: %(title)s") % {"title": paper.title}
    spreadsheets.head(page, title, heads, now)
    said = [thread for thread in threads(paper, user) if thread.comment.deleted_at is None]
    for number, thread in enumerate(said, 1):
        page.append([number, *(spreadsheets.plain(each) if isinstance(each, str) else each for each in _line(thread))])
    for row in page.iter_rows(min_row=spreadsheets.HEADING_ROW + 1):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    spreadsheets.lay_out(page, (6, 28, 24, 18, 6, 7, 40, 50, 50, 16, 24))
    return spreadsheets.saved(book)


def _line(thread: Thread) -> list[str | int]:
    comment = thread.comment
    replies = (
        f"{reply.author.person.full_name} ({_moment(reply.created_at)}): {reply.text}" for reply in thread.replies
    )
    return [
        comment.author.unit.name,
        comment.author.person.full_name,
        _moment(comment.created_at),
        comment.version.number,
        comment.page,
        comment.quote,
        comment.text,
        "\n".join(replies),
        comment.get_outcome_display(),
        comment.settled_by.person.full_name if comment.settled_by else "",
    ]


def counts(paper: Paper, user: User) -> Counts:
    """How many comments on ``paper`` there are for ``user``. One query."""
    said = Comment.objects.visible_to(user).filter(version__paper=paper, parent=None, deleted_at=None)
    outcomes = list(said.order_by().values_list("outcome", flat=True))
    return Counts(len(outcomes), outcomes.count(Comment.Outcome.OPEN))


def _remark(comment: Comment, user: User) -> dict[str, object]:
    gone = comment.deleted_at is not None
    return {
        "key": str(comment.key),
        "version": comment.version_id,
        "number": comment.version.number,
        "page": comment.page,
        "rectangles": [dict(zip(Rectangle.model_fields, part, strict=True)) for part in comment.rectangles],
        "quote": "" if gone else comment.quote,
        "prefix": comment.prefix,
        "suffix": comment.suffix,
        "text": "" if gone else comment.text,
        "deleted": gone,
        "author": comment.author.person.full_name,
        "agency": comment.author.unit.name,
        "mine": comment.author.person_id == user.pk,
        "at": comment.created_at.isoformat(),
        "edited": comment.edited_at is not None,
        "outcome": comment.outcome,
        "settled_by": comment.settled_by.person.full_name if comment.settled_by else "",
        "settled_at": comment.settled_at.isoformat() if comment.settled_at else "",
    }


def _moment(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%H:%M, %d/%m/%Y}"
