"""The main pages of the site, as the screenshots and the accessibility tests visit them."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

Way = Callable[[Page], None]


@dataclass(frozen=True)
class Place:
    """A page: who looks at it, and how they get there from the Today page.

    ``way`` raises ``Missing`` when the demo has nothing to show there.
    """

    name: str
    who: str
    way: Way


class Missing(Exception):
    """The demo city has no such thing."""


def at(path: str) -> Way:
    """Straight to an address."""
    return lambda page: _go(page, path)


def first_of(path: str, selector: str, after: str = "") -> Way:
    """The first link that matches ``selector`` on the list at ``path``; ``after`` is put behind its address."""

    def walk(page: Page) -> None:
        _go(page, path)
        links = page.locator(selector)
        if not links.count():
            raise Missing(f"{path} shows no {selector}")
        _go(page, str(links.first.get_attribute("href")) + after)

    return walk


def _go(page: Page, path: str) -> None:
    response = page.goto(path)
    if response is None or response.status >= 400:
        raise Missing(f"{path} answers {response.status if response else 'nothing'}")
    page.wait_for_load_state("networkidle")


def in_the_room(page: Page) -> None:
    """Through the pre-join page into the room."""
    pre_join(page)
    page.get_by_role("button", name="Vào phòng họp").click()
    page.wait_for_timeout(4000)


pre_join = first_of("/", "main a[href$='/room/']")

MEETING = "main li a[href^='/meetings/']:not([href$='/room/'])"

PLACES = [
    Place("sign-in", "", at("/account/login/")),
    Place("today", "badinh", at("/")),
    Place("week", "badinh", at("/schedule/")),
    Place("month", "badinh", at("/schedule/?view=month")),
    Place("leaders", "thuky", at("/schedule/leaders/")),
    Place("sites", "thuky", at("/schedule/sites/")),
    Place("find-time", "thuky", at("/schedule/free/")),
    Place("my-time", "badinh", at("/schedule/mine/")),
    Place("weeks", "vanphong", at("/schedule/weeks/")),
    Place("week-register", "soxaydung", first_of("/schedule/weeks/", "main a[href$='/register/']")),
    Place("week-compile", "vanphong", first_of("/schedule/weeks/", "main a[href$='/compile/']")),
    Place("rooms", "thuky", at("/schedule/rooms/")),
    Place("rooms-day", "thuky", at("/schedule/rooms/day/")),
    Place("resource", "vanthu", first_of("/schedule/rooms/", ".resource-card h2 a")),
    Place("notices", "badinh", at("/notifications/")),
    Place("meetings", "thuky", at("/meetings/")),
    Place("meeting", "thuky", first_of("/meetings/", MEETING)),
    Place("replies", "thuky", first_of("/meetings/", MEETING, "replies/")),
    Place("meeting-new", "thuky", at("/meetings/new/")),
    Place("series-new", "thuky", at("/meetings/series/new/")),
    Place("economy", "chutich", at("/meetings/economy/")),
    Place("conclusions", "thuky", first_of("/meetings/?tab=past", MEETING, "conclusions/")),
    Place("notice", "thuky", first_of("/meetings/?tab=past", MEETING, "notice/")),
    Place("papers", "badinh", at("/papers/")),
    Place(
        "paper",
        "thuky",
        first_of("/papers/", "main a[href^='/papers/']:not([href$='/read/'], [href$='/new/'], [href$='/search/'])"),
    ),
    Place("search", "badinh", at("/papers/search/?q=xay+dung")),
    Place("reader", "badinh", first_of("/papers/", "main a[href$='/read/']")),
    Place("register", "vanthu", at("/papers/register/")),
    Place("incoming", "vanthu", at("/papers/incoming/")),
    Place("signature-check", "vanthu", at("/papers/signatures/check/")),
    Place("tasks", "badinh", at("/tasks/")),
    Place("tasks-kanban", "badinh", at("/tasks/kanban/")),
    Place("tasks-calendar", "badinh", at("/tasks/calendar/")),
    Place("tasks-share", "badinh", at("/tasks/share/")),
    Place("tasks-board", "chutich", at("/tasks/board/")),
    Place("tasks-months", "chutich", at("/tasks/board/months/")),
    Place("delegations", "chutich", at("/tasks/delegations/")),
    Place("calendar-addresses", "thuky", at("/lich/")),
    Place("task", "badinh", first_of("/tasks/", "main table a[href^='/tasks/'], main .rows a[href^='/tasks/']")),
    Place("units", "badinh", at("/units/")),
    Place("unit", "badinh", first_of("/units/", "main a[href^='/units/']")),
    Place("profile", "badinh", at("/account/")),
    Place("design", "", at("/design/")),
]
"""Pages that hold still: axe visits each in both widths."""

ROOMS = [
    Place("pre-join", "badinh", pre_join),
    Place("room", "badinh", in_the_room),
]
"""Pages with cameras."""
