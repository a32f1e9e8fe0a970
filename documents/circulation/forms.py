"""Forms of incoming documents; the operations check again."""

import uuid
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents import secrecy
from documents.circulation import recipients, rights
from documents.circulation.registering import Facts
from documents.circulation.sending import Words
from documents.decree30.types import CHOICES, NO_ABBREVIATION, chosen
from documents.models import IncomingDocument, Routing
from documents.permissions import kept_registers
from eoffice.accounts.models import User
from eoffice.forms import DateInput, ErrorsFromOperation, PickerInput
from eoffice.organisation import directory
from eoffice.organisation.models import Appointment, Unit
from eoffice.workflow.forms import files_field
from eoffice.workflow.models import Task

DAY = "%d/%m/%Y"


def _key() -> Any:
    return forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)


def _reason() -> Any:
    return forms.CharField(label=_("Lý do"), max_length=500, widget=forms.Textarea({"rows": 2, "maxlength": 500}))


class FactsForm(ErrorsFromOperation, forms.Form):
    """What stands on the document."""

    sender_unit = forms.ModelChoiceField(
        Unit.objects.all(),
        label=_("Cơ quan ban hành"),
        required=False,
        help_text=_("Chọn khi cơ quan có trong hệ thống."),
        widget=PickerInput(reverse_lazy("pick-units"), directory.describe_units, placeholder=_("Gõ tên cơ quan")),
    )
    sender = forms.CharField(label=_("Hoặc cơ quan, tổ chức, cá nhân khác"), max_length=200, required=False)
    code = forms.CharField(label=_("Số, ký hiệu"), max_length=60, required=False)
    issued_on = forms.DateField(label=_("Ngày văn bản"), input_formats=[DAY], widget=DateInput)
    series = forms.ChoiceField(label=_("Loại văn bản"), choices=CHOICES, initial=NO_ABBREVIATION)
    urgency = forms.ChoiceField(label=_("Mức độ khẩn"), choices=Task.Urgency, initial=Task.Urgency.NORMAL)
    pages = forms.IntegerField(label=_("Số trang"), min_value=1, max_value=30000, required=False)
    subject = forms.CharField(
        label=_("Trích yếu nội dung"), max_length=500, widget=forms.Textarea({"rows": 2, "maxlength": 500})
    )
    note = forms.CharField(label=_("Ghi chú"), max_length=300, required=False)
    knowing = forms.BooleanField(label=_("Đây là văn bản khác, vẫn lưu"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("sender_unit") and not data.get("sender"):
            self.add_error("sender", _("Chọn hoặc ghi cơ quan ban hành."))
        return data

    def facts(self) -> Facts:
        data = self.cleaned_data
        names = ("sender", "sender_unit", "code", "issued_on", "urgency", "pages", "subject", "note")
        return Facts(series=chosen(data["series"]), **{name: data[name] for name in names})


class RegisterForm(FactsForm):
    """A document that has come in, with its files."""

    key = _key()
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Cơ quan nhận"), empty_label=None)
    arrived_on = forms.DateField(label=_("Ngày đến"), input_formats=[DAY], widget=DateInput)
    secrecy = forms.ChoiceField(label=_("Độ mật"), required=False)
    upload = files_field(_("Tệp văn bản (PDF, DOCX…)"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = kept_registers(user)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["secrecy"].choices = [("", _("Không mật")), *secrecy.LEVELS.items()]  # type: ignore[attr-defined]
        self.initial.setdefault("arrived_on", timezone.localdate())
        self.fields["upload"].help_text = _("Chọn được nhiều tệp: văn bản và các phụ lục.")

    def uploads(self) -> "list[UploadedFile[bytes]]":
        return list(self.cleaned_data["upload"])


class CorrectForm(FactsForm):
    """The entry, to be corrected."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def of(document: IncomingDocument) -> dict[str, Any]:
        """What it says now."""
        names = ("sender", "sender_unit", "code", "issued_on", "urgency", "pages", "subject", "note", "version")
        now = {name: getattr(document, name) for name in names}
        if document.sender_unit is not None:
            now["sender_unit"], now["sender"] = document.sender_unit.pk, ""
        return now | {"series": document.series or NO_ABBREVIATION}


class AttachForm(ErrorsFromOperation, forms.Form):
    """More files of the document."""

    upload = files_field(_("Thêm tệp"))


class ReasonForm(ErrorsFromOperation, forms.Form):
    """Why it is returned, withdrawn or cancelled."""

    reason = _reason()


class CloseForm(ErrorsFromOperation, forms.Form):
    """What came of it."""

    reply = forms.CharField(
        label=_("Số, ký hiệu văn bản trả lời"),
        max_length=60,
        required=False,
        help_text=_("Văn bản đã ghi trong sổ văn bản đi, ví dụ 05/UBND-VP."),
    )
    outcome = forms.CharField(
        label=_("Kết quả xử lý"),
        max_length=1000,
        required=False,
        help_text=_("Bắt buộc khi không có văn bản trả lời."),
        widget=forms.Textarea({"rows": 2, "maxlength": 1000}),
    )


class SubmitForm(ErrorsFromOperation, forms.Form):
    """To which leader."""

    key = _key()
    to = forms.ModelChoiceField(Appointment.objects.none(), label=_("Trình"), empty_label=_("Chọn lãnh đạo"))
    text = forms.CharField(
        label=_("Ý kiến đề xuất"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 2, "maxlength": 2000}),
    )

    def __init__(self, *args: Any, document: IncomingDocument, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leaders = rights.leaders_of(document.unit).exclude(person=user)
        self.fields["to"].queryset = leaders  # type: ignore[attr-defined]
        self.fields["to"].label_from_instance = lambda one: f"{one.person} – {one.title}"  # type: ignore[attr-defined]


class RecipientsField(forms.Field):
    """Units and people, possibly none."""

    def clean(self, value: Any) -> Any:
        return recipients.chosen([str(name) for name in value or []])


class SendForm(ErrorsFromOperation, forms.Form):
    """Whom it goes to, in which words, by when."""

    told_as: ClassVar[dict[str, Any]] = {"due_on": _("Thời hạn")}
    """Labels of fields where they stand alone."""
    key = _key()
    text = forms.CharField(
        label=_("Ý kiến"), max_length=2000, required=False, widget=forms.Textarea({"rows": 3, "maxlength": 2000})
    )
    lead = RecipientsField(label=_("Chủ trì xử lý"), required=False)
    coordinate = RecipientsField(label=_("Phối hợp"), required=False)
    inform = RecipientsField(label=_("Nhận để biết"), required=False)
    due_days = forms.IntegerField(label=_("Thời hạn (số ngày làm việc)"), min_value=1, max_value=365, required=False)
    due_on = forms.DateField(label=_("hoặc đến hết ngày"), input_formats=[DAY], widget=DateInput, required=False)

    def __init__(self, *args: Any, line: Routing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        src = reverse("incoming-recipients", args=[line.document_id, line.pk])
        for name in ("lead", "coordinate", "inform"):
            picker = PickerInput(
                src, recipients.describe, multiple=True, placeholder=_("Gõ tên đơn vị hoặc người, chọn được nhiều")
            )
            picker.is_required = False
            self.fields[name].widget = picker
        if line.due_on is not None:
            self.fields["due_on"].help_text = _("Chậm nhất %(day)s; để trống là lấy ngày này.") % {
                "day": f"{line.due_on:%d/%m/%Y}"
            }

    def words(self) -> Words:
        data = self.cleaned_data
        return Words(
            text=data["text"],
            lead=data["lead"],
            coordinate=data["coordinate"],
            inform=data["inform"],
            due_on=data["due_on"],
            due_days=data["due_days"],
            as_task=data.get("as_task", False),
            key=data["key"],
        )


class DirectForm(SendForm):
    """A leader's directive."""

    text = forms.CharField(
        label=_("Ý kiến chỉ đạo"), max_length=2000, widget=forms.Textarea({"rows": 3, "maxlength": 2000})
    )
    as_task = forms.BooleanField(
        label=_("Giao thành nhiệm vụ cho nơi chủ trì"),
        required=False,
        help_text=_(
            "Đơn vị, hoặc người của chính cơ quan bạn, thực hiện, báo cáo tiến độ, gửi kết quả để bạn duyệt; duyệt xong thì văn bản kết thúc."
        ),
    )
