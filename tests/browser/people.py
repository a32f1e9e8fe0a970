"""Signing demo people in, and the browser's flags."""

import re
import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.site import Site

LAUNCH = {
    "executable_path": shutil.which("chromium") or shutil.which("google-chrome-stable"),
    "args": [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
        "--allow-loopback-in-peer-connection",
    ],
}
"""Cameras and microphones are the browser's own fakes; it asks nobody."""

VIETNAM = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}


class Doorman:
    """Signs demo people in through the sign-in page, once each, and opens windows for them."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.states: dict[str, Any] = {}
        self.contexts: list[BrowserContext] = []

    def page_of(self, username: str, **options: Any) -> Page:
        """A window of its own profile in which ``username`` is signed in; ``""``: nobody is."""
        if username and username not in self.states:
            self.states[username] = self._signed_in(username)
        context = self.browser.new_context(
            base_url=self.site.url, storage_state=self.states.get(username), **{**VIETNAM, **options}
        )
        self.contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        """Close every window that was opened."""
        while self.contexts:
            self.contexts.pop().close()

    def _signed_in(self, username: str) -> Any:
        context = self.browser.new_context(base_url=self.site.url, **VIETNAM)
        page = context.new_page()
        sign_in(page, username)
        state = context.storage_state()
        context.close()
        return state


def sign_in(page: Page, username: str) -> None:
    """Fill in the sign-in page and arrive at the Today page."""
    from eoffice.demo.people import PASSWORD

    page.goto("/account/login/")
    page.locator("#id_login").fill(username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name=re.compile("^(Đăng nhập|Sign in)$")).click()
    page.wait_for_url("**/")
