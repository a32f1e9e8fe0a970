"""How ready each site is: one rule, the board of all sites, and a site's own page (docs/domain/rehearsal.md)."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.accounts.models import User
from eoffice.accounts.names import folded
from meetings import readiness_words, roster
from meetings.contacts import SiteContacts, contacts
from meetings.models import Check, LineTest, LineTestWindow, Meeting, MeetingSite, Outcome, SiteProblem, SiteReadiness
from meetings.permissions import WITH_ROOM, may_watch_board


class State(models.TextChoices):
    """What the lamp of a site says."""

    READY = "ready", gettext_lazy("Sẵn sàng")
    PROBLEM = "problem", gettext_lazy("Có lỗi")
    RETEST = "retest", gettext_lazy("Cần kiểm tra lại")
    UNTESTED = "untested", gettext_lazy("Chưa kiểm tra")


@dataclass(frozen=True)
class Finding:
    """One check of a site in words."""

    check: Check
    outcome: Outcome
    sentence: str
    advice: str
    value: str
    note: str
    at: dt.datetime | None
    problem: SiteProblem | None = None


@dataclass(frozen=True)
class SiteRow:
    """One site on the board. ``why``: in words, when it is not ready."""

    contacts: SiteContacts
    branch: int
    readiness: SiteReadiness | None
    problems: tuple[SiteProblem, ...]
    state: State
    why: str

    @property
    def site(self) -> MeetingSite:
        """The site itself."""
        return self.contacts.site

    @property
    def open_problems(self) -> list[SiteProblem]:
        """Those that somebody still sees to."""
        return [problem for problem in self.problems if problem.state == SiteProblem.State.OPEN]


@dataclass(frozen=True)
class Branch:
    """The sites under one agency, and how many are in each state."""

    id: int
    name: str
    rows: tuple[SiteRow, ...]

    @property
    def counts(self) -> dict[str, int]:
        """State → sites, all four."""
        return count(self.rows)


def valid_for() -> dt.timedelta:
    """How long findings hold."""
    return dt.timedelta(hours=settings.LINE_TEST_VALID_HOURS)


# --- the rule ---------------------------------------------------------------------------------------------


def failed_checks(readiness: SiteReadiness) -> list[str]:
    """Checks whose last finding is a failure, in their order."""
    return [check for check in Check.values if readiness.findings.get(check, {}).get("outcome") == Outcome.FAILED]


def awaiting_retest(readiness: SiteReadiness, problems: Iterable[SiteProblem]) -> list[str]:
    """Failed checks whose problem was marked solved: they must be tested again."""
    solved = {problem.check_name for problem in problems if problem.state == SiteProblem.State.SOLVED}
    return [check for check in failed_checks(readiness) if check in solved]


def state_of(readiness: SiteReadiness | None, problems: Collection[SiteProblem], now: dt.datetime) -> tuple[State, str]:
    """The lamp of a site, and why, in words.

    A failure that nobody has seen to comes first; then whatever makes findings void: another machine, their age, a
    failure that was seen to and not tested again, checks that were never done on this machine.
    """
    if readiness is None:
        return State.UNTESTED, ""
    again = awaiting_retest(readiness, problems)
    failed = [check for check in failed_checks(readiness) if check not in again]
    if failed and not readiness.machine_changed:
        return State.PROBLEM, _names(failed)
    if void := _why_void(readiness, again, now):
        return State.RETEST, void
    return State.READY, ""


def _why_void(readiness: SiteReadiness, again: list[str], now: dt.datetime) -> str:
    if readiness.machine_changed:
        return _("đã thay máy hoặc thiết bị")
    if now - readiness.tested_at > valid_for():
        return _("kết quả đã quá %(hours)d giờ") % {"hours": settings.LINE_TEST_VALID_HOURS}
    if again:
        return _("đã xử lý, chưa kiểm tra lại: %(checks)s") % {"checks": _names(again)}
    if missing := [check for check in Check.values if check not in readiness.findings]:
        return _("chưa kiểm tra đủ mục: %(checks)s") % {"checks": _names(missing)}
    return ""


def _names(checks: Iterable[str]) -> str:
    return ", ".join(str(Check(check).label) for check in checks)


# --- the board --------------------------------------------------------------------------------------------


def board(meeting: Meeting, now: dt.datetime) -> list[Branch]:
    """All sites by branch, in the order of the tree. Six queries, whatever their number."""
    laid_out = roster.layout(meeting.pk)
    branch_of = {site.id: site.branch for site in laid_out.sites}
    found, problems = _kept(meeting)
    rows: dict[int, list[SiteRow]] = {}
    for entry in contacts(meeting):
        pk = entry.site.pk
        row = _row(entry, branch_of.get(pk, 0), found.get(pk), tuple(problems.get(pk, ())), now)
        rows.setdefault(row.branch, []).append(row)
    return [Branch(one.id, one.name, tuple(rows[one.id])) for one in laid_out.branches if one.id in rows]


def _row(
    entry: SiteContacts,
    branch: int,
    readiness: SiteReadiness | None,
    problems: tuple[SiteProblem, ...],
    now: dt.datetime,
) -> SiteRow:
    state, why = state_of(readiness, problems, now)
    return SiteRow(entry, branch, readiness, problems, state, why)


def count(rows: Iterable[SiteRow]) -> dict[str, int]:
    """State → sites, all four."""
    counted = Counter(row.state for row in rows)
    return {state.value: counted[state] for state in State}


def states(meeting: Meeting, now: dt.datetime) -> dict[int, tuple[State, str]]:
    """Site → lamp and why, without contacts. Three queries."""
    found, problems = _kept(meeting)
    pks = meeting.sites.order_by().values_list("pk", flat=True)
    return {pk: state_of(found.get(pk), problems.get(pk, ()), now) for pk in pks}


def _kept(meeting: Meeting) -> tuple[dict[int, SiteReadiness], dict[int, list[SiteProblem]]]:
    """What is kept of the meeting's sites, by site. Two queries."""
    problems: dict[int, list[SiteProblem]] = {}
    for problem in SiteProblem.objects.filter(site__meeting=meeting):
        problems.setdefault(problem.site_id, []).append(problem)
    return {one.site_id: one for one in SiteReadiness.objects.filter(site__meeting=meeting)}, problems


@dataclass(frozen=True)
class Standing:
    """What is kept of one site, its lamp, and why, in words."""

    readiness: SiteReadiness | None
    problems: list[SiteProblem]
    state: State
    why: str


def of_site(site: MeetingSite, now: dt.datetime) -> Standing:
    """How one site stands. Two queries."""
    readiness = SiteReadiness.objects.filter(site=site).first()
    problems = list(SiteProblem.objects.filter(site=site).select_related("by__person"))
    return Standing(readiness, problems, *state_of(readiness, problems, now))


def matching(branches: Sequence[Branch], *, state: str = "", words: str = "", branch: str = "") -> list[SiteRow]:
    """Rows in one state, under one branch, whose name has each of ``words``, with or without diacritics."""
    wanted = folded(words)[:200].split()
    return [
        row
        for one in branches
        if not branch or str(one.id) == branch
        for row in one.rows
        if (not state or row.state == state) and all(word in folded(f"{row.site.name} {one.name}") for word in wanted)
    ]


# --- one site ---------------------------------------------------------------------------------------------


def findings_of(readiness: SiteReadiness | None, problems: Iterable[SiteProblem] = ()) -> list[Finding]:
    """What holds of a site, check by check, in words; checks that were not done are left out."""
    if readiness is None:
        return []
    by_check = {problem.check_name: problem for problem in problems}
    return [
        _finding(Check(check), readiness.findings[check], by_check.get(check))
        for check in Check.values
        if check in readiness.findings
    ]


def _finding(check: Check, kept: dict[str, object], problem: SiteProblem | None) -> Finding:
    outcome = Outcome(str(kept["outcome"]))
    sentence, advice = readiness_words.words(check, outcome, str(kept["reason"]))
    value = kept["value"] if isinstance(kept["value"], int | float) else None
    return Finding(
        check=check,
        outcome=outcome,
        sentence=sentence,
        advice=advice,
        value=readiness_words.value_text(check, value),
        note=str(kept["note"]),
        at=parse_datetime(str(kept["at"])),
        problem=problem,
    )


def history(site: MeetingSite, *, limit: int = 20) -> list[LineTest]:
    """The last runs of a site, latest first, each with its results. Two queries."""
    runs = site.line_tests.select_related("by__person").prefetch_related("results")
    return list(runs.order_by("-at", "-pk")[:limit])


# --- the meeting's page -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mine:
    """A site that the reader may test."""

    site: MeetingSite
    state: State
    why: str


@dataclass(frozen=True)
class Rehearsal:
    """What the meeting's page says of line tests. ``counts``: value, words, sites; empty for who may not see them."""

    windows: list[LineTestWindow]
    counts: list[tuple[str, str, int]]
    mine: list[Mine]


def rehearsal_of(meeting: Meeting, user: User, own: list[MeetingSite], now: dt.datetime) -> Rehearsal | None:
    """For whom it concerns: who watches the sites, and the people of one; while the meeting has a room."""
    watches = meeting.state in WITH_ROOM and may_watch_board(user, meeting)
    if meeting.state not in WITH_ROOM or not (watches or own):
        return None
    found = states(meeting, now)
    counted = Counter(state for state, _why in found.values())
    return Rehearsal(
        windows=list(meeting.test_windows.filter(ends_at__gt=now)),
        counts=[(state.value, str(state.label), counted[state]) for state in State] if watches else [],
        mine=[Mine(site, *found[site.pk]) for site in own if site.pk in found],
    )
