"""What an official document consists of: the numbered cells of Decree 30/2020/NĐ-CP, Annex I, as data."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading inside the body ("I. ĐÁNH GIÁ CHUNG"), with its own number if it has one."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body; a dash at its beginning belongs to its text."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table of the body: ``shares`` are the widths of its columns as parts of the whole."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    small: bool = False
    """In smaller letters, for many columns; no row is split between two pages."""

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """The rows as a screen has them: each cell with the name of its column."""
        return [list(zip(self.head, row, strict=True)) for row in self.rows]


Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class Signature:
    """Who signs, and in what capacity: ``lines`` from the top, "KT. CHỦ TỊCH" before "PHÓ CHỦ TỊCH" (cell 7)."""

    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True, kw_only=True)
class OfficialDocument:
    """One document. Names are given as they are written in a sentence; capitals are the layout's."""

    type_name: str
    """Name of the type (cell 5a), "Thông báo"; empty for a letter (công văn)."""
    subject: str
    """Trích yếu: what it is about."""
    issuer: str
    superior: str = ""
    """The agency above the issuer, where it is printed (cell 2)."""
    number: int | None
    symbol: str
    """What follows the number: "TB-VP" (cell 3); empty: a slip or a list, which bears no number."""
    place: str
    day: dt.date | None
    body: tuple[Block, ...]
    signature: Signature
    recipients: tuple[str, ...]
    """Lines of "Nơi nhận" (cell 9b), without dash and full stop; who keeps a copy is the last line, by itself. None: the
    document goes with another one."""
    kept_by: str = "VT"
    urgency: str = ""
    """"Khẩn", "Thượng khẩn", "Hỏa tốc" (cell 10b)."""
    circulation: str = ""
    """"Lưu hành nội bộ" and the like (cell 11)."""
    addressees: tuple[str, ...] = ()
    """Whom it is sent to ("Kính gửi", cell 9a), without dash and full stop."""
    countersignature: Signature | None = None
    """Of minutes: who wrote them, to the left of who presided."""
    mark: str = ""
    """What stands above every page of a document that is in force no more; not a part of the decree's form."""
    landscape: bool = False
    """On the paper across: a wide table."""

    @property
    def code(self) -> str:
        """Number and symbol as printed: "05/TB-VP"; below 10 with a zero; dots to be filled in where there is no number."""
        return f"{self.number:02d}/{self.symbol}" if self.number is not None else f"……/{self.symbol}"

    @property
    def dated(self) -> str:
        """Place and day as printed."""
        if self.day is None:
            return f"{self.place}, ngày …… tháng …… năm ……"
        return f"{self.place}, ngày {in_words(self.day)}"


def in_words(day: dt.date) -> str:
    """A day as the decree has it, "16 tháng 6 năm 2026": days below 10 and the first two months with a zero."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d} tháng {month} năm {day.year}"
