"""Who may do what with a weekly schedule, one predicate per verb (docs/domain/weekly-schedule.md, table of rights)."""

from dataclasses import dataclass

from eoffice.accounts.models import User
from eoffice.calendar.weeks.desks import offices_of
from eoffice.organisation.models import Unit
from eoffice.organisation.standing import standing_of


@dataclass(frozen=True)
class WeekRights:
    """What one person may do with the schedules of one agency."""

    reads: bool
    registers: bool
    compiles: bool
    approves: bool
    publishes: bool


def week_rights(user: User, unit: Unit) -> WeekRights:
    """All of them. One query, beside the standing.

    Everybody of the agency's tree reads; who answers for a unit of the tree registers; who works in the agency's office, or
    answers for the agency, compiles; who leads either approves; head, deputies and clerks of either publish.
    """
    standing = standing_of(user)
    desk = {unit.pk, *offices_of(user, unit)}
    compiles = unit.pk in standing.represents or len(desk) > 1
    return WeekRights(
        reads=compiles or unit.path in standing.belongs_below,
        registers=any(path.startswith(unit.path) for path in standing.authority),
        compiles=compiles,
        approves=bool(desk & standing.leads),
        publishes=bool(desk & standing.represents),
    )


def may_read_week(user: User, unit: Unit) -> bool:
    """See what was published, and register where one answers for a unit."""
    return week_rights(user, unit).reads


def may_register_week(user: User, unit: Unit, registering: Unit) -> bool:
    """Register for ``registering``, a unit of the agency's tree, in whose name they answer."""
    return registering.path.startswith(unit.path) and registering.pk in standing_of(user).represents


def may_compile_week(user: User, unit: Unit) -> bool:
    """Accept, merge, move and decline; write lines; change the week after it was published."""
    return week_rights(user, unit).compiles


def may_approve_week(user: User, unit: Unit) -> bool:
    """Approve and return lines."""
    return week_rights(user, unit).approves


def may_publish_week(user: User, unit: Unit) -> bool:
    """Publish, and publish again."""
    return week_rights(user, unit).publishes
