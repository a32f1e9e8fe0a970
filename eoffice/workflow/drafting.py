"""Drafts of assistants: an act of a leader, prepared by who helps them, done when the leader says so (ADR 0132).

Which acts may be drafted is said by their products (``draft_kinds``). A draft is tried in full, as the leader, and rolled back: what is kept can be done as things stand.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from eoffice.accounts.languages import known_language
from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import counting, standing_of
from eoffice.workflow.draft_kinds import Kind, kind_of
from eoffice.workflow.models import Draft
from eoffice.workflow.summaries import summary_of

RELATED = tuple(f"{role}__{part}" for role in ("leader", "by", "decided_by") for part in ("person", "position", "unit"))
REMARK_LIMIT = 500
_State = Draft.State


def target_of(kind: Kind, pk: int) -> Any:
    """The row ``pk`` that ``kind`` acts on; None when there is none."""
    return kind.model._default_manager.select_related(*kind.related).filter(pk=pk).first()


def leaders_helped(user: User, kind: Kind, target: Any) -> list[Appointment]:
    """The leaders for whom ``user`` may draft ``kind`` on ``target`` now: those who may do it by that very appointment.

    No query for who is nobody's assistant.
    """
    helped = [one.leader for one in standing_of(user).assists if getattr(one, kind.scope)]
    if not helped:
        return []
    found = Appointment.objects.filter(pk__in=helped).select_related("person", "position", "unit")
    return [one for one in found.in_protocol_order() if _may(one, kind, target)]


def visible_to(user: User) -> QuerySet[Draft]:
    """Those that wait, or waited, for ``user``, and those that ``user`` has written; newest first."""
    standing = standing_of(user)
    found = Draft.objects.filter(Q(leader__in=standing.ever) | Q(by__person=user))
    return found.select_related(*RELATED, "target_type")


def waiting_for(user: User) -> QuerySet[Draft]:
    """Those that ``user`` is to decide on, oldest first."""
    waiting = visible_to(user).filter(state=_State.WAITING).exclude(by__person=user)
    return waiting.filter(leader__in=standing_of(user).ever).order_by("drafted_at", "pk")


def may_decide(user: User, draft: Draft) -> bool:
    """Confirm or discard: the leader, or who acts in their absence; never who has drafted it."""
    standing = standing_of(user)
    holds = draft.leader.person_id == user.pk or draft.leader_id in standing.in_place_of
    return draft.state == _State.WAITING and holds and draft.by.person_id != user.pk


def may_withdraw(user: User, draft: Draft) -> bool:
    """Take it back, or write it anew: its author, while it waits."""
    return draft.state == _State.WAITING and draft.by.person_id == user.pk


def own_waiting(user: User, kind: Kind, target: Any, leader: Appointment) -> Draft | None:
    """The draft of ``user`` about the same, which another one would replace."""
    return Draft.objects.filter(
        kind=kind.code, target_id=target.pk, leader=leader, by__person=user, state=_State.WAITING
    ).first()


def decided_about(model: type[models.Model], pk: int) -> list[Draft]:
    """Confirmed drafts of acts on one row, oldest first. One query."""
    about = Draft.objects.filter(
        target_type=ContentType.objects.get_for_model(model), target_id=pk, state=_State.CONFIRMED
    )
    return list(about.select_related(*RELATED).order_by("decided_at", "pk"))


def that_made(kind: str, keys: Iterable[int]) -> dict[int, Draft]:
    """By what it made: the confirmed draft behind each of ``keys``. One query."""
    made = Draft.objects.filter(kind=kind, made_id__in=list(keys), state=_State.CONFIRMED).select_related(*RELATED)
    return {draft.made_id: draft for draft in made if draft.made_id is not None}


@transaction.atomic
def write(by: Appointment, kind: Kind, target: Any, leader: Appointment, form: Any) -> Draft:
    """Draft for ``leader``, with a valid ``form``; written again it replaces what waits. The leader is told.

    Raises NotAllowed("may-not-draft"), Conflict("already-drafted") where a colleague's draft waits, and what the act itself
    would find wrong.
    """
    if leader.pk not in {one.pk for one in leaders_helped(by.person, kind, target)}:
        raise NotAllowed(
            "may-not-draft",
            _("Bạn không soạn được dự thảo này cho lãnh đạo."),
            hint=_("Việc có thể đã được xử lý, hoặc phân công trợ lý đã hết hạn."),
        )
    _rehearse(kind, target, leader, form)
    draft = own_waiting(by.person, kind, target, leader)
    again = draft is not None and draft.fields == _typed(form)
    if draft is not None and again:  # a second click
        return draft
    draft = draft or Draft(by=by, leader=leader, kind=kind.code, target=target, version=0)
    draft.by, draft.label, draft.fields = by, kind.name(target)[:500], _typed(form)
    with translation.override(known_language(leader.person.language)):
        draft.summary = summary_of(form)
    draft.version, draft.drafted_at = draft.version + 1, timezone.now()
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise Conflict(
            "already-drafted",
            _("Một trợ lý khác đã soạn dự thảo này, đang chờ lãnh đạo xác nhận."),
            hint=_("Trao đổi với đồng nghiệp; dự thảo được thay khi họ rút lại."),
        ) from None
    log.record("draft.written", by=by, target=kind.about(target), leader=str(leader), what=str(kind.label))
    _tell_leader(draft, kind)
    return draft


@transaction.atomic
def confirm(by: Appointment, draft: Draft, *, version: int | None = None, form: Any = None) -> Draft:
    """The leader says yes: the act is done as theirs. ``version``: of what they have read; ``form``: what they have changed it to.
    Again: harmless.

    Raises NotAllowed, Conflict("draft-over", "draft-changed"), UserError("draft-outdated"), and what the act finds wrong.
    """
    current = _locked(draft)
    if current.state == _State.CONFIRMED and current.decided_by and current.decided_by.person_id == by.person_id:
        return current
    _require_decision(by, current)
    kind, target = act_of(current)
    if form is None:
        if current.version != version:
            raise Conflict(
                "draft-changed",
                _("Trợ lý vừa sửa dự thảo này. Chưa có gì được thực hiện."),
                hint=_("Đọc lại dự thảo mới rồi xác nhận."),
            )
        form = kind.form(current.data, target)
        if not form.is_valid():
            raise UserError(
                "draft-outdated",
                _("Dự thảo không còn phù hợp. Chưa có gì được thực hiện."),
                hint=_("Sửa những chỗ báo lỗi rồi xác nhận."),
            )
    else:
        current.edited = _without_hidden(form, _typed(form)) != _without_hidden(form, current.fields)
    made = kind.do(by, target, form)
    current.made_id = made.pk if isinstance(made, models.Model) and made != target else None
    _decided(by, current, _State.CONFIRMED)
    about = kind.about(target)
    log.record("draft.confirmed", by=by, target=about, drafter=str(current.by), what=str(kind.label))
    return current


@transaction.atomic
def discard(by: Appointment, draft: Draft, *, remark: str = "") -> Draft:
    """The leader does not use it, or its author takes it back. Again: harmless. Raises NotAllowed, Conflict("draft-over")."""
    current = _locked(draft)
    own = current.by.person_id == by.person_id
    state = _State.WITHDRAWN if own else _State.DISCARDED
    if current.state == state:
        return current
    if not own:
        _require_decision(by, current)
    elif not may_withdraw(by.person, current):
        raise _over(current)
    current.remark = normalised(remark)[:REMARK_LIMIT]
    _decided(by, current, state)
    kind, target = act_of(current)
    log.record(f"draft.{state}", by=by, target=kind.about(target), drafter=str(current.by), what=str(kind.label))
    if not own:
        notify.send(
            [current.by.person],
            kind="draft.discarded",
            title=lambda: _("Lãnh đạo không dùng dự thảo: %(label)s") % {"label": current.label},
            body=current.remark,
            url=reverse("draft-list"),
        )
    return current


def act_of(draft: Draft) -> tuple[Kind, Any]:
    """Kind and target of ``draft``."""
    kind = kind_of(draft.kind)
    assert kind is not None, "a kind that was drafted stays registered"
    return kind, target_of(kind, draft.target_id)


def _may(leader: Appointment, kind: Kind, target: Any) -> bool:
    with counting(leader.person, [leader]):
        return kind.may(leader.person, target)


def _rehearse(kind: Kind, target: Any, leader: Appointment, form: Any) -> None:
    """Do it as the leader and take all of it back; raises what the act finds wrong."""
    with counting(leader.person, [leader]), transaction.atomic():
        kind.do(leader, target, form)
        transaction.set_rollback(True)


def _typed(form: Any) -> dict[str, list[str]]:
    """What was filled in, field by field; a key makes two clicks one, so that a draft without one gets it."""
    typed = {name: [str(one) for one in form.data.getlist(name)] for name in form.fields}
    if "key" in typed and not any(typed["key"]):
        typed["key"] = [str(uuid.uuid4())]
    return typed


def _without_hidden(form: Any, typed: dict[str, list[str]]) -> dict[str, list[str]]:
    shown = {field.name for field in form.visible_fields()}
    return {name: [one for one in values if one] for name, values in typed.items() if name in shown and any(values)}


def _locked(draft: Draft) -> Draft:
    """Read once it is locked: who had to wait for the lock would see the new row beside what was joined to the old one."""
    Draft.objects.select_for_update().get(pk=draft.pk)
    return Draft.objects.select_related(*RELATED).get(pk=draft.pk)


def _require_decision(by: Appointment, draft: Draft) -> None:
    if draft.state != _State.WAITING:
        raise _over(draft)
    if not may_decide(by.person, draft):
        raise NotAllowed(
            "may-not-decide-draft",
            _("Chỉ lãnh đạo xác nhận dự thảo của trợ lý."),
            hint=_("Trợ lý soạn dự thảo, không xác nhận thay lãnh đạo."),
        )


def _over(draft: Draft) -> Conflict:
    return Conflict(
        "draft-over",
        _("Dự thảo này ở trạng thái “%(state)s” nên không làm được nữa.") % {"state": draft.get_state_display()},
        hint=_("Xem danh sách dự thảo."),
    )


def _decided(by: Appointment, draft: Draft, state: Draft.State) -> None:
    draft.state, draft.decided_by, draft.decided_at = state, by, timezone.now()
    draft.save()


def _tell_leader(draft: Draft, kind: Kind) -> None:
    people = [draft.leader.person]
    url = reverse("draft-detail", args=[draft.pk])
    notify.send(
        notify.without_unread(people, kind="draft.waiting", url=url),
        kind="draft.waiting",
        title=lambda: _("Dự thảo chờ bạn xác nhận: %(what)s") % {"what": kind.label},
        body=lambda: f"{draft.label}\n{draft.by.person}",
        url=url,
    )
