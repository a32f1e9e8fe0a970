"""Who helps which leader, for a time (docs/domain/organisation.md, "Assistants"; ADR 0132).

What an assistant sees follows from the link (``eoffice.organisation.standing``), what they draft is in ``drafting``; this module makes
the link and ends it.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment, AssistantLink
from eoffice.organisation.standing import forget
from eoffice.workflow.delegating import givers_for, within_reach, wrong_days

RELATED = tuple(
    f"{role}__{part}" for role in ("leader", "assistant", "registered_by") for part in ("person", "position", "unit")
)


@dataclass(frozen=True)
class Terms:
    """Who helps whom, from which day until the end of which, in what."""

    leader: Appointment
    assistant: Appointment
    valid_from: dt.date
    valid_to: dt.date
    documents: bool
    tasks: bool


def leaders_for(user: User) -> QuerySet[Appointment]:
    """The leaders for whom ``user`` may name an assistant: themselves; those of the unit whose name they answer in, or that their
    office serves.
    """
    return givers_for(user)


def visible_to(user: User) -> QuerySet[AssistantLink]:
    """Those of ``user`` as leader or assistant, and those that they may register; newest first."""
    mine = Q(leader__person=user) | Q(assistant__person=user)
    mine |= Q(leader__in=leaders_for(user).order_by().values("pk"))
    return AssistantLink.objects.filter(mine).select_related(*RELATED)


def may_end(user: User, link: AssistantLink) -> bool:
    """End it before its time: the leader, the assistant, and who may register it."""
    if link.ended_at is not None or link.valid_to < timezone.localdate():
        return False
    concerned = user.pk in (link.leader.person_id, link.assistant.person_id)
    return concerned or leaders_for(user).filter(pk=link.leader_id).exists()


@transaction.atomic
def name_assistant(by: Appointment, terms: Terms) -> AssistantLink:
    """``terms.assistant`` reads and drafts for the leader from now on; both are told. The same again: harmless.

    Raises NotAllowed; UserError("bad-assistant") with ``fields``; Conflict("already-assistant").
    """
    if not leaders_for(by.person).filter(pk=terms.leader.pk).exists():
        raise _not_allowed()
    Appointment.objects.select_for_update(of=("self",)).get(pk=terms.leader.pk)
    counting = AssistantLink.objects.filter(leader=terms.leader, assistant=terms.assistant, ended_at=None)
    columns = {name: getattr(terms, name) for name in ("valid_from", "valid_to", "documents", "tasks")}
    if (again := counting.filter(**columns).first()) is not None:  # a second click
        return again
    _check(terms)
    if counting.filter(valid_from__lte=terms.valid_to, valid_to__gte=terms.valid_from).exists():
        text = _("%(who)s đã là trợ lý trong thời gian này.") % {"who": terms.assistant.person}
        raise Conflict("already-assistant", text, hint=_("Kết thúc phân công đó trước."), fields={"assistant": text})
    made = AssistantLink.objects.create(leader=terms.leader, assistant=terms.assistant, registered_by=by, **columns)
    forget()
    log.record("assistant.named", by=by, target=made, **_words(made))
    _tell(by, made, gettext_lazy("%(assistant)s là trợ lý của %(leader)s"))
    return made


@transaction.atomic
def end(by: Appointment, link: AssistantLink) -> AssistantLink:
    """It ends now: with the next request the assistant sees and drafts no more. What they drafted still waits for the leader.
    Again: harmless. Raises NotAllowed.
    """
    current = AssistantLink.objects.select_for_update(of=("self",)).select_related(*RELATED).get(pk=link.pk)
    if current.ended_at is not None:
        return current
    if not may_end(by.person, current):
        raise _not_allowed()
    current.ended_by, current.ended_at = by, timezone.now()
    current.save()
    forget()
    log.record("assistant.ended", by=by, target=current, **_words(current))
    _tell(by, current, gettext_lazy("%(assistant)s thôi làm trợ lý của %(leader)s"))
    return current


def _check(terms: Terms) -> None:
    found = {"assistant": _wrong_person(terms), "valid_to": wrong_days(terms.valid_from, terms.valid_to)}
    if not terms.documents and not terms.tasks:
        found["documents"] = _("Chọn ít nhất một phần việc.")
    problems = {field: text for field, text in found.items() if text}
    if problems:
        raise UserError("bad-assistant", _("Chưa ghi được phân công trợ lý."), fields=problems)


def _wrong_person(terms: Terms) -> str:
    helping = terms.assistant
    if helping.person_id == terms.leader.person_id:
        return _("Lãnh đạo không tự làm trợ lý của mình.")
    if helping.is_delegated or not helping.is_valid_on(timezone.localdate()):
        return _("Trợ lý phải đang giữ chức vụ của mình.")
    return "" if within_reach(terms.leader, helping) else _("Chọn người cùng cơ quan hoặc đơn vị trực thuộc.")


def _words(link: AssistantLink) -> dict[str, str]:
    return {
        "leader": str(link.leader),
        "assistant": str(link.assistant),
        "from_day": f"{link.valid_from:%d/%m/%Y}",
        "to_day": f"{link.valid_to:%d/%m/%Y}",
    }


def _tell(by: Appointment, link: AssistantLink, title: Promise) -> None:
    names = {"leader": link.leader.person.full_name, "assistant": link.assistant.person.full_name}
    days = {"from": f"{link.valid_from:%d/%m/%Y}", "to": f"{link.valid_to:%d/%m/%Y}"}
    notify.send(
        [person for person in (link.leader.person, link.assistant.person) if person.pk != by.person_id],
        kind="assistant.named" if link.ended_at is None else "assistant.ended",
        title=lambda: str(title) % names,
        body=lambda: _("Từ ngày %(from)s đến hết ngày %(to)s") % days,
        url=reverse("assistant-list"),
    )


def _not_allowed() -> NotAllowed:
    return NotAllowed(
        "may-not-name-assistant",
        _("Bạn không phân công được trợ lý cho lãnh đạo này."),
        hint=_("Lãnh đạo tự phân công, hoặc văn phòng, văn thư của đơn vị phân công thay."),
    )
