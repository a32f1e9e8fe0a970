"""A recurrence rule in words: "thứ Hai tuần đầu tháng, nghỉ lễ thì lùi", in the language of the moment."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from eoffice.worktime.recurrence import Cycle, OnDayOff, Rule

WEEKDAYS = (
    gettext_lazy("thứ Hai"),
    gettext_lazy("thứ Ba"),
    gettext_lazy("thứ Tư"),
    gettext_lazy("thứ Năm"),
    gettext_lazy("thứ Sáu"),
    gettext_lazy("thứ Bảy"),
    gettext_lazy("Chủ nhật"),
)
_POSITIONS = {
    1: gettext_lazy("%(weekday)s tuần đầu tháng"),
    2: gettext_lazy("%(weekday)s tuần thứ hai của tháng"),
    3: gettext_lazy("%(weekday)s tuần thứ ba của tháng"),
    4: gettext_lazy("%(weekday)s tuần thứ tư của tháng"),
    -1: gettext_lazy("%(weekday)s tuần cuối tháng"),
}
_OF_QUARTER = {
    1: gettext_lazy("%(day)s đầu hằng quý"),
    2: gettext_lazy("%(day)s giữa hằng quý"),
    3: gettext_lazy("%(day)s cuối hằng quý"),
}
_ON_DAY_OFF = {
    OnDayOff.SKIP: gettext_lazy("nghỉ lễ thì bỏ"),
    OnDayOff.AFTER: gettext_lazy("nghỉ lễ thì lùi"),
    OnDayOff.BEFORE: gettext_lazy("nghỉ lễ thì chuyển lên trước"),
}


def in_words(rule: Rule) -> str:
    """The whole rule as it is spoken, without its first day."""
    parts = [_days(rule)]
    if rule.on_day_off in _ON_DAY_OFF:
        parts.append(str(_ON_DAY_OFF[OnDayOff(rule.on_day_off)]))
    if rule.until:
        parts.append(_("đến hết ngày %(day)s") % {"day": f"{rule.until:%d/%m/%Y}"})
    elif rule.count:
        parts.append(ngettext("%(count)d kỳ", "%(count)d kỳ", rule.count) % {"count": rule.count})
    return ", ".join(parts)


def _days(rule: Rule) -> str:
    every = {"count": rule.interval}
    match rule.every:
        case Cycle.DAY:
            return _("%(count)d ngày một lần") % every if rule.interval > 1 else _("hằng ngày")
        case Cycle.WEEK:
            days = {"days": ", ".join(str(WEEKDAYS[day]) for day in rule.weekdays)}
            if rule.interval > 1:
                return _("%(days)s, %(count)d tuần một lần") % (days | every)
            return _("%(days)s hằng tuần") % days
        case Cycle.MONTH:
            return _monthly(rule)
        case Cycle.QUARTER:
            return str(_OF_QUARTER[rule.month]) % {"day": _day(rule)}
        case _:
            return _("%(day)s %(month)d hằng năm") % {"day": _day(rule), "month": rule.month}


def _monthly(rule: Rule) -> str:
    if rule.interval > 1:
        return _("%(day)s, %(count)d tháng một lần") % {"day": _alone(rule), "count": rule.interval}
    if rule.position or rule.monthday < 0:
        return _alone(rule)
    return _("ngày %(day)d hằng tháng") % {"day": rule.monthday}


def _alone(rule: Rule) -> str:
    """The day of a month that is not named."""
    if rule.position or rule.monthday < 0:
        return _day(rule)
    return _("ngày %(day)d") % {"day": rule.monthday}


def _day(rule: Rule) -> str:
    """The day, ending in "tháng": which month comes after it."""
    if rule.position:
        return str(_POSITIONS[rule.position]) % {"weekday": WEEKDAYS[rule.weekdays[0]]}
    if rule.monthday < 0:
        return _("ngày cuối tháng")
    return pgettext("theo sau là tháng", "ngày %(day)d tháng") % {"day": rule.monthday}
