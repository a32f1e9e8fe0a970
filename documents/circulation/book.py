"""The register of incoming documents (sổ đăng ký văn bản đến) of an agency and a year: Decree 30/2020/NĐ-CP, Annex IV."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.circulation.changing import RELATED
from documents.decree30.types import TYPES
from documents.models import IncomingDocument, NumberAllocation, Register, Routing
from documents.permissions import kept_registers
from documents.register_book import Gap, Gaps, as_workbook, gaps_of, years_of
from eoffice import spreadsheets
from eoffice.accounts.models import User
from eoffice.http import number_of
from eoffice.organisation.models import Unit

PER_PAGE = 200


@dataclass(frozen=True)
class Line:
    """One line, as it is printed."""

    number: NumberAllocation
    document: IncomingDocument
    type_name: str
    recipients: str
    """To whom the leader gave it to deal with; before that, to whom it was submitted."""
    sent_on: dt.date | None
    received: str
    """Who acknowledged it: in the system by opening it."""
    note: str


@dataclass(frozen=True)
class IncomingBook:
    """What was chosen: a unit and a year."""

    units: list[Unit]
    unit: Unit
    years: list[int]
    year: int

    def numbers(self) -> QuerySet[NumberAllocation]:
        """Every arrival number in order, those cancelled too."""
        found = NumberAllocation.objects.filter(
            register__unit=self.unit, register__year=self.year, register__direction=Register.Direction.INCOMING
        )
        lines = Prefetch("incoming__lines", Routing.objects.select_related(*RELATED, "reply").order_by("pk"))
        return found.select_related("register", "incoming").prefetch_related(lines).order_by("n")

    def page(self, number: str | None, *, whole: bool) -> Page[NumberAllocation]:
        """Those of a page, or all of them, to be printed."""
        numbers = self.numbers()
        return Paginator(numbers, max(1, numbers.count()) if whole else PER_PAGE).get_page(number)

    def gaps(self) -> list[Gap]:
        """Numbers that no document bears: cancelled, or never written."""
        plain = NumberAllocation.objects.filter(
            register__unit=self.unit, register__year=self.year, register__direction=Register.Direction.INCOMING
        )
        return gaps_of(plain.select_related("register").order_by("n"))


def book_of(user: User, query: Mapping[str, str]) -> IncomingBook | None:
    """The book that ``user`` asks for by ``unit`` and ``year``; None: they keep no register."""
    units = list(kept_registers(user))
    if not units:
        return None
    by_id = {unit.pk: unit for unit in units}
    unit = by_id.get(number_of(query.get("unit", "")) or 0, units[0])
    years = years_of(unit, Register.Direction.INCOMING)
    year = number_of(query.get("year", ""), digits=4)
    return IncomingBook(units, unit, years, year if year in years else timezone.localdate().year)


def lines_of(numbers: Iterable[NumberAllocation]) -> list[Line]:
    """As they are printed. No query for numbers of ``IncomingBook.numbers``."""
    return [_line(number) for number in numbers if hasattr(number, "incoming")]


def _line(number: NumberAllocation) -> Line:
    document = number.incoming
    live = [line for line in document.lines.all() if line.state not in ("withdrawn", "returned")]
    to_do = [line for line in live if line.role in ("lead", "coordinate") and line.sending.kind == "directive"]
    shown = to_do or [line for line in live if line.role == Routing.Role.SUBMIT]
    opened = [line for line in shown if line.opened_at]
    replies = {line.reply.code for line in live if line.reply is not None}
    note = [number.reason] if number.state == NumberAllocation.State.VOID else []
    note += [document.note] if document.note else []
    note += [_("Trả lời: %(codes)s") % {"codes": ", ".join(sorted(replies))}] if replies else []
    return Line(
        number=number,
        document=document,
        type_name=TYPES.get(document.series, document.series),
        recipients="; ".join(line.recipient for line in shown),
        sent_on=timezone.localdate(shown[0].sending.at) if shown else None,
        received="; ".join(f"{timezone.localtime(line.opened_at):%H:%M %d/%m}" for line in opened if line.opened_at),
        note=". ".join(note),
    )


def workbook(book: IncomingBook) -> bytes:
    """The register as XLSX, in the decree's columns."""
    heads = [_("Ngày đến"), _("Số đến"), _("Tác giả"), _("Số, ký hiệu"), _("Ngày, tháng")]
    heads += [_("Tên loại và trích yếu nội dung"), _("Đơn vị hoặc người nhận"), _("Ngày chuyển"), _("Ký nhận")]
    heads += [_("Ghi chú")]
    title = _("Sổ đăng ký văn bản đến năm %(year)d – %(unit)s") % {"year": book.year, "unit": book.unit.name}
    widths = (12, 8, 32, 18, 12, 60, 36, 12, 18, 36)
    gaps = Gaps(_("Số đến"), book.gaps())
    return as_workbook(_("Sổ đăng ký văn bản đến"), title, heads, map(_row, lines_of(book.numbers())), widths, gaps)


def _row(line: Line) -> list[object]:
    document, void = line.document, line.number.state == NumberAllocation.State.VOID
    subject = f"{line.type_name} {document.subject}".strip()
    texts = (document.sender, document.code, f"{document.issued_on:%d/%m/%Y}", subject, line.recipients)
    sent = f"{line.sent_on:%d/%m/%Y}" if line.sent_on else ""
    note = f"{_('Đã hủy')}. {line.note}" if void else line.note
    return [
        f"{line.number.given_on:%d/%m/%Y}",
        line.number.n,
        *map(spreadsheets.plain, texts),
        sent,
        line.received,
        spreadsheets.plain(note),
    ]
