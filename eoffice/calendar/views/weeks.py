"""The weeks of the agencies one belongs to: the list, what was published, the editions beside each other, the way out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eoffice import downloads, spreadsheets
from eoffice.calendar.permissions import may_publish_week
from eoffice.calendar.views.finding import published, week_for_reader, week_to_work_at
from eoffice.calendar.weeks import days, overview, publishing, reading, rows, sheet
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest, behind


@require_safe
@login_required
def week_list(request: ActingRequest) -> HttpResponse:
    """Every agency whose week the reader may see, with this week and the next."""
    today = timezone.localdate()
    context = {"agencies": overview.agencies_of(request.user, days.monday_of(today)), "today": today}
    return render(request, "calendar/week_list.html", context)


@require_safe
@login_required
def week(request: ActingRequest, unit: int, day: str) -> HttpResponse:
    """One week of an agency: an edition (the last, or ``?edition=2``), and what one's units registered."""
    found = week_for_reader(request, unit, day)
    schedule = found.schedule
    mine = reading.registrations_of(request.user, schedule) if schedule and found.rights.registers else []
    editions = list(schedule.editions.select_related("by__person")) if schedule else []
    wanted = number_of(request.GET.get("edition", ""), digits=4)
    edition = next((one for one in editions if one.number == wanted), editions[0] if editions else None)
    shown = rows.for_reader(rows.kept(edition), request.user.pk, compiles=found.rights.compiles) if edition else []
    context = {
        "week": found,
        "schedule": schedule,
        "mine": mine,
        "today": timezone.localdate(),
        "editions": editions,
        "edition": edition,
        "is_old": bool(edition) and edition != editions[0],
        "days": rows.by_day(shown, found.monday),
        "heads": sheet.heads(),
        "public": days.settings_of(found.unit).public,
    }
    return render(request, "calendar/week.html", context)


@require_safe
@login_required
def week_changes(request: ActingRequest, unit: int, day: str, number: int) -> HttpResponse:
    """What an edition has otherwise than the one before it."""
    after = published(request, unit, day, number)
    before = published(request, unit, day, number - 1)
    context = {"week": after.week, "before": before, "after": after, "changes": rows.changes(before.rows, after.rows)}
    return render(request, "calendar/week_changes.html", context)


@require_safe
@login_required
def week_xlsx(request: ActingRequest, unit: int, day: str, number: int) -> HttpResponse:
    """An edition as a spreadsheet."""
    found = published(request, unit, day, number)
    content = sheet.workbook(found.schedule, found.edition, found.rows)
    title = f"tuan-{found.schedule.number}"
    return downloads.unkept(content, media_type=spreadsheets.XLSX, what="lich-cong-tac", title=title, ending="xlsx")


@require_POST
@login_required
def week_publish(request: ActingRequest, unit: int, day: str) -> HttpResponse:
    """An edition of what is approved, or has changed."""
    found, schedule = week_to_work_at(request, unit, day, "publishes")
    by = behind(request, lambda: may_publish_week(request.user, found.unit))
    edition = publishing.publish(by, schedule)
    messages.success(request, _("Đã đăng lịch tuần, bản số %(number)d.") % {"number": edition.number})
    return redirect("week", unit, found.day)
