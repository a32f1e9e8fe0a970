"""Forms of the account pages; those of allauth with our words."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised

_PHONE = RegexValidator(r"^\+?[0-9 .\-()]{6,30}$", _("Số điện thoại chỉ gồm chữ số, dấu cách, dấu chấm và dấu +."))


class _Relabelled:
    """Gives allauth's fields our labels and takes its placeholders away: a label stays, a placeholder goes."""

    labels: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            if name in self.labels:
                field.label = self.labels[name]


class LoginForm(_Relabelled, allauth_forms.LoginForm):  # type: ignore[misc]
    labels = {
        "login": _("Tên đăng nhập hoặc thư điện tử"),
        "password": _("Mật khẩu"),
        "remember": _("Giữ đăng nhập trên máy này"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""


class ResetPasswordForm(_Relabelled, allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": _("Thư điện tử")}


class _PairMixin:
    def clean(self) -> Any:
        cleaned = super(allauth_forms.PasswordVerificationMixin, self).clean()  # type: ignore[misc]
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("Hai lần nhập mật khẩu không giống nhau."))  # type: ignore[attr-defined]
        return cleaned


class ResetPasswordKeyForm(_PairMixin, _Relabelled, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {"password1": _("Mật khẩu mới"), "password2": _("Nhập lại mật khẩu mới")}


class ChangePasswordForm(_PairMixin, _Relabelled, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    labels = {
        "oldpassword": _("Mật khẩu hiện tại"),
        "password1": _("Mật khẩu mới"),
        "password2": _("Nhập lại mật khẩu mới"),
    }


class ReauthenticateForm(_Relabelled, allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": _("Mật khẩu")}


class AuthenticateCodeForm(_Relabelled, mfa_forms.AuthenticateForm):  # type: ignore[misc]
    labels = {"code": _("Mã xác thực")}


class ReauthenticateCodeForm(_Relabelled, mfa_forms.ReauthenticateForm):  # type: ignore[misc]
    labels = {"code": _("Mã xác thực")}


class ActivateTotpForm(_Relabelled, totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": _("Mã đang hiện trên ứng dụng")}


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person's own name, phone and language."""

    phone = forms.CharField(label=_("Điện thoại"), max_length=30, required=False, validators=[_PHONE])

    class Meta:
        model = User
        fields = ["full_name", "phone", "language"]

    def clean_full_name(self) -> str:
        name = normalised(self.cleaned_data["full_name"])
        if not any(letter.isalpha() for letter in name):
            raise ValidationError(_("Họ và tên phải có chữ."))
        return name
