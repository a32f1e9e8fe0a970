"""axe finds nothing on any main page: wide, dark, and at 390 pixels (WCAG 2.2 AA)."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.people import Doorman
from tests.browser.places import PLACES, ROOMS, Missing, Place

RULES: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LOOKS = [(1280, "light"), (1280, "dark"), (390, "light")]


@pytest.mark.parametrize("place", [*PLACES, *ROOMS], ids=lambda place: place.name)
def test_axe_finds_nothing(people: Doorman, place: Place) -> None:
    page = people.page_of(place.who, viewport={"width": 1280, "height": 900})
    try:
        place.way(page)
    except Missing as reason:
        pytest.skip(str(reason))
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, f"{width} px, {scheme}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
