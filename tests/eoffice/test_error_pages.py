"""The pages that say what went wrong: one frame, each with its own words."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.views import defaults

from eoffice.errors import UserError
from eoffice.http import user_error_response
from tests.city import City

pytestmark = pytest.mark.django_db


def bad_request(request: HttpRequest) -> HttpResponse:
    return defaults.bad_request(request, SuspiciousOperation())


def forbidden(request: HttpRequest) -> HttpResponse:
    return defaults.permission_denied(request, PermissionDenied())


def missing(request: HttpRequest) -> HttpResponse:
    return defaults.page_not_found(request, Http404())


def refused(request: HttpRequest) -> HttpResponse:
    return user_error_response(request, UserError("late", "Đã quá hạn.", hint="Gọi văn thư.", fields={"due": "Muộn."}))


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (bad_request, 400, ["Yêu cầu không hợp lệ.", "tải lại rồi thử lần nữa"]),
        (forbidden, 403, ["Bạn không có quyền xem trang này.", "chuyển sang vai trò khác"]),
        (missing, 404, ["Không tìm thấy trang này.", "Có thể địa chỉ bị gõ sai"]),
        (refused, 400, ["Đã quá hạn.", "Gọi văn thư.", "<li>Muộn.</li>", 'data-code="late"']),
    ],
)
def test_each_says_what_happened_and_leads_on(
    city: City, answer: Callable[[HttpRequest], HttpResponse], status: int, words: list[str]
) -> None:
    request = RequestFactory().get("/x/")
    request.user = city["chair"].person
    page = answer(request)
    text = page.content.decode()
    assert page.status_code == status
    assert text.count("<h1>") == text.count('class="error-page"') == 1
    for word in [*words, "Quay lại trang trước", "Về trang Hôm nay"]:
        assert word in text
