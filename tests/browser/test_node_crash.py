"""The media node is killed in mid-meeting: people see and hear each other again, and nobody has to do anything."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import tool, until
from tests.browser.people import Doorman
from tests.browser.pictures import SMALL_CAMERA, connected, received
from tests.browser.site import Site, running_site
from tests.browser.sitting import CHAIR, WARD, new_sitting

WITHIN_S = 8.0
SHOWN = """(place) => {
  const video = document.querySelector(place);
  return video && !video.paused && video.videoWidth > 0 ? video.currentTime : 0;
}"""


NODE = "from meetings.models import Placement; print(Placement.objects.latest('pk').node)"


@pytest.fixture(scope="module")
def kept_site() -> Iterator[Site]:
    """Its media node is started again when it ends, as ``./run`` and systemd do."""
    with running_site(keeper=["tests.browser.supervised"]) as site:
        yield site


@pytest.fixture(scope="module")
def wide_site() -> Iterator[Site]:
    """It has two media nodes, which nobody starts again."""
    with running_site(media_nodes=2) as site:
        yield site


@pytest.fixture
def enter(browser: Browser) -> Iterator[Callable[[Site], tuple[Page, Page]]]:
    """The chair and a ward in free discussion, both with open microphones."""
    opened: list[Doorman] = []

    def enter(site: Site) -> tuple[Page, Page]:
        people, path = Doorman(browser, site), new_sitting(site, free=True).path
        opened.append(people)
        chair, ward = people.page_of(CHAIR), people.page_of(WARD)
        for page in (chair, ward):
            page.add_init_script(SMALL_CAMERA)
            page.goto(path)
            page.get_by_role("button", name="Vào phòng họp").click()
            connected(page)
        for page in (chair, ward):
            tool(page, "microphone").click()
        return chair, ward

    yield enter
    for people in opened:
        people.close()


class Following:
    """What one person sees and hears, from now on, on a connection that is not the present one."""

    def __init__(self, page: Page, slot: str, place: str) -> None:
        self.page, self.slot, self.place = page, slot, place

    def forget(self) -> None:
        self.page.evaluate("window.former = window.eofficeRoom.connection.receive.current")

    def lacks(self) -> list[str]:
        """What it does not see or hear yet."""
        if self.page.evaluate("window.eofficeRoom.connection.receive.current === window.former"):
            return [f"{self.slot}: another connection"]
        voices: list[dict[str, Any]] = [received(self.page, f"audio{n}") for n in range(3)]
        wanted = {
            "frames": received(self.page, self.slot)["frames"] >= 3,
            "a picture on the page": self.page.evaluate(SHOWN, self.place) > 0,
            "a voice": any(voice["energy"] > 0.0005 for voice in voices),
        }
        return [f"{self.slot}: {name}" for name, there in wanted.items() if not there]


def node_process(site: Site) -> int:
    """The process id of the node below its keeper."""
    keeper = site.processes[0].pid
    (child,) = Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()
    return int(child)


def until_all(following: list[Following], seconds: float) -> float:
    begun = time.monotonic()
    while missing := [name for one in following for name in one.lacks()]:
        assert time.monotonic() - begun < seconds, f"not within {seconds} s: {missing}"
        following[0].page.wait_for_timeout(50)
    return time.monotonic() - begun


def follow(chair: Page, ward: Page) -> list[Following]:
    """Both see and hear each other; from now on only a new connection counts."""
    following = [
        Following(chair, "wall0", ".wall .tile:not(.tile-own) video"),
        Following(ward, "floor", ".stage-floor video"),
    ]
    until_all(following, 20)
    for one in following:
        one.forget()
    return following


def test_people_see_and_hear_each_other_soon_after_a_crash(
    enter: Callable[[Site], tuple[Page, Page]], kept_site: Site
) -> None:
    chair, ward = enter(kept_site)
    took = []
    for _ in range(2):
        following = follow(chair, ward)
        former = node_process(kept_site)
        os.kill(former, signal.SIGKILL)
        took.append(until_all(following, 3 * WITHIN_S))
        assert node_process(kept_site) != former
        until(chair, "window.eofficeRoom.connection.send.state === 'connected'")
    sys.stderr.write(f"\nseen and heard again after {', '.join(f'{seconds:.1f}' for seconds in took)} s\n")
    assert max(took) < WITHIN_S


@pytest.mark.parametrize(
    ("how", "then"), [(signal.SIGSTOP, signal.SIGCONT), (signal.SIGKILL, signal.SIGKILL)], ids=["hangs", "killed"]
)
def test_a_meeting_moves_to_another_node_when_its_own_does_not_come_back(
    enter: Callable[[Site], tuple[Page, Page]], wide_site: Site, how: signal.Signals, then: signal.Signals
) -> None:
    following = follow(*enter(wide_site))
    home = wide_site.python(NODE).strip()
    process = wide_site.processes[1 if home.endswith("media1.sock") else 0]
    process.send_signal(how)
    took = until_all(following, 3 * WITHIN_S)
    process.send_signal(then)
    sys.stderr.write(f"\nseen and heard again on another node after {took:.1f} s\n")
    assert took < WITHIN_S
    assert wide_site.python(NODE).strip() != home
