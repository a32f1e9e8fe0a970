"""Pictures and voices in the room: real browsers with fake cameras, the real media node."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import tool, until
from tests.browser.pictures import COUNT_OFFERS, Enter, connected, give_floor, more_frames, received
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, DEPARTMENT, WARD, Sitting, new_sitting

FREEZE = """async () => {
  const sender = window.eofficeRoom.connection.send.current.getSenders()[1], { track } = sender;
  window.thaw = () => sender.replaceTrack(track);
  await sender.replaceTrack(null);
}"""
"""The camera sends nothing any more, and the room is not told."""

WATCH_SWITCH = """(site) => {
  const room = window.eofficeRoom;
  let given;
  room.topics.on(['floor'], () => { given ??= performance.now(); });
  const look = () => {
    const video = document.querySelector('.stage-floor video');
    const shown = room.state.slots.floor === site && video;
    if (!shown) return setTimeout(look, 10);
    return video.requestVideoFrameCallback(() => { window.switched = performance.now() - given; });
  };
  look();
}"""
"""Milliseconds from the news that a site has the floor to the first frame of it on the screen."""


@pytest.fixture
def sitting(site: Site) -> Sitting:
    return new_sitting(site, title="Họp có hình")


def test_everybody_sees_the_chair_and_the_chair_sees_everybody(enter: Enter) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    more_frames(ward, "floor")
    more_frames(chair, "wall0")
    until(ward, "document.querySelector('.stage-floor video')?.currentTime > 0")


def test_a_picture_that_stands_still_is_covered_by_the_name(enter: Enter) -> None:
    """As when a camera dies without a word: nobody is taken for present by it."""
    chair, ward = enter(CHAIR), enter(WARD)
    more_frames(ward, "floor")
    chair.evaluate(FREEZE)
    expect(ward.locator(".stage-floor .name-card")).to_contain_text("Hình đang bị gián đoạn", timeout=20_000)
    chair.evaluate("window.thaw()")
    expect(ward.locator(".stage-floor .name-card")).to_have_count(0, timeout=20_000)


def test_the_floor_switches_within_a_second_without_any_offer(enter: Enter, sitting: Sitting) -> None:
    chair, ward, department = enter(CHAIR), enter(WARD), enter(DEPARTMENT)
    more_frames(department, "floor")
    department.evaluate(COUNT_OFFERS)
    department.evaluate(WATCH_SWITCH, sitting.sites[WARD])
    give_floor(chair, ward)
    until(department, "window.switched !== undefined", seconds=5)
    assert department.evaluate("window.switched") < 1000
    more_frames(department, "chair")
    assert department.evaluate("window.offers") == 0
    tool(chair, "take-back").click()


def test_the_holder_of_the_floor_is_heard_and_nobody_else(enter: Enter) -> None:
    chair, ward, department = enter(CHAIR), enter(WARD), enter(DEPARTMENT)
    give_floor(chair, ward)
    department.wait_for_timeout(3000)
    voices = [received(department, f"audio{place}")["energy"] for place in range(3)]
    assert sum(energy > 0.001 for energy in voices) == 1
    tool(chair, "take-back").click()
    expect(tool(ward, "microphone")).to_contain_text("đang tắt")
    department.wait_for_timeout(500)
    silent = [received(department, f"audio{place}")["energy"] for place in range(3)]
    department.wait_for_timeout(1500)
    assert [received(department, f"audio{place}")["energy"] for place in range(3)] == pytest.approx(silent, abs=0.01)


def test_a_lost_media_connection_is_replaced_without_a_click(enter: Enter) -> None:
    _chair, ward = enter(CHAIR), enter(WARD)
    more_frames(ward, "floor")
    ward.evaluate("window.oldConnection = window.eofficeRoom.connection.receive.current")
    ward.evaluate("window.eofficeRoom.connection.tell({type: 'simulate', kind: 'lose-media'})")
    until(ward, "window.eofficeRoom.connection.receive.current !== window.oldConnection")
    connected(ward)
    more_frames(ward, "floor")


def test_pictures_come_back_after_a_reload(enter: Enter) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    more_frames(chair, "wall0")
    ward.reload()
    connected(ward)
    more_frames(ward, "floor")
    more_frames(chair, "wall0")


def test_a_shared_screen_is_seen_by_everybody_until_it_stops(enter: Enter) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    tool(chair, "share").click()
    expect(ward.locator(".picture-screen")).to_contain_text("Màn hình của")
    more_frames(ward, "content")
    tool(chair, "share").click()
    expect(ward.locator(".picture-screen")).to_have_count(0)


def test_the_camera_switch_shows_the_name_instead_of_the_picture(enter: Enter) -> None:
    chair, ward = enter(CHAIR), enter(WARD)
    more_frames(ward, "floor")
    tool(chair, "camera").click()
    expect(ward.locator(".stage-floor .name-card")).to_contain_text("Camera đang tắt")
    tool(chair, "camera").click()
    more_frames(ward, "floor")
