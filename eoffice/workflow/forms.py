"""Forms of the acts on a task; the operations check again."""

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from eoffice.forms import DateInput, PickedMany
from eoffice.organisation.models import Appointment, Unit
from eoffice.workflow import coordinating, recalling, sharing_out, subtasks
from eoffice.workflow.models import Task, TaskParty
from eoffice.workflow.timeliness import Clock
from eoffice.workflow.writing import Words


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploads, possibly empty."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(item, initial) for item in given if item]


class ActForm(forms.Form):
    """An act on ``task``, as it was when the page was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        self.task = task
        kwargs.setdefault("initial", {"version": task.version})
        super().__init__(*args, **kwargs)

    @property
    def version_seen(self) -> int:
        """0, which no task has, when the field was tampered with."""
        return int(self.cleaned_data.get("version") or 0)

    def shown_again(self, task: Task) -> dict[str, str]:
        """Hidden values of the page that is shown now: sent again, the form counts for that page."""
        return {"version": str(task.version)}


class KeyedForm(ActForm):
    """An act that writes something: the key makes two clicks one."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["key"] = uuid.uuid4()

    def words(self) -> Words:
        data = self.cleaned_data
        return Words(
            text=data.get("text") or "",
            percent=data.get("percent"),
            reference=data.get("reference") or "",
            files=data.get("evidence") or [],
            despite_open=data.get("despite_open") or "",
            key=data["key"],
        )


def text_field(label: Any, *, required: bool = True, rows: int = 4) -> forms.CharField:
    """Words of a report."""
    return forms.CharField(
        label=label, required=required, max_length=4000, widget=forms.Textarea({"rows": rows, "maxlength": 4000})
    )


def files_field(label: Any) -> FilesField:
    """Files that go with them, possibly none."""
    return FilesField(label=label, required=False, widget=FilesInput({"multiple": True}))


class OfficerForm(ActForm):
    """Who does the work."""

    officer = forms.ChoiceField(label=_("Người thực hiện"))

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, task=task, **kwargs)
        loads = sharing_out.loads_of(task.lead_unit, Clock.at(timezone.now()))
        self._candidates = {str(load.officer.pk): load.officer for load in loads}
        choices = [(str(load.officer.pk), _load_said(load)) for load in loads]
        self.fields["officer"] = forms.ChoiceField(
            label=_("Người thực hiện"), choices=[("", _("Chọn người thực hiện")), *choices]
        )
        if task.officer_id is not None:
            self.initial["officer"] = str(task.officer_id)

    @property
    def chosen(self) -> Any:
        return self._candidates[self.cleaned_data["officer"]]


def _load_said(load: sharing_out.Load) -> str:
    """Who, where, and how much they have already."""
    officer = load.officer
    who = f"{officer.person} – {officer.position.name} ({officer.unit.short_name})"
    numbers = {"who": who, "open": load.open, "late": load.late}
    return gettext("%(who)s: %(open)d chưa xong, %(late)d quá hạn") % numbers


class ProgressForm(KeyedForm):
    """How far the work is."""

    text = text_field(_("Đã làm được gì, còn vướng mắc gì"))
    percent = forms.IntegerField(label=_("Tiến độ (%)"), min_value=0, max_value=99)
    evidence = files_field(_("Tệp kèm theo (nếu có)"))

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, task=task, **kwargs)
        self.initial["percent"] = min(task.percent, 99)


class CompletionForm(KeyedForm):
    """The result with its evidence."""

    text = text_field(_("Kết quả thực hiện"))
    reference = forms.CharField(label=_("Số, ký hiệu văn bản kết quả"), required=False, max_length=120)
    evidence = files_field(_("Tệp minh chứng"))
    evidence.help_text = _("Cần ít nhất một tệp, hoặc số, ký hiệu văn bản kết quả.")

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, task=task, **kwargs)
        if Task.objects.filter(parent=task).open().exists():
            self.fields["despite_open"] = forms.CharField(
                label=_("Lý do gửi khi nhiệm vụ con chưa xong"),
                required=False,
                max_length=500,
                widget=forms.Textarea({"rows": 2, "maxlength": 500}),
            )


class NoteForm(KeyedForm):
    """A note, or a coordinator's part of the work."""

    text = text_field(_("Nội dung trao đổi"), rows=3)
    evidence = files_field(_("Tệp kèm theo (nếu có)"))


class AcceptForm(ActForm):
    """The result is good."""

    text = text_field(_("Ý kiến (nếu có)"), required=False, rows=2)


class ReasonForm(ActForm):
    """An act that needs a reason."""

    reason = forms.CharField(label=_("Lý do"), max_length=500, widget=forms.Textarea({"rows": 3, "maxlength": 500}))


class RecallForm(ReasonForm):
    """Take the task back; the page shows what else that touches."""

    touched_subtasks = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, task=task, **kwargs)
        self.touched = recalling.touched(task)
        self.initial["touched_subtasks"] = len(self.touched.subtasks)

    def shown_again(self, task: Task) -> dict[str, str]:
        self.touched = recalling.touched(task)
        return {**super().shown_again(task), "touched_subtasks": str(len(self.touched.subtasks))}


class SubtaskForm(KeyedForm):
    """A part of the task for a unit, or for a person of the lead unit."""

    title = forms.CharField(label=_("Nội dung nhiệm vụ con"), max_length=300)
    recipient = forms.ChoiceField(label=_("Giao cho"))
    due_on = forms.DateField(label=_("Thời hạn"), input_formats=["%d/%m/%Y"], widget=DateInput, required=False)
    detail = text_field(_("Yêu cầu cụ thể (nếu có)"), required=False, rows=2)
    coordinators = PickedMany(
        Unit.objects.none(), label=_("Đơn vị phối hợp (nếu có)"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, task=task, **kwargs)
        self._units = {f"unit-{unit.pk}": unit for unit in subtasks.units_in_reach(task)}
        self._people = {f"person-{one.pk}": one for one in subtasks.own_people(task)}
        units = [(code, unit.name) for code, unit in self._units.items()]
        people = [(code, f"{one.person} – {one.position.name}") for code, one in self._people.items()]
        groups = [(_("Đơn vị"), units), (_("Người của đơn vị chủ trì"), people)]
        choices = [("", _("Chọn nơi nhận")), *[group for group in groups if group[1]]]
        self.fields["recipient"] = forms.ChoiceField(label=_("Giao cho"), choices=choices)
        self.fields["coordinators"].queryset = subtasks.coordinators_in_reach(task)  # type: ignore[attr-defined]
        self.order_fields(["title", "recipient", "due_on", "detail", "coordinators"])
        self._limit_due(task)

    def _limit_due(self, task: Task) -> None:
        """Offer a day within the task's, or none when its day is over."""
        today = timezone.localdate()
        if task.due_on is not None and task.due_on < today:
            del self.fields["due_on"]
        elif task.due_on is not None:
            self.initial["due_on"] = subtasks.suggested_due(task, today)
            self.fields["due_on"].help_text = _(
                "Chậm nhất %(day)s. Ngày gợi ý chừa lại %(reserve)d ngày làm việc để tổng hợp."
            ) % {"day": f"{task.due_on:%d/%m/%Y}", "reserve": subtasks.RESERVE_DAYS}

    def subtask(self) -> subtasks.Subtask:
        data = self.cleaned_data
        chosen: str = data["recipient"]
        person: Appointment | None = self._people.get(chosen)
        return subtasks.Subtask(
            title=data["title"],
            lead_unit=self._units.get(chosen),
            officer=person,
            detail=data["detail"],
            coordinators=list(data["coordinators"]),
            due_on=data.get("due_on"),
            key=data["key"],
        )


class PartForm(KeyedForm):
    """A coordinator's part."""

    text = text_field(_("Nội dung phần phối hợp"), rows=3)
    reference = forms.CharField(label=_("Số, ký hiệu văn bản (nếu có)"), required=False, max_length=120)
    evidence = files_field(_("Tệp kèm theo (nếu có)"))


class NudgeForm(ActForm):
    """Which missing parts are asked for, and by when."""

    parties = PickedMany(TaskParty.objects.none(), label=_("Đơn vị chưa gửi"), widget=forms.CheckboxSelectMultiple)
    due_on = forms.DateField(
        label=_("Hạn gửi (nếu ấn định)"), input_formats=["%d/%m/%Y"], widget=DateInput, required=False
    )

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, task=task, **kwargs)
        missing = coordinating.coordinators(task).filter(answer=None).select_related("unit")
        field = self.fields["parties"]
        field.queryset = missing  # type: ignore[attr-defined]
        field.label_from_instance = lambda party: party.unit.name  # type: ignore[attr-defined]
        self.initial["parties"] = [party.pk for party in missing]
