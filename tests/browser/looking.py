"""Looking at a page, and pressing on it, as several tests do."""

import time

from playwright.sync_api import Locator, Page

TWICE = "button => { button.click(); button.click(); }"
"""A double click, whose second half comes before the page can go."""


def tool(page: Page, name: str) -> Locator:
    """A button of the room's bars."""
    return page.locator(f"[data-tool={name}]")


def leave_nothing(page: Page) -> None:
    """Leave the room, if ``page`` is in one, with nothing left of what was asked, called or given there: the next test, or
    the same one tried again, finds the meeting as it began.
    """
    page.evaluate(
        """() => {
            const room = window.eofficeRoom;
            const over = ['floor.decline', 'floor.withdraw', 'floor.recall', 'floor.end'];
            for (const type of over) room?.connection.tell({type});
            room?.leave();
        }"""
    )


def until(page: Page, true: str, *, seconds: float = 10) -> None:
    """Wait until the expression holds. Playwright's own waiting needs `eval`, which our policy forbids."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(true):
        assert time.monotonic() < deadline, f"not within {seconds} s: {true}"
        page.wait_for_timeout(50)
