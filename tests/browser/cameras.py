"""Browsers whose cameras show one colour each: what arrives tells whose picture it is."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

from tests.browser.people import LAUNCH, VIETNAM
from tests.browser.site import Site

SIZE = (640, 360)
RED, GREEN, BLUE = (81, 90, 240), (145, 54, 34), (41, 240, 110)
"""As Y, Cb, Cr."""


@contextmanager
def profile(playwright: Playwright, site: Site, colour: tuple[int, int, int]) -> Iterator[BrowserContext]:
    """A Chromium of its own: own process, own profile, own camera."""
    with tempfile.TemporaryDirectory(prefix="eoffice-profile-") as folder:
        camera = Path(folder) / "camera.y4m"
        camera.write_bytes(picture(colour))
        context = playwright.chromium.launch_persistent_context(
            f"{folder}/profile",
            executable_path=LAUNCH["executable_path"],
            args=[*LAUNCH["args"], f"--use-file-for-fake-video-capture={camera}"],
            base_url=site.url,
            viewport={"width": 1280, "height": 800},
            **VIETNAM,
        )
        try:
            yield context
        finally:
            context.close()


def picture(colour: tuple[int, int, int], *, frames: int = 15) -> bytes:
    """Video of one colour with a moving grey bar, so that every frame differs, as YUV4MPEG2."""
    width, height = SIZE
    made = bytearray(f"YUV4MPEG2 W{width} H{height} F15:1 Ip A1:1 C420\n".encode())
    light, blue, red = colour
    chroma = bytes([blue]) * (width * height // 4) + bytes([red]) * (width * height // 4)
    for number in range(frames):
        luma = bytearray(bytes([light]) * (width * height))
        row = number * 16 * width
        luma[row : row + 8 * width] = b"\x80" * (8 * width)
        made += b"FRAME\n" + luma + chroma
    return bytes(made)
