"""What people are told about an incoming document, on commit."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import Delivery, IncomingDocument, Routing, Sending
from eoffice.accounts.models import User
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from eoffice.workflow.models import Task

_TITLES = {
    Routing.Role.SUBMIT: gettext_lazy("Văn bản trình bạn: %(subject)s"),
    Routing.Role.LEAD: gettext_lazy("Văn bản giao chủ trì: %(subject)s"),
    Routing.Role.COORDINATE: gettext_lazy("Văn bản giao phối hợp: %(subject)s"),
    Routing.Role.INFORM: gettext_lazy("Văn bản để biết: %(subject)s"),
}


def sent(document: IncomingDocument, sending: Sending, lines: Iterable[Routing]) -> None:
    """Tell each recipient; who has the task that came of it was told of the task. Who is only informed gets no mail."""
    by_role: dict[str, list[Routing]] = {}
    for line in lines:
        if line.task_id is None:
            by_role.setdefault(line.role, []).append(line)
    for role, some in by_role.items():
        due = next((f"{line.due_on:%d/%m/%Y}" for line in some if line.due_on), "")
        mail = role != Routing.Role.INFORM
        _send(
            _people(some), document, f"incoming.{role}", _TITLES[Routing.Role(role)], sending.text, due=due, mail=mail
        )


def closed(document: IncomingDocument, line: Routing) -> None:
    """Tell who had sent it."""
    said = line.outcome or (line.reply.code if line.reply else "")
    _send(_sender(line), document, "incoming.closed", gettext_lazy("Văn bản đã xử lý: %(subject)s"), said)


def returned(document: IncomingDocument, line: Routing) -> None:
    """Tell who had sent it, with the reason."""
    body = f"{line.recipient}: {line.outcome}"
    title = gettext_lazy("Văn bản bị trả lại: %(subject)s")
    _send(_sender(line), document, "incoming.returned", title, body, mail=True)


def withdrawn(document: IncomingDocument, lines: Iterable[Routing]) -> None:
    """Tell everybody from whom it was taken back: the page may not be theirs any more, so the notice leads to the list."""
    lines = list(lines)
    title = gettext_lazy("Văn bản đã thu hồi: %(subject)s")
    reason = next((line.outcome for line in lines), "")
    _send(_people(lines), document, "incoming.withdrawn", title, reason, open_page=False)


def delivered(deliveries: Iterable[Delivery], by: User) -> None:
    """Tell the clerks that a document waits to be registered."""
    units = [one.unit_id for one in deliveries]
    clerks = Appointment.objects.current().filter(unit__in=units, position__duty="clerk", person__is_active=True)
    people = {one.person_id: one.person for one in clerks.select_related("person") if one.person_id != by.pk}
    notify.send(
        people.values(),
        kind="incoming.delivered",
        title=lambda: _("Văn bản chuyển đến, chờ vào sổ"),
        body=lambda: "",
        url=reverse("incoming-list"),
    )


def _people(lines: Iterable[Routing]) -> list[User]:
    """Who receives ``lines``: the person, or who answers for the unit. One query."""
    lines = list(lines)
    people = {line.person.person_id: line.person.person for line in lines if line.person is not None}
    units = [line.unit_id for line in lines if line.unit_id is not None]
    if units:
        posts = Appointment.objects.current().representing().filter(unit__in=units, person__is_active=True)
        people |= {post.person_id: post.person for post in posts.select_related("person")}
    return list(people.values())


def _sender(line: Routing) -> list[User]:
    return [line.sending.by.person]


def _send(
    people: Iterable[User],
    document: IncomingDocument,
    kind: str,
    title: Promise,
    text: str,
    *,
    due: str = "",
    mail: bool = False,
    open_page: bool = True,
) -> None:
    def body() -> str:
        lines = [", ".join(part for part in (document.sender, document.code) if part), text]
        if due:
            lines.append(_("Thời hạn: %(day)s") % {"day": due})
        return "\n".join(line for line in lines if line)

    notify.send(
        people,
        kind=kind,
        title=lambda: str(title) % {"subject": document.subject},
        body=body,
        url=reverse("incoming-detail", args=[document.pk]) if open_page else reverse("incoming-list"),
        mail=mail,
        urgent=document.urgency != Task.Urgency.NORMAL,
    )
