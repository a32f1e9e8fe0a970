"""What a count of ballots means: how many are needed, and whether the question is carried. No database.

Rules: docs/domain/votes.md.
"""

from dataclasses import dataclass

from meetings.models import Poll


@dataclass(frozen=True)
class Count:
    """Ballots of a poll by choice."""

    agree: int = 0
    disagree: int = 0
    other: int = 0

    @property
    def cast(self) -> int:
        """All of them."""
        return self.agree + self.disagree + self.other


@dataclass(frozen=True)
class Outcome:
    """``needed`` of ``counted_on`` have to agree."""

    counted_on: int
    needed: int
    passed: bool


def share_of(threshold: str, number: int) -> int:
    """The least count that reaches ``threshold`` ("majority", "two_thirds", "all") of ``number``; at least 1."""
    match threshold:
        case Poll.Threshold.MAJORITY:
            least = number // 2 + 1
        case Poll.Threshold.TWO_THIRDS:
            least = -(-2 * number // 3)
        case _:
            least = number
    return max(least, 1)


def outcome(threshold: str, base: str, count: Count, *, members: int, present: int) -> Outcome:
    """Whether ``count`` carries the question. Nobody there and nobody for it: it is not carried."""
    counted_on = {Poll.Base.MEMBERS: members, Poll.Base.PRESENT: present}.get(Poll.Base(base), count.cast)
    needed = share_of(threshold, counted_on)
    return Outcome(counted_on=counted_on, needed=needed, passed=count.agree >= needed)


def quorum_needed(quorum: str, members: int) -> int:
    """How many of ``members`` have to be there before the vote may open."""
    return 0 if quorum == Poll.Quorum.NONE else share_of(quorum, members)
