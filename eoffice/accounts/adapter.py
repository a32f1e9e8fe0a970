"""How sign-in differs from allauth's defaults: its words, and what happens at the door."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.languages import remember_language
from eoffice.audit import log


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are given by an administrator: nobody signs up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Tài khoản này đang bị khóa. Liên hệ quản trị viên của cơ quan."),
        "email_password_mismatch": _("Tên đăng nhập hoặc mật khẩu không đúng."),
        "username_password_mismatch": _("Tên đăng nhập hoặc mật khẩu không đúng."),
        "invalid_login": _("Tên đăng nhập hoặc mật khẩu không đúng."),
        "enter_current_password": _("Mật khẩu hiện tại không đúng."),
        "incorrect_code": _("Mã không đúng."),
        "incorrect_password": _("Mật khẩu không đúng."),
        "invalid_password_reset": _("Đường dẫn đặt lại mật khẩu không còn dùng được."),
        "too_many_login_attempts": _("Bạn đã nhập sai nhiều lần. Chờ 5 phút rồi thử lại."),
        "rate_limited": _("Bạn gửi quá nhiều yêu cầu. Chờ một phút rồi thử lại."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Record the sign-in and speak the person's language from now on."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        log.record("person.signed_in", user=user, target=user)
        remember_language(response, user.language)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the name that was tried, never the password."""
        super().authentication_failed(request, **credentials)
        tried = credentials.get("username") or credentials.get("email") or ""
        log.record("person.sign_in_failed", login=str(tried)[:150])

    def add_message(
        self, request: HttpRequest, level: int, message_template: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        """Signing in needs no message: the page that opens says it."""
        if message_template != "account/messages/logged_in.txt":
            super().add_message(request, level, message_template, *args, **kwargs)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """The words of the second step."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Không thể tắt xác thực hai bước."),
        "cannot_generate_recovery_codes": _("Bật xác thực hai bước trước khi tạo mã dự phòng."),
        "incorrect_code": _("Mã không đúng. Mở lại ứng dụng xác thực và nhập mã đang hiện."),
    }
