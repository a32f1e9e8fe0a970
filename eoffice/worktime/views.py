"""What a recurrence rule gives, shown while it is typed."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from eoffice.worktime.recurrence import coming
from eoffice.worktime.recurrence_forms import RecurrenceFields
from eoffice.worktime.recurrence_words import in_words

SHOWN = 5


@require_safe
@login_required
def recurrence_preview(request: HttpRequest) -> HttpResponse:
    """A fragment with the next days of the rule in the query, from today on; empty while it is none.

    A form that asks for its first day elsewhere calls that field ``day``.
    """
    data: Any = request.GET.copy()
    if not data.get("repeat_from"):
        data["repeat_from"] = data.get("day", "")
    form = _Previewed(data)
    rule = form.rule() if form.is_valid() else None
    context: dict[str, Any] = {}
    if rule is not None:
        since = max(rule.first - dt.timedelta(days=31), timezone.localdate())
        context = {"words": in_words(rule), "found": coming(rule, since, SHOWN)}
    return render(request, "worktime/_recurrence_preview.html", context)


class _Previewed(RecurrenceFields):
    may_be_once = True
