"""What a product can make of a line of the week: a meeting.

As with ``eoffice.calendar.sources``: the calendar knows no product, a product registers itself as its app is made ready.
What was made and the line are moved and called off together: the desk's acts go on to the product (``Product``), the product's own
come back by ``becoming.follow``.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eoffice.accounts.models import User
    from eoffice.calendar.models import WeekLine
    from eoffice.organisation.models import Appointment, Unit


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a line and what was made of it say alike."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    place: str
    chair: "Appointment"


@dataclass(frozen=True)
class Made:
    """What was made of a line, as shown beside it."""

    url: str
    state: str
    label: str
    """The state in words."""
    known: bool
    """Its reader may open it."""


@dataclass(frozen=True, kw_only=True)
class Product:
    """One thing that lines may become. Every function may raise UserError; nothing is changed then."""

    make: "Callable[[Appointment, WeekLine, Said], tuple[int, str]]"
    """Make it of a line; its number, and in words what is left to be done by hand."""
    change: "Callable[[Appointment, int, Said], None]"
    """It is to say the same as its line."""
    join: "Callable[[Appointment, int, Unit], None]"
    """This unit's registration is done with by its line: its people come as well."""
    call_off: "Callable[[Appointment, int, str], None]"
    """Its line was taken out or put off, for this reason."""
    describe: "Callable[[User, int], Made | None]"
    """As somebody sees it."""


_products: dict[str, Product] = {}


def register(name: str, product: Product) -> None:
    """``name`` is the ``source`` of its engagements."""
    _products[name] = product


def named(name: str) -> Product:
    """The product called ``name``. Raises KeyError."""
    return _products[name]


def of(line: "WeekLine") -> tuple[Product, int] | None:
    """What ``line`` became, and its number."""
    name, _colon, number = line.became.partition(":")
    return (_products[name], int(number)) if number and name in _products else None
