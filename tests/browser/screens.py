"""``./test screens``: pictures of the main screens of the demo city into docs/screens, desktop and phone.

``python -m tests.browser.screens [NAME…]`` takes just those. The front end must be built.
"""

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import django
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.people import LAUNCH, Doorman
from tests.browser.places import PLACES, ROOMS, Missing, Place
from tests.browser.site import ROOT, running_site

SCREENS = ROOT / "docs" / "screens"
SIZES = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
COLOURS = 128
"""Enough for flat screens, a quarter of the bytes."""


def main(names: Sequence[str]) -> int:
    """Take the pictures; 1 when a page could not be reached."""
    places = [place for place in [*PLACES, *ROOMS] if not names or place.name in names]
    missing = []
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eoffice.settings.test")
    django.setup()
    SCREENS.mkdir(parents=True, exist_ok=True)
    with running_site() as site, sync_playwright() as playwright:
        site.wait_for_conversions()
        doorman = Doorman(playwright.chromium.launch(**LAUNCH), site)
        for place in places:
            try:
                picture(doorman, place)
            except Missing as reason:
                missing.append(f"{place.name}: {reason}")
            finally:
                doorman.close()
        doorman.browser.close()
    for line in missing:
        sys.stderr.write(f"not taken: {line}\n")
    return 1 if missing else 0


def picture(doorman: Doorman, place: Place) -> None:
    """One page in each size."""
    for size, options in SIZES.items():
        page = doorman.page_of(place.who, **options)
        place.way(page)
        page.wait_for_timeout(300)
        save(page, SCREENS / f"{place.name}-{size}.png")
        sys.stdout.write(f"docs/screens/{place.name}-{size}.png\n")


def save(page: Page, target: Path) -> None:
    """What fits the screen, as a small PNG."""
    with Image.open(io.BytesIO(page.screenshot())) as shot:
        small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(target, optimize=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
