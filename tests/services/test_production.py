"""docs/operations, tried: its files run the site behind nginx on PostgreSQL and Redis."""

import http.client
import http.cookiejar
import json
import re
import urllib.parse
import urllib.request

import pytest

from eoffice.demo.people import PASSWORD
from tests.services.production import HOST, ProductionSite, trusting

pytestmark = pytest.mark.services


class Browser:
    """Keeps cookies and follows redirects, as a browser does."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=trusting()), urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def open(self, path: str, fields: dict[str, str] | None = None) -> tuple[str, str]:
        """Where it ended, and the page."""
        data = urllib.parse.urlencode(fields).encode() if fields else None
        request = urllib.request.Request(self.base + path, data, {"Origin": self.base, "Referer": self.base + path})
        with self.opener.open(request, timeout=20) as answer:
            return answer.url, answer.read().decode()

    def sign_in(self, username: str) -> str:
        """Signs in and returns the path of the page that followed."""
        url, page = self.open("/account/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        path = urllib.parse.urlsplit(url).path
        url, _page = self.open(path, {"csrfmiddlewaretoken": token[1], "login": username, "password": PASSWORD})
        return urllib.parse.urlsplit(url).path

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)


def test_the_site_is_healthy_and_ready_once_every_unit_runs(site: ProductionSite) -> None:
    assert site.fetch("/healthz")[0] == 200
    site.until(lambda: json.loads(site.fetch("/readyz")[2])["status"] == "ready", seconds=45)


def test_the_deploy_checks_name_only_what_this_site_lacks(site: ProductionSite) -> None:
    said = site.manage("check", "--deploy", "--tag", "eoffice")
    assert set(re.findall(r"eoffice\.([EW]\d+)", said)) == {"W010", "W011"}  # no relay, no mail server


def test_static_files_come_from_nginx_and_are_kept_by_the_browser(site: ProductionSite) -> None:
    page = site.fetch("/account/login/")[2].decode()
    names = re.findall(r'(?:src|href)="(/static/dist/assets/[^"]+)"', page)
    assert names
    status, headers, body = site.fetch(names[0])
    assert status == 200
    assert body
    assert "immutable" in headers["cache-control"]


def test_signing_in_at_one_process_counts_at_the_other(site: ProductionSite) -> None:
    browser = Browser(f"https://{HOST}:{site.only_ports[0]}")
    assert browser.sign_in("chutich") == "/"
    browser.base = f"https://{HOST}:{site.only_ports[1]}"
    url, _page = browser.open("/")
    assert urllib.parse.urlsplit(url).path == "/"


def test_cookies_go_over_https_only(site: ProductionSite) -> None:
    headers = site.fetch("/account/login/")[1]
    assert "Secure" in headers["set-cookie"]
    assert headers["strict-transport-security"].startswith("max-age=31536000")


def test_every_answer_is_traceable_by_its_request_id(site: ProductionSite) -> None:
    site.fetch("/no-such-page/")
    lines = [
        json.loads(line)
        for port in site.web_ports
        for line in (site.folder / f"eoffice-web@{port}.service.log").read_text().splitlines()
        if line.startswith("{")
    ]
    found = [line["request_id"] for line in lines if "request_id" in line and "no-such-page" in str(line)]
    assert found
    assert all(re.fullmatch("[0-9a-f]{32}", request_id) for request_id in found)  # nginx's


def test_sockets_are_upgraded_through_nginx(site: ProductionSite) -> None:
    browser = Browser(site.url)
    browser.sign_in("chutich")
    connection = http.client.HTTPSConnection(HOST, site.port, context=trusting(), timeout=10)
    connection.request(
        "GET",
        "/ws/notices/",
        headers={
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Origin": site.url,
            "Cookie": browser.cookie_header,
        },
    )
    answer = connection.getresponse()
    assert answer.status == 101
    connection.close()


def test_the_site_goes_on_when_one_web_process_is_stopped(site: ProductionSite) -> None:
    name = f"eoffice-web@{site.web_ports[0]}.service"
    site.stop_unit(name)
    try:
        assert [site.status("/account/login/") for _number in range(6)] == [200] * 6
    finally:
        site.start_unit(name)
        site.until(lambda: site.status("/healthz", port=site.only_ports[0]) == 200)
