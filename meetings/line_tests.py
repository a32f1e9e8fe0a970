"""Recording line tests: a run is kept for ever, and what holds of its site is worked out anew."""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed
from eoffice.organisation.models import Appointment
from meetings.models import LineTest, LineTestResult, LineTestWindow, MeetingSite, SiteProblem, SiteReadiness
from meetings.permissions import may_see_readiness, may_test_line
from meetings.protocol.rehearsal import Finding, LineTestPlan, LineTestReport, LineTestTimes
from meetings.readiness import awaiting_retest


def record_run(by: Appointment, site: MeetingSite, report: LineTestReport) -> LineTest:
    """Keep a run and its findings. The same run again is harmless.

    On the machine of the former runs, findings that this run does not have stay; on another machine they are void.
    A problem whose check passes now is solved; one whose check fails again is open again. Raises NotAllowed,
    Conflict("used-run").
    """
    check_may_test(by, site)
    try:
        with transaction.atomic():
            return _record(by, site, report, timezone.now())
    except IntegrityError:
        former = LineTest.objects.filter(run=report.run, site=site).first()
        if former is None:
            raise Conflict("used-run", _("Lượt kiểm tra này đã được ghi ở điểm cầu khác.")) from None
        return former


def _record(by: Appointment, site: MeetingSite, report: LineTestReport, now: dt.datetime) -> LineTest:
    test = LineTest.objects.create(
        run=report.run,
        site=site,
        by=by,
        at=now,
        machine=report.machine,
        machine_label=report.machine_label,
        unattended=report.unattended,
    )
    LineTestResult.objects.bulk_create(
        LineTestResult(test=test, **finding.model_dump(exclude={"check_name"}), check_name=finding.check_name)
        for finding in report.findings
    )
    _settle(site, report, now)
    _follow_problems(site, report.findings, now)
    return test


def _settle(site: MeetingSite, report: LineTestReport, now: dt.datetime) -> None:
    """What holds of the site now."""
    MeetingSite.objects.select_for_update().get(pk=site.pk)  # two machines of a site finish one after the other
    former = SiteReadiness.objects.filter(site=site).first()
    same = former is not None and former.machine == report.machine and not former.machine_changed
    findings: dict[str, Any] = dict(former.findings) if former and same else {}
    findings |= {finding.check_name: _kept(finding, now) for finding in report.findings}
    SiteReadiness.objects.update_or_create(
        site=site,
        defaults={
            "findings": findings,
            "tested_at": min(dt.datetime.fromisoformat(kept["at"]) for kept in findings.values()),
            "last_at": now,
            "machine": report.machine,
            "machine_label": report.machine_label,
            "machine_changed": False,
        },
    )


def _kept(finding: Finding, now: dt.datetime) -> dict[str, Any]:
    return {**finding.model_dump(exclude={"check_name"}), "at": now.isoformat()}


def _follow_problems(site: MeetingSite, findings: tuple[Finding, ...], now: dt.datetime) -> None:
    failed = [finding.check_name for finding in findings if finding.outcome == "failed"]
    passed = [finding.check_name for finding in findings if finding.outcome != "failed"]
    problems = SiteProblem.objects.filter(site=site)
    problems.filter(check_name__in=passed, state=SiteProblem.State.OPEN).update(
        state=SiteProblem.State.SOLVED, solved_at=now
    )
    problems.filter(check_name__in=failed, state=SiteProblem.State.SOLVED).update(
        state=SiteProblem.State.OPEN, opened_at=now, solved_at=None
    )


@transaction.atomic
def machine_changed(by: Appointment, site: MeetingSite) -> None:
    """The site's machine or a device of it is another one now: what was found before does not hold any more."""
    if not may_see_readiness(by.person, site):
        raise _may_not()
    changed = SiteReadiness.objects.filter(site=site, machine_changed=False).update(machine_changed=True)
    if changed:
        record("meeting.machine_changed", by=by, target=site.meeting, site=site.name)


def check_may_test(by: Appointment, site: MeetingSite) -> None:
    """Raises NotAllowed for who does not represent the site, and after the meeting."""
    if not may_test_line(by.person, site):
        raise _may_not()


def _may_not() -> NotAllowed:
    return NotAllowed(
        "may-not-test",
        _("Chỉ người của điểm cầu kiểm tra được đường truyền của điểm cầu đó, trước khi cuộc họp kết thúc."),
        hint=_("Ban tổ chức xem kết quả ở trang “Kiểm tra đường truyền” của cuộc họp."),
    )


def plan(site: MeetingSite, now: dt.datetime) -> LineTestPlan:
    """When the site's machine is to test by itself. Three queries."""
    windows = LineTestWindow.objects.filter(meeting=site.meeting_id, ends_at__gt=now)
    readiness = SiteReadiness.objects.filter(site=site).first()
    problems = list(SiteProblem.objects.filter(site=site)) if readiness else []
    times = tuple(LineTestTimes(starts_at=w.starts_at.isoformat(), ends_at=w.ends_at.isoformat()) for w in windows)
    retest = readiness is not None and bool(awaiting_retest(readiness, problems))
    return LineTestPlan(now=now.isoformat(), windows=times, retest=retest)
