"""The page "Tìm giờ họp": when people and agencies are free together, as a table of half hours and the best times."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.calendar import slots
from eoffice.calendar.slots import Diary, Slot
from eoffice.forms import DateInput
from eoffice.organisation.models import Appointment, Position
from meetings.forms import people_field, unit_field, units_field

LONGEST_MINUTES = 8 * 60
MOST_DAYS = 14
MOST_PEOPLE = 600
FIRST_STEP, LAST_STEP = 14, 36
"""The table shows 07:00 to 18:00."""


class FindForm(forms.Form):
    """Who, how long, when."""

    people = people_field(_("Người cần có mặt"))
    units = units_field(_("Cơ quan, đơn vị"))
    reach = forms.ChoiceField(
        label=_("Của cơ quan, đơn vị tính"),
        choices=[("heads", _("Người đứng đầu")), ("all", _("Tất cả mọi người"))],
        required=False,
        widget=forms.RadioSelect,
    )
    minutes = forms.IntegerField(label=_("Thời lượng (phút)"), min_value=15, max_value=LONGEST_MINUTES)
    first = forms.DateField(label=_("Từ ngày"), input_formats=["%d/%m/%Y"], widget=DateInput)
    days = forms.IntegerField(label=_("Số ngày"), min_value=1, max_value=MOST_DAYS)

    @classmethod
    def starting(cls) -> dict[str, Any]:
        """What it begins with."""
        return {"reach": "heads", "minutes": 60, "first": timezone.localdate(), "days": 5}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if not self.errors and not data["people"] and not data["units"]:
            self.add_error("people", _("Chọn ít nhất một người hoặc một cơ quan."))
        return data


class LeadersForm(forms.Form):
    """Whose leaders are shown."""

    unit = unit_field(_("Đơn vị"), required=False)


@dataclass(frozen=True)
class Box:
    """One half hour of one day: how many of all are busy, whether a meeting of the wanted length may begin then."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    busy: int
    names: str
    is_open: bool
    fits: bool
    """All who are needed are free for the whole length."""


@dataclass(frozen=True)
class Found:
    """What the page shows."""

    needed: int
    people: int
    cut: bool
    """More people than are looked up at once."""
    best: list[tuple[Slot, str]]
    days: list[dt.date]
    rows: list[tuple[dt.datetime, list[Box]]]


def search(data: dict[str, Any]) -> Found:
    """Free times of those chosen: the people named and heads of units are needed; of whole units the others may be missing.

    A query a source, and six, however many people.
    """
    day = max(data["first"], timezone.localdate())
    named = {one.person_id for one in data["people"]}
    of_units = _of_units(list(data["units"]), day, everybody=data["reach"] == "all")
    needed = named | {person for person, is_head in of_units if is_head}
    everybody = sorted(needed | {person for person, _head in of_units})
    people = sorted(needed)[:MOST_PEOPLE] if len(everybody) > MOST_PEOPLE else everybody
    diary = slots.read(people, day, data["days"])
    length = dt.timedelta(minutes=data["minutes"])
    needed_here = [person for person in people if person in needed]
    best = slots.free(diary, needed_here, length, since=timezone.now(), limit=6)
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "full_name"))
    return Found(
        needed=len(needed_here),
        people=len(people),
        cut=len(people) < len(everybody),
        best=[(slot, _named(slot.busy, names)) for slot in best],
        days=diary.dates,
        rows=_rows(diary, needed_here, length, names),
    )


def _of_units(units: list[Any], day: dt.date, *, everybody: bool) -> list[tuple[int, bool]]:
    """People of ``units``, and whether they head one."""
    if not units:
        return []
    duty = Q() if everybody else Q(position__duty=Position.Duty.HEAD)
    held = Appointment.objects.current(day).own().filter(duty, unit__in=units).order_by()
    return [(person, is_head == Position.Duty.HEAD) for person, is_head in held.values_list("person", "position__duty")]


def _rows(
    diary: Diary, needed: list[int], length: dt.timedelta, names: dict[int, str]
) -> list[tuple[dt.datetime, list[Box]]]:
    now = timezone.now()
    masks = {day: diary.open_mask(day, needed) for day in diary.dates}
    steps = max(1, -(-length // slots.STEP))
    rows = []
    for step in range(FIRST_STEP, LAST_STEP):
        boxes = []
        for day in diary.dates:
            busy = [person for person in diary.people if diary.is_busy(person, day, 1 << step)]
            whole = ((1 << steps) - 1) << step
            starts_at = slots.step_time(day, step)
            fits = masks[day] & whole == whole and starts_at >= now
            fits = fits and not any(diary.is_busy(person, day, whole) for person in needed)
            is_open = bool(masks[day] >> step & 1)
            boxes.append(Box(starts_at, starts_at + length, len(busy), _named(busy, names), is_open, fits))
        rows.append((slots.step_time(diary.first, step), boxes))
    return rows


def _named(people: Any, names: dict[int, str]) -> str:
    shown = [names.get(person, "") for person in list(people)[:5]]
    return ", ".join([*shown, f"+{len(people) - 5}"] if len(people) > 5 else shown)
