"""How the seats of a room stand, written as people say it: a row a line, "A: 6 6" is twelve seats with an aisle."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.errors import UserError

MOST_ROWS, MOST_IN_ROW = 60, 60
_LINE = re.compile(r"(?P<label>[^:]{1,40}):(?P<blocks>(\s*\d{1,2}\s*[ ,+]?)+)")


@dataclass(frozen=True)
class SeatRow:
    """One row: its label, and how many seats stand together, from left to right."""

    label: str
    blocks: tuple[int, ...]

    @property
    def seats(self) -> int:
        """How many there are."""
        return sum(self.blocks)


def read(text: str, *, field: str) -> list[SeatRow]:
    """The rows that ``text`` describes, the first one in front. Raises UserError("bad-layout") for ``field`` that names the line."""
    rows = []
    for number, line in enumerate((line for line in map(normalised, text.splitlines()) if line), start=1):
        found = _LINE.fullmatch(line)
        blocks = tuple(int(count) for count in re.findall(r"\d+", found["blocks"])) if found else ()
        if not found or not all(blocks) or sum(blocks) > MOST_IN_ROW or number > MOST_ROWS:
            sentence = _("Dòng %(number)d chưa đúng: “%(line)s”. Viết tên hàng, dấu hai chấm, số ghế; ví dụ “A: 6 6”.")
            words = sentence % {"number": number, "line": line[:60]}
            raise UserError("bad-layout", words, fields={field: words})
        rows.append(SeatRow(found["label"].strip(), blocks))
    return rows
