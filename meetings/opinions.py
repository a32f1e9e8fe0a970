"""Agencies that are named in a draft check their paragraphs before the notice is issued (docs/domain/conclusions.md).

Silence is shown as silence: it is neither consent, nor does it stop the issue.
"""

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.standing import standing_of
from meetings import conclusions, confidential, permissions, suggestions
from meetings.models import Conclusion, ConclusionNotice, Meeting, Opinion

REASON_LIMIT, REMARK_LIMIT = 1000, 500
OPEN_STATES = (ConclusionNotice.State.DRAFT, ConclusionNotice.State.SUBMITTED)
"""Of the notice: while its conclusions may still change."""
_Answer, _Decision = Opinion.Answer, Opinion.Decision
_TAKEN = gettext_lazy("Ý kiến về dự thảo kết luận được tiếp thu: %(title)s")
_DECLINED = gettext_lazy("Ý kiến về dự thảo kết luận không được tiếp thu: %(title)s")


def of_meeting(meeting: Meeting) -> list[Opinion]:
    """The newest question to each agency about each paragraph of the newest edition, in the order of the paragraphs. One query."""
    newer = Opinion.objects.filter(
        conclusion=OuterRef("conclusion"), unit=OuterRef("unit"), asked_version__gt=OuterRef("asked_version")
    )
    related = ("unit", "asked_by__person", "answered_by__person", "decided_by__person", "conclusion")
    drafted = Opinion.objects.filter(
        conclusion__meeting=meeting, conclusion__edition=conclusions.newest_edition(meeting.pk)
    )
    asked = drafted.exclude(Exists(newer)).select_related(*related)
    return list(asked.order_by("conclusion__item__order", "conclusion__order", "conclusion", "unit__path"))


def silent(meeting: Meeting) -> list[Opinion]:
    """Those that nobody has answered: named to who confirms and issues."""
    return [one for one in of_meeting(meeting) if not one.answer]


def undecided(meeting: Meeting) -> list[Opinion]:
    """Proposals that were neither taken nor declined."""
    return [one for one in of_meeting(meeting) if one.answer == _Answer.PROPOSES and not one.decision]


def waiting_for(user: User) -> QuerySet[Meeting]:
    """Meetings about whose draft an agency that ``user`` answers for has been asked, and has not answered."""
    newer = Opinion.objects.filter(
        conclusion=OuterRef("conclusion"), unit=OuterRef("unit"), asked_version__gt=OuterRef("asked_version")
    )
    asked = Opinion.objects.filter(unit__in=standing_of(user).represents, answer="").exclude(Exists(newer))
    asked = confidential.without_hidden(asked, user, through="conclusion__item")
    drafted = ConclusionNotice.objects.filter(
        state__in=OPEN_STATES, meeting=OuterRef("conclusion__meeting"), edition=OuterRef("conclusion__edition")
    )
    return Meeting.objects.filter(
        pk__in=asked.filter(Exists(drafted)).order_by().values("conclusion__meeting")
    ).order_by("pk")


def askable(written: Iterable[Conclusion]) -> list[tuple[Conclusion, list[Unit]]]:
    """Paragraphs, each with the agencies that it names: who leads or coordinates its task, and whose name stands in it.
    Those of confidential items are shown to nobody else. Three queries for any number."""
    written = [one for one in written if not (one.item and one.item.confidential)]
    names = suggestions.agencies()
    found: list[tuple[Conclusion, list[int]]] = []
    for one in written:
        units = [
            unit
            for task in one.tasks
            for unit in (task.lead_unit_id, *(helper.pk for helper in task.coordinators.all()))
        ]
        units += [name.unit for name in names.find(unicodedata.normalize("NFC", one.text)) if name.unit > 0]
        found.append((one, [unit for unit in dict.fromkeys(units) if unit is not None]))
    known = Unit.objects.in_bulk({unit for _one, units in found for unit in units})
    return [(one, [known[unit] for unit in units if unit in known]) for one, units in found if units]


@transaction.atomic
def ask(by: Appointment, meeting: Meeting, pairs: Sequence[tuple[Conclusion, Unit]], *, due_on: dt.date) -> int:
    """Send paragraphs to the agencies named in them; returns how many questions are new. Again: harmless.

    Raises NotAllowed, Conflict("notice-issued"), UserError("nobody-asked", "due-past") with ``fields``.
    """
    meeting, _notice = conclusions.for_writing(by, meeting)
    if due_on < timezone.localdate():
        sentence = _("Thời hạn đã qua. Chọn ngày từ hôm nay trở đi.")
        raise UserError("due-past", sentence, fields={"due_on": sentence})
    if not pairs:
        raise UserError("nobody-asked", _("Chưa chọn đoạn nào và cơ quan nào để lấy ý kiến."))
    known = {(one.conclusion_id, one.unit_id, one.asked_version) for one in of_meeting(meeting)}
    now = timezone.now()
    new = [
        Opinion(
            conclusion=one,
            unit=unit,
            asked_text=one.text,
            asked_version=one.version,
            asked_by=by,
            asked_at=now,
            due_on=due_on,
        )
        for one, unit in pairs
        if (one.pk, unit.pk, one.version) not in known
    ]
    Opinion.objects.bulk_create(new)
    if new:
        asked = {one.unit_id for one in new}
        log.record("opinions.asked", by=by, target=meeting, paragraphs=len(new), agencies=len(asked))
        _tell_agencies(
            asked,
            meeting,
            kind="opinions.asked",
            title=lambda: (
                _("Xin ý kiến về dự thảo kết luận, hạn trả lời %(day)s: %(title)s")
                % {"day": f"{due_on:%d/%m/%Y}", "title": meeting.title}
            ),
        )
    return len(new)


@transaction.atomic
def answer(by: Appointment, opinion: Opinion, *, agrees: bool, wording: str = "", reason: str = "") -> Opinion:
    """The agency agrees, or proposes other words with a reason. It may answer anew until the secretary has decided.

    Raises NotAllowed, Conflict("opinion-closed", "opinion-decided"), UserError("bad-opinion") with ``fields``.
    """
    opinion = _locked(opinion)
    if opinion.unit_id not in standing_of(by.person).represents:
        raise NotAllowed(
            "may-not-answer",
            _("Bạn không trả lời thay %(unit)s được.") % {"unit": opinion.unit.name},
            hint=_("Lãnh đạo hoặc văn thư của cơ quan trả lời."),
        )
    meeting = opinion.conclusion.meeting
    if not is_open(meeting):
        raise Conflict("opinion-closed", _("Kết luận đã được duyệt nên không góp ý được nữa."))
    if opinion.decision:
        raise Conflict("opinion-decided", _("Thư ký đã xử lý ý kiến này nên không sửa được nữa."))
    opinion.wording, opinion.reason = ("", "") if agrees else _checked(opinion, wording, reason)
    opinion.answer = _Answer.AGREES if agrees else _Answer.PROPOSES
    opinion.answered_by, opinion.answered_at = by, timezone.now()
    opinion.save()
    log.record("opinion.answered", by=by, target=meeting, conclusion=opinion.conclusion_id, answer=opinion.answer)
    url = reverse("conclusions-opinions", args=[meeting.pk])
    notify.send(
        notify.without_unread([meeting.secretary.person], kind="opinion.answered", url=url),
        kind="opinion.answered",
        title=lambda: _("Có ý kiến về dự thảo kết luận: %(title)s") % {"title": meeting.title},
        body=opinion.unit.name,
        url=url,
    )
    return opinion


@transaction.atomic
def decide(by: Appointment, opinion: Opinion, *, take: bool, remark: str = "", version: int = 0) -> Opinion:
    """Take the words that an agency proposes into the paragraph, or decline them and say why; the agency is told.

    ``version``: of the conclusion as the person saw it. Deciding the same way again is harmless. Raises NotAllowed,
    Conflict("conclusion-changed", "opinion-decided", "no-proposal"), UserError("bad-remark") with ``fields``.
    """
    meeting, _notice = conclusions.for_writing(by, opinion.conclusion.meeting)
    opinion = _locked(opinion)
    wanted = _Decision.TAKEN if take else _Decision.DECLINED
    if opinion.decision == wanted:
        return opinion
    if opinion.decision:
        raise Conflict("opinion-decided", _("Ý kiến này đã được xử lý."))
    if opinion.answer != _Answer.PROPOSES:
        raise Conflict(
            "no-proposal", _("Cơ quan không còn đề nghị sửa đoạn này."), hint=_("Tải lại trang để xem ý kiến mới.")
        )
    if take:
        conclusions.reword(by, opinion.conclusion, opinion.wording, version=version)
    else:
        opinion.remark = _checked_remark(remark)
    opinion.decision, opinion.decided_by, opinion.decided_at = wanted, by, timezone.now()
    opinion.save()
    log.record("opinion.decided", by=by, target=meeting, conclusion=opinion.conclusion_id, decision=wanted)
    _tell_agencies(
        {opinion.unit_id},
        meeting,
        kind=f"opinion.{wanted}",
        title=lambda: str(_TAKEN if take else _DECLINED) % {"title": meeting.title},
        body=opinion.remark,
    )
    return opinion


def is_open(meeting: Meeting) -> bool:
    """Agencies may still answer: the conclusions have not been confirmed."""
    return conclusions.notice_of(meeting).state in OPEN_STATES


def own_of(user: User, meeting: Meeting) -> list[Opinion]:
    """What ``user`` is asked about the draft, for the agencies they answer for; nothing of items that are hidden from them."""
    mine, hidden = standing_of(user).represents, confidential.hidden_items(user, meeting.pk)
    return [one for one in of_meeting(meeting) if one.unit_id in mine and one.conclusion.item_id not in hidden]


def may_ask(user: User, meeting: Meeting) -> bool:
    """Ask agencies, and take or decline what they propose: who writes the conclusions."""
    return permissions.may_write_conclusions(user, meeting, conclusions.notice_of(meeting))


def _locked(opinion: Opinion) -> Opinion:
    related = ("unit", "conclusion__meeting__secretary__person", "conclusion__meeting__chair", "conclusion__item")
    return Opinion.objects.select_for_update(of=("self",)).select_related(*related).get(pk=opinion.pk)


def _checked(opinion: Opinion, wording: str, reason: str) -> tuple[str, str]:
    wording, reason = unicodedata.normalize("NFC", wording).strip(), normalised(reason)
    wrong = {}
    if not wording or wording == opinion.asked_text.strip():
        wrong["wording"] = _("Ghi câu chữ đề nghị thay cho đoạn này.")
    elif len(wording) > conclusions.TEXT_LIMIT:
        wrong["wording"] = _("Nội dung quá dài; tối đa là %(limit)d ký tự.") % {"limit": conclusions.TEXT_LIMIT}
    if not reason or len(reason) > REASON_LIMIT:
        wrong["reason"] = _("Ghi lý do, tối đa %(limit)d ký tự.") % {"limit": REASON_LIMIT}
    if wrong:
        raise UserError("bad-opinion", next(iter(wrong.values())), fields=wrong)
    return wording, reason


def _checked_remark(remark: str) -> str:
    remark = normalised(remark)
    if not remark or len(remark) > REMARK_LIMIT:
        sentence = _("Ghi vì sao không tiếp thu, tối đa %(limit)d ký tự.") % {"limit": REMARK_LIMIT}
        raise UserError("bad-remark", sentence, fields={"remark": sentence})
    return remark


def _tell_agencies(units: set[int], meeting: Meeting, *, kind: str, title: Callable[[], str], body: str = "") -> None:
    posts = Appointment.objects.current().representing().filter(unit__in=units).order_by()
    notify.send(
        User.objects.filter(pk__in=posts.values("person"), is_active=True),
        kind=kind,
        title=title,
        body=body,
        url=reverse("opinions-answer", args=[meeting.pk]),
        mail=True,
    )
