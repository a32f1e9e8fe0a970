"""The acts on a line as the page offers them: which form, which operation, who may, what is said after."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from documents.circulation import closing, forms, rights, sending
from documents.models import IncomingDocument, Routing
from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment


class Act(NamedTuple):
    """One act on a line; its address is named ``incoming-line-<code>``."""

    code: str
    heading: Promise
    button: Promise
    make: Callable[..., Any]
    """The form, of data (or None), the document, the line and the person."""
    may: Callable[[User, Routing], bool]
    do: Callable[[Appointment, Routing, Any], object]
    done: Promise


def _submit_form(data: Any, document: IncomingDocument, _line: Routing, user: User, **options: Any) -> Any:
    return forms.SubmitForm(data, document=document, user=user, **options)


def _direct_form(data: Any, _document: IncomingDocument, line: Routing, _user: User, **options: Any) -> Any:
    return forms.DirectForm(data, line=line, **options)


def _send_form(data: Any, _document: IncomingDocument, line: Routing, _user: User, **options: Any) -> Any:
    return forms.SendForm(data, line=line, **options)


def _close_form(data: Any, _document: IncomingDocument, _line: Routing, _user: User, **options: Any) -> Any:
    return forms.CloseForm(data, **options)


def _reason_form(data: Any, _document: IncomingDocument, _line: Routing, _user: User, **options: Any) -> Any:
    return forms.ReasonForm(data, **options)


def _submit(by: Appointment, line: Routing, form: forms.SubmitForm) -> object:
    data = form.cleaned_data
    return sending.submit(by, line.document, data["to"], text=data["text"], line=line, key=data["key"])


def _direct(by: Appointment, line: Routing, form: forms.SendForm) -> object:
    return sending.direct(by, line, form.words())


def _forward(by: Appointment, line: Routing, form: forms.SendForm) -> object:
    return sending.forward(by, line, form.words())


def _close(by: Appointment, line: Routing, form: forms.CloseForm) -> object:
    return closing.close(by, line, outcome=form.cleaned_data["outcome"], reply=form.cleaned_data["reply"])


def _return(by: Appointment, line: Routing, form: forms.ReasonForm) -> object:
    return closing.give_back(by, line, reason=form.cleaned_data["reason"])


def _withdraw(by: Appointment, line: Routing, form: forms.ReasonForm) -> object:
    return closing.withdraw(by, line, reason=form.cleaned_data["reason"])


def _may_withdraw(user: User, line: Routing) -> bool:
    return line.task_id is None and rights.may_withdraw(user, line)


ACTS: dict[str, Act] = {
    act.code: act
    for act in [
        Act("direct", _("Bút phê"), _("Gửi bút phê"), _direct_form, rights.may_direct, _direct, _("Đã gửi bút phê.")),
        Act(
            "submit",
            _("Trình lãnh đạo khác"),
            _("Trình"),
            _submit_form,
            rights.may_submit_on,
            _submit,
            _("Đã trình."),
        ),
        Act(
            "forward", _("Chuyển tiếp"), _("Chuyển"), _send_form, rights.may_forward, _forward, _("Đã chuyển văn bản.")
        ),
        Act(
            "close",
            _("Kết thúc xử lý"),
            _("Đã xử lý xong"),
            _close_form,
            rights.may_close,
            _close,
            _("Đã ghi kết quả xử lý."),
        ),
        Act("return", _("Trả lại"), _("Trả lại"), _reason_form, rights.may_return, _return, _("Đã trả lại.")),
        Act("withdraw", _("Thu hồi"), _("Thu hồi"), _reason_form, _may_withdraw, _withdraw, _("Đã thu hồi.")),
    ]
}
OWN = ("direct", "forward", "submit", "close", "return")
"""Of the line that somebody holds, in the order in which they are offered."""
