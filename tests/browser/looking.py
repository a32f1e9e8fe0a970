"""Looking at a page, and pressing on it, as several tests do."""

import time

from playwright.sync_api import Locator, Page

TWICE = "button => { button.click(); button.click(); }"
"""A double click, whose second half comes before the page can go."""


def tool(page: Page, name: str) -> Locator:
    """A button of the room's bars."""
    return page.locator(f"[data-tool={name}]")


def until(page: Page, true: str, *, seconds: float = 10) -> None:
    """Wait until the expression holds. Playwright's own waiting needs `eval`, which our policy forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(true):
        assert time.monotonic() < deadline, f"not within {seconds} s: {true}"
        page.wait_for_timeout(50)
