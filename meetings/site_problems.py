"""Who sees to a check that failed at a site: named, called, and solved (docs/domain/rehearsal.md)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit.log import record
from eoffice.errors import NotAllowed, UserError
from eoffice.organisation.models import Appointment
from meetings.models import Check, MeetingSite, SiteProblem
from meetings.permissions import may_see_readiness

LIMITS = {"owner": 120, "phone": 30, "note": 500}


@dataclass(frozen=True, kw_only=True)
class Care:
    """Who sees to a problem, how to call them, and what is known of it."""

    owner: str = ""
    phone: str = ""
    note: str = ""


@transaction.atomic
def take_care(by: Appointment, site: MeetingSite, check: str, care: Care) -> SiteProblem:
    """Say who sees to a failed check; again: others, or more. Raises NotAllowed, UserError with the fields."""
    _check_may(by, site)
    texts = _checked(check, care)
    problem, made = SiteProblem.objects.update_or_create(
        site=site,
        check_name=check,
        defaults={**texts, "by": by},
        create_defaults={**texts, "by": by, "opened_at": timezone.now()},
    )
    act = "meeting.problem_opened" if made else "meeting.problem_edited"
    record(act, by=by, target=site.meeting, site=site.name, check=str(problem.get_check_name_display()))
    return problem


@transaction.atomic
def solve(by: Appointment, problem: SiteProblem) -> None:
    """The problem was seen to: its check must be tested again. Again: harmless. Raises NotAllowed."""
    _set(by, problem, SiteProblem.State.SOLVED, "meeting.problem_solved")


@transaction.atomic
def reopen(by: Appointment, problem: SiteProblem) -> None:
    """It was not solved after all. Again: harmless. Raises NotAllowed."""
    _set(by, problem, SiteProblem.State.OPEN, "meeting.problem_reopened")


def _set(by: Appointment, problem: SiteProblem, state: SiteProblem.State, act: str) -> None:
    _check_may(by, problem.site)
    solved_at = timezone.now() if state == SiteProblem.State.SOLVED else None
    changed = SiteProblem.objects.filter(pk=problem.pk).exclude(state=state)
    if changed.update(state=state, solved_at=solved_at, by=by):
        check = str(problem.get_check_name_display())
        record(act, by=by, target=problem.site.meeting, site=problem.site.name, check=check)


def _checked(check: str, care: Care) -> dict[str, str]:
    if check not in Check.values:
        raise UserError("no-such-check", _("Không có mục kiểm tra này."))
    texts = {name: normalised(getattr(care, name)) for name in LIMITS}
    faults = {
        name: _("Tối đa %(limit)d ký tự.") % {"limit": limit}
        for name, limit in LIMITS.items()
        if len(texts[name]) > limit
    }
    if not texts["owner"]:
        faults["owner"] = _("Ghi tên người xử lý.")
    if faults:
        raise UserError("bad-problem", _("Chưa ghi được người xử lý."), fields=faults)
    return texts


def _check_may(by: Appointment, site: MeetingSite) -> None:
    if not may_see_readiness(by.person, site):
        raise NotAllowed(
            "may-not-see-to", _("Chỉ người của điểm cầu và ban tổ chức cuộc họp ghi được việc xử lý sự cố.")
        )
