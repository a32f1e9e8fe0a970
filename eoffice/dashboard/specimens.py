"""The form that /design/ shows."""

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from eoffice.forms import DateInput, DateTimeInput, Picked, PickerInput

CITIZENS = [
    Picked("1", "Nguyễn Văn An", "Chủ tịch – UBND phường Ba Đình"),
    Picked("2", "Trần Thị Bình", "Chánh Văn phòng – UBND thành phố"),
    Picked("3", "Lê Hoàng Đức", "Giám đốc – Sở Xây dựng"),
]


class SpecimenForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=_("Tên cuộc họp"), max_length=300, help_text=_("Ngắn gọn, đúng nội dung."))
    people = forms.MultipleChoiceField(
        label=_("Thành phần"),
        choices=[(one.id, one.text) for one in CITIZENS],
        widget=PickerInput(
            reverse_lazy("design-people"), lambda ids: [one for one in CITIZENS if one.id in ids], multiple=True
        ),
    )
    kind = forms.ChoiceField(label=_("Hình thức"), choices=[("a", _("Trực tiếp")), ("b", _("Trực tuyến"))])
    due = forms.DateField(label=_("Thời hạn"), widget=DateInput())
    starts = forms.SplitDateTimeField(label=_("Bắt đầu"), widget=DateTimeInput())
    form = forms.ChoiceField(
        label=_("Mức độ khẩn"),
        choices=[("n", _("Thường")), ("u", _("Khẩn"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Yêu cầu chuẩn bị"), widget=forms.Textarea, required=False)
    mail = forms.BooleanField(label=_("Gửi cả thư điện tử"), required=False)
