"""Account pages of our own; sign-in, passwords and the second step are allauth's views."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from eoffice.accounts import profile
from eoffice.accounts.forms import ProfileForm
from eoffice.accounts.languages import known_language, remember_language
from eoffice.accounts.models import User
from eoffice.errors import NotAllowed, UserError
from eoffice.http import user_error_response


def account_profile(request: HttpRequest) -> HttpResponse:
    """Name, phone and language of the person signed in; the ways to password and sessions."""
    assert isinstance(request.user, User)
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "accounts/profile.html", {"form": form}, status=status)
    person = profile.update_profile(request.user, **form.cleaned_data)
    messages.success(request, _("Đã lưu thông tin tài khoản."))
    response = redirect("account-profile")
    remember_language(response, person.language)
    return response


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language of this browser, and of the person if somebody is signed in."""
    language = known_language(request.POST.get("language", ""))
    if isinstance(request.user, User):
        profile.choose_language(request.user, language)
    response = HttpResponseRedirect(_safe_next(request))
    remember_language(response, language)
    return response


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one other device of the person."""
    assert isinstance(request.user, User)
    get_object_or_404(UserSession, pk=pk, user=request.user).end()
    messages.success(request, _("Đã đăng xuất thiết bị đó."))
    return redirect("usersessions_list")


def admin_door(request: HttpRequest) -> HttpResponse:
    """The administration pages have no sign-in of their own; whoever comes here lacks the right."""
    if getattr(request.user, "is_staff", False):
        return redirect("admin:index")
    raise NotAllowed(
        "not-administrator",
        _("Trang này dành cho quản trị viên."),
        hint=_("Nếu cần quyền quản trị, liên hệ quản trị viên hệ thống."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was opened before signing in again in another tab: say so, lose nothing."""
    error = UserError(
        "form-outdated",
        _("Trang này đã mở từ phiên đăng nhập trước nên chưa gửi được."),
        hint=_("Quay lại trang trước, tải lại trang rồi gửi lại; nội dung đã nhập vẫn còn trên máy này."),
    )
    error.status = 403
    return user_error_response(request, error)


def _safe_next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)
