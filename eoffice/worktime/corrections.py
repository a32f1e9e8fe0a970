"""What the notices say and the ``holidays`` library does not (docs/domain/worktime.md).

A row here wins over the library's row for the same day.
"""

import datetime as dt
from typing import NamedTuple

from eoffice.worktime.models import CalendarDay


class Correction(NamedTuple):
    """One day as the notice gives it."""

    day: dt.date
    kind: CalendarDay.Kind
    name: str
    basis: str


CORRECTIONS = (
    Correction(
        dt.date(2026, 1, 2),
        CalendarDay.Kind.SUBSTITUTE_OFF,
        "Nghỉ hoán đổi (làm bù ngày 10/01/2026)",
        "Văn bản số 12729/VPCP-KGVX",
    ),
    Correction(
        dt.date(2026, 1, 10),
        CalendarDay.Kind.MAKEUP_WORK,
        "Làm bù cho ngày 02/01/2026",
        "Văn bản số 12729/VPCP-KGVX",
    ),
)
