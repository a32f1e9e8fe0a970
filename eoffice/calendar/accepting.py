"""Going on in spite of a conflict: somebody takes it upon themselves, with a reason, and that is kept."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.calendar import conflicts
from eoffice.calendar.conflicts import Conflict, Question
from eoffice.calendar.models import AcceptedConflict
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment

REASON_LIMIT = 500


@dataclass(frozen=True)
class Answer:
    """What a person said of the conflicts they were shown."""

    seen: frozenset[str] = frozenset()
    """Keys of those that were shown to them."""
    accepts: bool = False
    reason: str = ""


def settle(by: Appointment, target: models.Model, source: str, question: Question, answer: Answer) -> list[Conflict]:
    """Ask again, inside the transaction that saves ``target``, and keep what is accepted; what was found.

    Nobody else can take the time of those who lead meanwhile (``hold``). Raises UserError("conflicts-open") while something serious
    is not accepted, or appeared since the person was shown the others, and "reason-missing", "reason-too-long", with ``fields``.
    """
    hold(question.leading)
    row = int(target.pk)
    known = conflicts.marked(conflicts.found(question, by.person), source, row)
    open_ones = [one for one in known if one.is_open]
    if not open_ones:
        return known
    if not answer.accepts or not {one.key for one in open_ones} <= answer.seen:
        raise _open(len(open_ones))
    accept(by, target, source, open_ones, answer.reason)
    return known


class Acceptable(Protocol):
    """A conflict as it is kept."""

    @property
    def key(self) -> str:
        """Names it among those of its row."""

    @property
    def code(self) -> str:
        """What kind it is."""

    @property
    def who(self) -> str:
        """Whose it is, as shown."""

    @property
    def overlap(self) -> tuple[dt.datetime, dt.datetime]:
        """From when to when both would be at once."""


def accept(by: Appointment, target: models.Model, source: str, taken: Collection[Acceptable], reason: str) -> None:
    """``by`` takes conflicts of ``target``, the row of ``source``, upon themselves. Raises UserError with ``fields``."""
    reason = normalised(reason)
    if not reason:
        sentence = _("Ghi rõ lý do vẫn giữ thời gian này.")
        raise UserError("reason-missing", sentence, fields={"conflict_reason": sentence})
    if len(reason) > REASON_LIMIT:
        sentence = _("Lý do quá dài; tối đa là %(limit)d ký tự.") % {"limit": REASON_LIMIT}
        raise UserError("reason-too-long", sentence, fields={"conflict_reason": sentence})
    for one in taken:
        AcceptedConflict.objects.update_or_create(
            source=source,
            row=target.pk,
            key=one.key,
            defaults={
                "code": one.code,
                "who": one.who,
                "starts_at": one.overlap[0],
                "ends_at": one.overlap[1],
                "reason": reason,
                "by": by,
            },
        )
    who = sorted({one.who for one in taken})
    log.record("conflict.accepted", by=by, target=target, reason=reason, who=who, codes=sorted({c.code for c in taken}))


def hold(people: Collection[int]) -> None:
    """Until the transaction ends nobody else who asks takes the time of ``people``."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))


def _open(count: int) -> UserError:
    sentence = ngettext(
        "Còn %(count)d trùng lịch chưa được chấp nhận.", "Còn %(count)d trùng lịch chưa được chấp nhận.", count
    ) % {"count": count}
    return UserError(
        "conflicts-open",
        sentence,
        hint=_("Chọn thời gian khác, hoặc đánh dấu “Vẫn giữ thời gian này” và ghi lý do."),
        fields={"accept_conflicts": sentence},
    )
