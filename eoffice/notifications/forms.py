"""The form of a person's own mail preferences."""

from django import forms
from django.utils.translation import gettext_lazy as _

from eoffice.forms import TimeInput
from eoffice.notifications.models import Preference


class PreferenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """When it is quiet, and what goes by mail."""

    quiet_from = forms.TimeField(label=_("Giờ yên tĩnh từ"), input_formats=["%H:%M"], widget=TimeInput)
    quiet_until = forms.TimeField(
        label=_("đến"),
        input_formats=["%H:%M"],
        widget=TimeInput,
        help_text=_("Qua nửa đêm được, ví dụ 21:00 đến 06:30. Hai giờ bằng nhau: không có giờ yên tĩnh."),
    )
    days_off = forms.BooleanField(label=_("Thứ Bảy, Chủ nhật, ngày lễ cũng yên tĩnh cả ngày"), required=False)
    digest = forms.BooleanField(label=_("Gửi thư nhắc việc đầu mỗi ngày làm việc"), required=False)

    class Meta:
        model = Preference
        fields = ["quiet_from", "quiet_until", "days_off", "tasks", "documents", "digest"]
        labels = {"tasks": _("Thư về nhiệm vụ"), "documents": _("Thư về văn bản, tài liệu, kết luận")}
