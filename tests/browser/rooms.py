"""``./test rooms FOLDER [SITES…]``: the room as each role sees it, full of sites (1, 9, 126 and 632 unless told), to be looked at.

All but those who are pictured are sockets that speak the room's protocol. The front end must be built.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.crowd import Crowd
from tests.browser.people import LAUNCH, VIETNAM
from tests.browser.pictures import SMALL_CAMERA
from tests.browser.plenary import Plenary, new_plenary
from tests.browser.site import Site, running_site

NUMBERS = (1, 9, 126, 632)
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 768}}
WALL: dict[str, Any] = {"viewport": {"width": 1920, "height": 1080}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
FIRST, LAST = 0, -1
PANELS = ("sites", "queue", "direction")
OPERATOR = """
from meetings.models import Attendee
Attendee.objects.filter(meeting={meeting}, site={site}).update(role="operator")
"""


def main(words: Sequence[str]) -> int:
    """Take the pictures of each number of sites."""
    folder, *numbers = words
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        for number in [int(word) for word in numbers] or NUMBERS:
            with running_site(demo=False) as site, sitting(site, number) as (plenary, pictured):
                for who, place, options in pictured:
                    look(browser, site, plenary, place, Path(folder) / f"{number}-{who}", **options)
        browser.close()
    return 0


Pictured = list[tuple[str, int, dict[str, Any]]]


@contextmanager
def sitting(site: Site, number: int) -> Iterator[tuple[Plenary, Pictured]]:
    """A meeting of ``number`` sites, and whom to picture: a name, their place in its lists, the window's options."""
    plenary = new_plenary(site, number)
    pictured: Pictured = [("chair", FIRST, DESK), ("secretary", LAST, DESK)]
    if number > len(("chair", "operator", "delegate", "screen", "phone")):
        operator, delegate, screen, phone = range(number - 4, number)
        site.python(OPERATOR.format(meeting=plenary.meeting, site=plenary.sites[operator]))
        pictured += [("operator", operator, DESK), ("delegate", delegate, DESK), ("phone", phone, PHONE)]
        pictured += [("screen", screen, {**WALL, "site_mode": True})]
    seats = [place for place in range(1, number) if place not in {seen for _who, seen, _options in pictured}]
    crowd = Crowd(site, plenary.meeting, [(plenary.sites[place], plenary.cookies[place]) for place in seats])
    crowd.enter()
    if crowd.clients:
        crowd.clients[0].say("floor.request")
    yield plenary, pictured
    crowd.leave()


def look(
    browser: Browser, site: Site, plenary: Plenary, place: int, name: Path, *, site_mode: bool = False, **options: Any
) -> None:
    """Enter the room in that place, and picture it with each panel that there is."""
    context = browser.new_context(base_url=site.url, **VIETNAM, **options)
    key, value = plenary.cookies[place].split("=", 1)
    context.add_cookies([{"name": key, "value": value, "url": site.url}])
    page = context.new_page()
    page.add_init_script(SMALL_CAMERA)
    page.goto(plenary.path + (f"?mode=site&site={plenary.sites[place]}" if site_mode else ""))
    if not site_mode:
        page.get_by_role("button", name="Vào phòng họp").click()
    page.wait_for_timeout(6000)
    shoot(page, name, "room")
    for panel in PANELS:
        button = page.locator(f"[data-panel={panel}]")
        if button.count() and button.is_visible():
            button.click()
            page.wait_for_timeout(1000)
            shoot(page, name, panel)
            page.get_by_role("button", name="Đóng khung này").click()  # on a phone it covers the others
    context.close()


def shoot(page: Page, name: Path, what: str) -> None:
    target = name.with_name(f"{name.name}-{what}.png")
    page.screenshot(path=str(target))
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
