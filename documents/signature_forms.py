"""Forms of digital signatures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import SigningCredential
from documents.signatures import credentials
from documents.signatures.credentials import Holder
from eoffice.accounts.models import User
from eoffice.errors import UserError
from eoffice.files.kinds import PDF
from eoffice.forms import ErrorsFromOperation

KEY_LIMIT, PICTURE_LIMIT = 64 * 1024, 1024 * 1024
"""Bytes of what is handed in."""


def _passphrase(**options: Any) -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": "off"})
    return forms.CharField(label=_("Mật khẩu của chứng thư số"), max_length=200, strip=False, widget=widget, **options)


class PassphraseForm(ErrorsFromOperation, forms.Form):
    """Asked for at each signature."""

    passphrase = _passphrase(help_text=_("Chỉ dùng để ký lần này, không được lưu lại."))


class CheckForm(ErrorsFromOperation, forms.Form):
    """A PDF whose signatures are to be checked."""

    file = forms.FileField(
        label=_("Tệp PDF"), widget=forms.FileInput({"accept": ".pdf"}), help_text=_("Tệp chỉ được đọc, không được lưu.")
    )

    @property
    def accepted(self) -> tuple[Any, ...]:
        """Kinds of files."""
        return (PDF,)


class KeyForm(ErrorsFromOperation, forms.Form):
    """A person's own key file."""

    file = forms.FileField(label=_("Tệp chứng thư số (.p12, .pfx)"), widget=forms.FileInput({"accept": ".p12,.pfx"}))
    passphrase = _passphrase(help_text=_("Ít nhất 8 ký tự. Không được lưu lại; mỗi lần ký hệ thống sẽ hỏi."))
    picture = forms.FileField(
        label=_("Ảnh chữ ký"),
        required=False,
        widget=forms.FileInput({"accept": ".png"}),
        help_text=_("Ảnh PNG màu xanh, nền trong suốt, mỗi cạnh 90 đến 1000 điểm ảnh."),
    )

    def clean_file(self) -> bytes:
        return _content(self.cleaned_data["file"], KEY_LIMIT)

    def clean_picture(self) -> bytes:
        return _content(self.cleaned_data["picture"], PICTURE_LIMIT)

    def save(self, user: User) -> SigningCredential:
        """Raises what ``credentials.add_file`` does."""
        data = self.cleaned_data
        return credentials.add_file(
            user, Holder(person=user), pkcs12=data["file"], passphrase=data["passphrase"], picture=data["picture"]
        )


class CredentialForm(ErrorsFromOperation, forms.ModelForm):  # type: ignore[type-arg]
    """The administrator's: for a person or an agency, a key file or an account of the signing service."""

    file = forms.FileField(label=_("Tệp chứng thư số (.p12, .pfx)"), required=False)
    passphrase = _passphrase(required=False, help_text=_("Của tệp; không được lưu lại, người ký phải biết."))
    image = forms.FileField(label=_("Ảnh chữ ký (xanh) hoặc ảnh dấu (đỏ)"), required=False)

    class Meta:
        model = SigningCredential
        fields = ["person", "unit", "kind", "account"]

    by: User
    """Who fills it in; set by the admin page."""

    def clean_file(self) -> bytes:
        return _content(self.cleaned_data["file"], KEY_LIMIT)

    def clean_image(self) -> bytes:
        return _content(self.cleaned_data["image"], PICTURE_LIMIT)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        holder = Holder(data.get("person"), data.get("unit"))
        if bool(holder.person) == bool(holder.unit):
            self.add_error("person", _("Chọn một người, hoặc một cơ quan."))
        if not self.errors:
            try:
                self.instance = self._made(holder, data)
            except UserError as error:
                self.blame(error)
        return data

    def _made(self, holder: Holder, data: dict[str, Any]) -> SigningCredential:
        if data["kind"] == SigningCredential.Kind.REMOTE:
            return credentials.add_remote(self.by, holder, account=data["account"], picture=data["image"])
        return credentials.add_file(
            self.by, holder, pkcs12=data["file"], passphrase=data["passphrase"], picture=data["image"]
        )

    def _post_clean(self) -> None:
        """The row was made by the operation, and is checked there."""


def _content(upload: Any, limit: int) -> bytes:
    if not upload:
        return b""
    if upload.size > limit:
        raise forms.ValidationError(_("Tệp quá lớn."), code="too-large")
    return bytes(upload.read())
