"""Forms of what is asked of the assigner, and of the answer; the operations check again."""

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.forms import DateInput, PickerInput
from eoffice.organisation import directory
from eoffice.organisation.models import Unit
from eoffice.workflow import requesting
from eoffice.workflow.forms import ActForm, KeyedForm, files_field, text_field
from eoffice.workflow.models import Task, TaskRequest
from eoffice.workflow.requesting import Wish


class AskForm(KeyedForm):
    """Anything that is asked."""

    kind: TaskRequest.Kind

    def wish(self) -> Wish:
        data = self.cleaned_data
        return Wish(self.kind, self.words(), data.get("wanted_on"), data.get("wanted_unit"))


class ExtensionForm(AskForm):
    """More time."""

    kind = TaskRequest.Kind.EXTENSION
    wanted_on = forms.DateField(label=_("Đề nghị gia hạn đến"), input_formats=["%d/%m/%Y"], widget=DateInput)
    text = text_field(_("Lý do"), rows=3)
    evidence = files_field(_("Tệp kèm theo (nếu có)"))

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, task=task, **kwargs)
        latest = requesting.latest_extension(task)
        if latest is not None:
            self.fields["wanted_on"].help_text = _("Chậm nhất %(day)s. Còn %(left)d trên %(all)d lần gia hạn.") % {
                "day": f"{latest:%d/%m/%Y}",
                "left": requesting.extensions_left(task),
                "all": settings.TASK_EXTENSIONS,
            }


class TransferForm(AskForm):
    """Another lead."""

    kind = TaskRequest.Kind.TRANSFER
    wanted_unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Đề nghị chuyển cho"),
        widget=PickerInput(reverse_lazy("pick-units"), directory.describe_units, placeholder=_("Gõ tên cơ quan")),
    )
    text = text_field(_("Lý do"), rows=3)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, task=task, **kwargs)
        units = Unit.objects.valid_on(timezone.localdate())
        self.fields["wanted_unit"].queryset = units  # type: ignore[attr-defined]


class CloseForm(AskForm):
    """Not to be done any more."""

    kind = TaskRequest.Kind.CLOSE
    text = text_field(_("Lý do"), rows=3)


class QuestionForm(AskForm):
    """A difficulty, or what is not clear."""

    kind = TaskRequest.Kind.QUESTION
    text = text_field(_("Khó khăn, vướng mắc hoặc điều cần hỏi"), rows=3)
    evidence = files_field(_("Tệp kèm theo (nếu có)"))


class ChosenRequestForm(ActForm):
    """About one waiting request, named by a hidden field."""

    request = forms.ModelChoiceField(TaskRequest.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, task=task, **kwargs)
        requests = TaskRequest.objects.filter(task=task).select_related("report__by__person", "wanted_unit")
        self.fields["request"].queryset = requests  # type: ignore[attr-defined]
        self.about = self._named(requests) or requests.filter(state=TaskRequest.State.WAITING).first()
        self.initial["request"] = self.about.pk if self.about else None

    def _named(self, requests: Any) -> TaskRequest | None:
        name = str(self.data.get("request", ""))
        return requests.filter(pk=int(name)).first() if name.isascii() and name.isdigit() and len(name) < 19 else None


class AnswerForm(ChosenRequestForm):
    """The assigner's word: yes or no, or the answer to a question."""

    decision = forms.ChoiceField(
        label=_("Quyết định"),
        choices=[("grant", _("Đồng ý")), ("refuse", _("Không đồng ý"))],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("Ý kiến (bắt buộc khi không đồng ý)"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3, "maxlength": 500}),
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, task=task, **kwargs)
        if self.about is not None and self.about.kind == TaskRequest.Kind.QUESTION:
            del self.fields["decision"]
            self.fields["remark"].label = _("Trả lời")

    @property
    def grants(self) -> bool:
        return bool(self.cleaned_data.get("decision") == "grant")


class WithdrawForm(ChosenRequestForm):
    """Take back what one has asked."""
