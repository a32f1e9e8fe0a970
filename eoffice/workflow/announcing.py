"""What people are told about a task, in the application and by mail."""

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from eoffice.workflow.models import Duty, Reminder, Report, Task, TaskBatch, TaskParty, TaskRequest


def assigned(task: Task, coordinators: list[int], informed: list[int]) -> None:
    """Tell the officer, or those who answer for the lead while there is none; and those for the units beside it."""
    if task.officer is not None:
        given(task)
    else:
        _send(_answering([task.lead_unit_id]), task, "task.assigned", _("Nhiệm vụ mới: %(title)s"))
    _send(_answering(coordinators), task, "task.coordinating", _("Phối hợp thực hiện: %(title)s"))
    _send(_answering(informed), task, "task.informed", _("Nhiệm vụ để theo dõi: %(title)s"), mail=False)


def given_to_each(batch: TaskBatch, tasks: Sequence[Task], informed: list[int]) -> None:
    """Tell those who answer for each lead of their own task, and those for the units beside of all. Two queries and the notices."""
    own = {task.lead_unit_id: task for task in tasks}
    posts = Appointment.objects.current().representing().filter(unit__in=own, person__is_active=True)
    task_of: dict[int, Task] = {}
    people: dict[int, User] = {}
    for post in posts.select_related("person").order_by("pk"):
        task_of.setdefault(post.person_id, own[post.unit_id])
        people[post.person_id] = post.person
    if not tasks:
        return
    notify.send(
        people.values(),
        kind="task.assigned",
        title=lambda: _("Nhiệm vụ mới: %(title)s") % {"title": batch.title},
        body=lambda: _details(tasks[0], ""),
        url=lambda person: reverse("task-detail", args=[task_of[person.pk].pk]),
        mail=True,
        urgent=tasks[0].urgency != Task.Urgency.NORMAL,
    )
    notify.send(
        [person for person in _answering(informed) if person.pk not in people],
        kind="task.informed",
        title=lambda: _("Nhiệm vụ để theo dõi: %(title)s") % {"title": batch.title},
        body=batch.recipients,
        url=reverse("task-batch", args=[batch.pk]),
    )


def acknowledged(task: Task) -> None:
    """Tell the assigner."""
    _send([task.assigner.person], task, "task.acknowledged", _("Đã tiếp nhận: %(title)s"), mail=False)


def given(task: Task) -> None:
    """Tell the officer."""
    if task.officer is not None:
        _send([task.officer.person], task, "task.given", _("Bạn được giao thực hiện: %(title)s"))


def reported(task: Task, report: Report) -> None:
    """Tell the others at work on the task, without mail."""
    titles = {
        Report.Kind.PROGRESS: _("Tiến độ mới: %(title)s"),
        Report.Kind.NOTE: _("Trao đổi mới: %(title)s"),
    }
    others = [person for person in _at_work(task) if person.pk != report.by.person_id]
    _send(others, task, f"task.{report.kind}", titles[Report.Kind(report.kind)], body=report.text, mail=False)


def handed_in(task: Task, report: Report) -> None:
    """Tell who must approve it within the lead unit."""
    reviewing = User.objects.filter(duties__task=task, duties__need=Duty.Need.REVIEW)
    _send(reviewing, task, "task.handed_in", _("Chờ duyệt trong đơn vị: %(title)s"), body=report.text)


def reviewed(task: Task, report: Report, review: Report) -> None:
    """Tell the officer, and who handed ``report`` in, that the head passed it on, or sent it back and why."""
    passed = review.kind == Report.Kind.REVIEWED
    kind = "task.reviewed" if passed else "task.sent_back"
    title = _("Đơn vị đã duyệt và gửi cơ quan giao: %(title)s") if passed else _("Đơn vị trả lại làm tiếp: %(title)s")
    people = {report.by.person_id: report.by.person}
    if task.officer is not None:
        people[task.officer.person_id] = task.officer.person
    _send(people.values(), task, kind, title, body=review.text, mail=not passed)


def submitted(task: Task, report: Report) -> None:
    """Tell those who must decide."""
    deciding = User.objects.filter(duties__task=task, duties__need=Duty.Need.APPROVE)
    _send(deciding, task, "task.submitted", _("Chờ duyệt kết quả: %(title)s"), body=report.text)


def decided(task: Task, report: Report) -> None:
    """Tell the officer and the lead that the result was accepted or returned, and why."""
    accepted = report.kind == Report.Kind.ACCEPTANCE
    kind = "task.accepted" if accepted else "task.returned"
    title = _("Kết quả được chấp nhận: %(title)s") if accepted else _("Trả lại làm tiếp: %(title)s")
    _send(_doing(task), task, kind, title, body=report.text)


def asked(task: Task, request: TaskRequest) -> None:
    """Tell those who must answer."""
    answering = User.objects.filter(duties__task=task, duties__need=Duty.Need.ANSWER)
    titles = {
        TaskRequest.Kind.EXTENSION: _("Đề nghị gia hạn: %(title)s"),
        TaskRequest.Kind.TRANSFER: _("Đề nghị chuyển chủ trì: %(title)s"),
        TaskRequest.Kind.CLOSE: _("Đề nghị đóng: %(title)s"),
        TaskRequest.Kind.QUESTION: _("Câu hỏi về nhiệm vụ: %(title)s"),
    }
    title = titles[TaskRequest.Kind(request.kind)]
    _send(answering, task, f"task.asked.{request.kind}", title, body=request.report.text)


def answered(task: Task, request: TaskRequest) -> None:
    """Tell who asked, and who does the work, what the assigner says."""
    titles = {
        TaskRequest.State.GRANTED: _("Đề nghị được đồng ý: %(title)s"),
        TaskRequest.State.REFUSED: _("Đề nghị không được đồng ý: %(title)s"),
        TaskRequest.State.ANSWERED: _("Câu hỏi được trả lời: %(title)s"),
    }
    state = TaskRequest.State(request.state)
    _send([request.report.by.person, *_doing(task)], task, f"task.{state}", titles[state], body=request.remark)


def contributed(task: Task, report: Report) -> None:
    """Tell the lead and its officer that a part came."""
    _send(_doing(task), task, "task.contributed", _("Phần phối hợp mới: %(title)s"), body=report.text, mail=False)


def nudged(task: Task, parties: Sequence[TaskParty]) -> None:
    """Tell those who answer for the units whose part is missing."""
    for party in parties:
        day = party.due_on or task.due_on
        body = [_("%(unit)s chờ phần phối hợp của đơn vị.") % {"unit": task.lead_unit.name}]
        body += [_("Thời hạn: %(day)s") % {"day": f"{day:%d/%m/%Y}"}] if day else []
        text = "\n".join(str(line) for line in body)
        _send(_answering([party.unit_id]), task, "task.nudged", _("Nhắc gửi phần phối hợp: %(title)s"), body=text)


def concerned(tasks: Sequence[Task]) -> list[User]:
    """Everybody whom the recall of ``tasks`` would be told: each person once. Two queries."""
    units = {task.lead_unit_id for task in tasks}
    units |= set(TaskParty.objects.filter(task__in=[task.pk for task in tasks]).values_list("unit_id", flat=True))
    people = {person.pk: person for person in _answering(list(units))}
    people |= {task.officer.person_id: task.officer.person for task in tasks if task.officer is not None}
    return list(people.values())


def recalled(task: Task) -> None:
    """Tell everybody at work on it, with the reason."""
    _send(concerned([task]), task, "task.recalled", _("Thu hồi nhiệm vụ: %(title)s"), body=task.cancel_reason)


def reminded(task: Task, people: Iterable[User], step: Reminder.Step) -> None:
    """Tell ``people`` at once how near, or over, the due day is: of urgent tasks; others stand in the digest."""
    _send(people, task, "task.reminded", format_lazy("{step}: %(title)s", step=step.label))


def due_moved(task: Task, sentence: str) -> None:
    """Tell everybody at work on the task, and the assigner, that an edited calendar moved its due day."""
    _send(_at_work(task), task, "task.due_moved", _("Thời hạn thay đổi: %(title)s"), body=sentence)


def amended(task: Task, sentence: str, coordinators: list[int]) -> None:
    """Tell everybody at work on the task, and units that help from now on, what a newer document says of it."""
    people = [*_at_work(task), *_answering(coordinators)]
    _send(people, task, "task.amended", _("Nhiệm vụ được sửa theo văn bản thay thế: %(title)s"), body=sentence)


def urged(tasks: Sequence[Task], *, title: str, body: str, url: str) -> None:
    """Tell those who answer for the leads of ``tasks``, and their officers, once, of the slip at ``url``."""
    people = _answering([task.lead_unit_id for task in tasks])
    people += [task.officer.person for task in tasks if task.officer is not None]
    notify.send(people, kind="task.urged", title=title, body=body, url=url, mail=True)


def recalled_together(tasks: Sequence[Task]) -> None:
    """Tell everybody at work on ``tasks`` of one source that they are taken back: each person once, however many are theirs."""
    if not tasks:
        return
    notify.send(
        concerned(tasks),
        kind="task.recalled",
        title=lambda: _("Thu hồi nhiệm vụ: %(title)s") % {"title": tasks[0].source_label or tasks[0].title},
        body=tasks[0].cancel_reason,
        url=tasks[0].source_url or reverse("task-list"),
        mail=True,
    )


def _doing(task: Task) -> list[User]:
    people = _answering([task.lead_unit_id])
    return [*people, task.officer.person] if task.officer is not None else people


def _at_work(task: Task) -> list[User]:
    helping = task.parties.filter(role=TaskParty.Role.COORDINATE).values_list("unit_id", flat=True)
    return [*_doing(task), *_answering(list(helping)), task.assigner.person]


def _answering(units: list[int]) -> list[User]:
    """Head, deputies and clerks of ``units``, today."""
    posts = Appointment.objects.current().representing().filter(unit__in=units)
    return list(User.objects.filter(Q(pk__in=posts.values("person")), is_active=True))


def _send(people: Iterable[User], task: Task, kind: str, title: Promise, *, body: str = "", mail: bool = True) -> None:
    notify.send(
        people,
        kind=kind,
        title=lambda: str(title) % {"title": task.title},
        body=lambda: _details(task, body),
        url=reverse("task-detail", args=[task.pk]),
        mail=mail,
        urgent=task.urgency != Task.Urgency.NORMAL,
    )


def _details(task: Task, body: str) -> str:
    lines = [body] if body else [_("Cơ quan giao: %(unit)s") % {"unit": task.assigner_unit.name}]
    if task.due_on and task.state in Task.OPEN_STATES:
        lines.append(_("Thời hạn: %(day)s") % {"day": f"{task.due_on:%d/%m/%Y}"})
    return "\n".join(lines)
