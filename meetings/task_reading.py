"""Reading who is to do what by when out of a sentence of conclusions (docs/domain/conclusions.md, "Suggestions").

Pure: words in, suggestions out. A person confirms each of them; what is not understood is left to them.
"""

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

COMMITTEE, CITY = "ủy ban nhân dân", "thành phố"
DueKind = Literal["fixed", "days", "recurring", "open"]


@dataclass(frozen=True)
class Due:
    """A deadline as the sentence has it: a day (fixed), a number of working days (days), each period (recurring), or none
    but haste (open). ``words``: those it was read from."""

    kind: DueKind
    words: str
    day: dt.date | None = None
    """The due day; of what recurs, the last one if it is named."""
    days: int | None = None
    every: str = ""
    """Of what recurs: week, month, quarter or year."""
    day_of_period: int | None = None
    """Of what recurs, where the sentence says it: "trước ngày 25 hằng tháng"."""


@dataclass(frozen=True)
class Reading:
    """What one sentence says. Units by their ids; ``lead`` is None where none, or more than one, is named."""

    lead: int | None = None
    group: int | None = None
    """Instead of a lead: a group, each unit of which is told to do it."""
    coordinators: tuple[int, ...] = ()
    due: Due | None = None


@dataclass(frozen=True)
class Passage:
    """One paragraph of a text; ``heading``: the words under which it stands when they name who is to do it."""

    text: str
    heading: str
    reading: Reading

    @property
    def is_task(self) -> bool:
        """It tells somebody to do something."""
        return bool(self.heading) or self.reading.lead is not None or self.reading.group is not None


@dataclass(frozen=True)
class Found:
    """A unit's name in a text, from ``start`` to before ``end``."""

    unit: int
    start: int
    end: int


class Names:
    """The names of agencies, to be found in texts however they are abbreviated and capitalised."""

    def __init__(self, units: Iterable[tuple[int, Iterable[str]]]) -> None:
        """``units``: each with its names; a group of units by its negative id. A name that two of them bear is nobody's."""
        known: dict[str, set[int]] = {}
        for unit, names in units:
            for key in {_key(name) for name in names} - {""}:
                known.setdefault(key, set()).add(unit)
        self._unit_of = {key: next(iter(whose)) for key, whose in known.items() if len(whose) == 1}
        longest_first = sorted(self._unit_of, key=len, reverse=True)
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(_pattern, longest_first))})(?!\w)", re.IGNORECASE)

    def find(self, text: str) -> list[Found]:
        """All names in ``text``, in their order; the longest counts where one holds another."""
        if not self._unit_of:
            return []
        matches = self._pattern.finditer(text)
        return [Found(self._unit_of[_key(match[0])], match.start(), match.end()) for match in matches]

    def is_one(self, text: str) -> int | None:
        """The unit whose name ``text`` is, and nothing else."""
        return self._unit_of.get(_key(text))


def _key(name: str) -> str:
    """One spelling for all: "UBND phường X" is "Ủy ban nhân dân phường X"."""
    name = " ".join(unicodedata.normalize("NFC", name).split()).strip(" .:;,").lower()
    name = name.replace("uỷ ban", "ủy ban")
    name = re.sub(r"\btp\b\.?", CITY, name)
    return re.sub(r"\bubnd\b", COMMITTEE, name)


def _pattern(key: str) -> str:
    words = r"\s+".join(map(re.escape, key.split()))
    committee, city = r"\s+".join(COMMITTEE.split()), r"\s+".join(CITY.split())
    return words.replace(committee, rf"(?:{committee}|uỷ\s+ban\s+nhân\s+dân|ubnd)").replace(city, rf"(?:{city}|tp\.?)")


# --- a sentence -------------------------------------------------------------------------------------------

_TOGETHER = re.compile(r"phối\s+hợp(?:\s+chặt\s+chẽ)?\s+(?:với|cùng)\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;]*(?:và|cùng|với)?[\s,;]*(?:các\s+[^.;]{1,60}?,\s*)?(?:và\s+)?", re.IGNORECASE)
_LEADS_AFTER = re.compile(
    r"^[\s,]*(?:\([^)]*\)[\s,]*)?(?:khẩn\s+trương\s+|sớm\s+)?(?:là\s+cơ\s+quan\s+)?chủ\s+trì", re.IGNORECASE
)
_SAYS = re.compile(
    r"(?:ghi nhận|đánh giá|biểu dương|yêu cầu|đề nghị|giao|thống nhất|đồng ý|cơ bản|tổ chức|tại|thông báo|kết luận|có ý kiến)\b",
    re.IGNORECASE,
)
"""Who does this is the one who concludes."""
_GIVEN_TO = re.compile(r"(?:giao(?:\s+cho)?|yêu\s+cầu|đề\s+nghị)\s*$", re.IGNORECASE)


def read(text: str, names: Names, today: dt.date, *, lead: int | None = None) -> Reading:
    """Lead, coordinators and deadline of one sentence; ``lead``: who stands over it in the text."""
    text = unicodedata.normalize("NFC", text)
    found = names.find(text)
    together = _TOGETHER.search(text)
    helping = list(_helping(text, found, together.end())) if together else []
    named = _lead(text, found, together.start() if together else len(text)) or lead
    coordinators = dict.fromkeys(unit for unit in helping if unit != named and unit > 0)
    group = -named if named is not None and named < 0 else None
    return Reading(named if group is None else None, group, tuple(coordinators), due_in(text, today))


def _lead(text: str, found: list[Found], until: int) -> int | None:
    """Who is said to lead, or is given the work; of those named before ``until``."""
    early = [one for one in found if one.start < until]
    leading = [one.unit for one in early if _LEADS_AFTER.match(text[one.end :])]
    given = [one.unit for one in early if _GIVEN_TO.search(text[: one.start])]
    wanted = dict.fromkeys(leading or given or _first_word(text, early))
    return next(iter(wanted)) if len(wanted) == 1 else None


def _first_word(text: str, early: list[Found]) -> list[int]:
    """ "Sở Nội vụ tham mưu…": a sentence that begins with who does it."""
    if not early or text[: early[0].start].strip(" -–+*•"):
        return []
    verb = text[early[0].end :].lstrip(" :")
    return [early[0].unit] if verb[:1].islower() and not _SAYS.match(verb) else []


def _helping(text: str, found: list[Found], start: int) -> Iterator[int]:
    """The units of the list that begins at ``start``."""
    for one in (one for one in found if one.start >= start):
        if not _BETWEEN.fullmatch(text[start : one.start]):
            return
        yield one.unit
        start = one.end


# --- its deadline -----------------------------------------------------------------------------------------

_BY = r"(?:trước|chậm\s+nhất|muộn\s+nhất|đến\s+hết|hết|xong|hoàn\s+thành|đến|vào|trong)"
_FILLER = r"(?:\s+(?:là|trong|trước|vào|đến|hết|\d{1,2}\s*(?:h|giờ)\s*\d{0,2}(?:\s*phút)?,?))*"
_ON_DAY = re.compile(
    rf"{_BY}{_FILLER}\s+ngày\s+(?P<day>\d{{1,2}})\s*(?:/|tháng)\s*(?P<month>\d{{1,2}})\s*(?:/|năm)\s*(?P<year>\d{{4}})",
    re.IGNORECASE,
)
_IN_MONTH = re.compile(rf"{_BY}{_FILLER}\s+tháng\s+(?P<month>\d{{1,2}})\s*(?:/|năm)\s*(?P<year>\d{{4}})", re.IGNORECASE)
_IN_QUARTER = re.compile(
    rf"{_BY}{_FILLER}\s+quý\s+(?P<quarter>IV|I{{1,3}}|[1-4])\s*(?:/|năm)\s*(?P<year>\d{{4}})", re.IGNORECASE
)
_IN_YEAR = re.compile(rf"{_BY}{_FILLER}\s+năm\s+(?P<year>\d{{4}})", re.IGNORECASE)
_WORKING_DAYS = re.compile(
    r"(?:trong|sau)(?:\s+thời\s+hạn|\s+vòng)?\s+(?P<days>\d{1,3})\s+ngày\s+làm\s+việc", re.IGNORECASE
)
_EACH_PERIOD = re.compile(
    r"định\s+kỳ[^.;,]{0,40}?(?:(?:hằng|hàng|mỗi)\s+(?:ngày|tuần|tháng|quý|năm)|(?:0?3|0?6)\s+tháng)", re.IGNORECASE
)
_ON_DAY_OF_PERIOD = re.compile(
    r"(?:trước|chậm\s+nhất|đến|vào)?\s*ngày\s+(?P<day>\d{1,2})(?!\s*[/\d]|\s+tháng\s+\d)[^.;,]{0,20}?(?:hằng|hàng|mỗi)\s+"
    r"(?:tháng|quý|năm)",
    re.IGNORECASE,
)
_PERIODS = {"ngày": "day", "tuần": "week", "tháng": "month", "quý": "quarter", "năm": "year"}
_IN_HASTE = re.compile(r"khẩn\s+trương|sớm|ngay", re.IGNORECASE)
_QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4}


def due_in(text: str, today: dt.date) -> Due | None:
    """The deadline of a sentence; None where it has none. Dates of documents are none, nor are days long gone.

    "trước ngày 31/12/2026" is taken for that day: the words are shown beside it.
    """
    text = unicodedata.normalize("NFC", text)
    if due := _recurring(text, today):
        return due
    if due := _first_to_come(text, today, _ON_DAY):
        return due
    if match := _WORKING_DAYS.search(text):
        return Due("days", match[0], days=int(match["days"]))
    if due := _first_to_come(text, today, _IN_MONTH, _IN_QUARTER, _IN_YEAR):
        return due
    match = _IN_HASTE.search(text)
    return Due("open", match[0]) if match else None


def _recurring(text: str, today: dt.date) -> Due | None:
    """ "định kỳ hằng quý", "trước ngày 25 hằng tháng"; with its last day, if one is named."""
    on_day = _ON_DAY_OF_PERIOD.search(text)
    match = on_day or _EACH_PERIOD.search(text)
    if match is None:
        return None
    every = _PERIODS.get(match[0].split()[-1].lower(), "")
    last = _first_to_come(text, today, _ON_DAY)
    named = int(on_day["day"]) if on_day and 1 <= int(on_day["day"]) <= 31 else None
    if match[0].split()[-2:-1] in (["03"], ["3"]):  # "định kỳ 03 tháng"
        every = "quarter"
    elif match[0].split()[-2:-1] in (["06"], ["6"]):
        every = "half"
    return Due("recurring", match[0].strip(), last.day if last else None, every=every, day_of_period=named)


def _first_to_come(text: str, today: dt.date, *patterns: re.Pattern[str]) -> Due | None:
    """The first day named in one of these ways that has not passed."""
    for match in chain.from_iterable(pattern.finditer(text) for pattern in patterns):
        day = _last_day(match)
        if day is not None and day >= today:
            return Due("fixed", match[0], day)
    return None


def _last_day(match: re.Match[str]) -> dt.date | None:
    """The day that is named, or the last of the month, quarter or year; None for one that does not exist."""
    parts = match.groupdict()
    year, month = int(parts["year"]), int(parts.get("month") or 12)
    if quarter := parts.get("quarter"):
        month = 3 * (_QUARTERS.get(quarter.upper()) or int(quarter))
    try:
        return dt.date(year, month, int(parts.get("day") or calendar.monthrange(year, month)[1]))
    except ValueError:  # also ``calendar.IllegalMonthError``
        return None


# --- a whole text -----------------------------------------------------------------------------------------

_BULLET = re.compile(r"^[-–+*•]\s*")
_NUMBERED = re.compile(r"^\d{1,2}(?:\.\d{1,2})*[.)]\s*(?P<rest>.+)$")
_SECTION = re.compile(r"^(?:[IVX]{1,5}|[A-Z])[.)]\s+\S")
_HEADING_MOST = 160


def passages(text: str, names: Names, today: dt.date) -> list[Passage]:
    """The paragraphs of a text, each with what it says; those under "1. Sở Công Thương" are that department's.

    Under such a heading stand either lines with a dash or one paragraph. Titles say nothing by themselves and are left out.
    """
    told: list[Passage] = []
    heading, lead, filled = "", None, False
    for line in unicodedata.normalize("NFC", text).splitlines():
        words = " ".join(line.split())
        if _is_title(words):
            heading, lead, filled = "", None, False
        elif (numbered := _NUMBERED.match(words)) and _names_somebody(numbered["rest"], names):
            heading, filled = numbered["rest"].strip(" :.;"), False
            lead = names.is_one(heading)
        elif words:
            dashed = bool(_BULLET.match(words))
            if filled and not dashed:
                heading, lead, filled = "", None, False
            filled = True
            sentence = _BULLET.sub("", words)
            told.append(Passage(sentence, heading, read(sentence, names, today, lead=lead)))
    return told


def _is_title(words: str) -> bool:
    if not any(map(str.isalpha, words)):
        return bool(words)
    if words.isupper():
        return True
    return bool(_SECTION.match(words)) and len(words) <= _HEADING_MOST and not words.endswith((".", ";"))


_SOMEBODY = re.compile(
    r"^(?:các\s+)?(?:sở|ban|ủy ban|uỷ ban|ubnd|văn phòng|công an|bộ chỉ huy|bộ tư lệnh|thanh tra|trung tâm|công ty|chi cục|cục|"
    r"kho bạc|thuế|đài|viện|trường|bệnh viện|hội|chủ tịch|thủ trưởng|giám đốc|lãnh đạo)\b",
    re.IGNORECASE,
)


def _names_somebody(words: str, names: Names) -> bool:
    """A short line without a verb: an agency, in the directory or not."""
    bare = words.strip(" :")
    if names.is_one(bare) is not None:
        return True
    return len(bare) <= _HEADING_MOST and not bare.endswith((".", ";")) and bool(_SOMEBODY.match(bare))
