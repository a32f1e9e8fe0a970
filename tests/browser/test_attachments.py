"""A department's meeting attached to the city's in real browsers: pictures cross, and the city hears it when it has the floor.

With ``PICTURES=folder`` what both rooms look like is kept there, wide and narrow.
"""

import json
import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import leave_nothing, tool, until
from tests.browser.people import Doorman
from tests.browser.pictures import SMALL_CAMERA, Enter, connected, more_frames
from tests.browser.site import Site
from tests.browser.sitting import CHAIR, DEPARTMENT, Sitting, appointment, new_sitting, planned

OFFICER = "cv.soxaydung"
SIZES = {"wide": (1280, 768), "narrow": (390, 844)}


def build_guest() -> str:
    """A sitting meeting of the department, its head in the chair; its number as JSON."""
    from meetings import conduct, invitations

    head, officer = appointment(DEPARTMENT), appointment(OFFICER)
    meeting = planned("Giao ban Sở Xây dựng", chair=head, secretary=officer, by=head)
    invitations.add_lines(head, meeting, [appointment("badinh").unit])
    meeting = invitations.issue(head, meeting)
    conduct.open_meeting(head, meeting)
    return json.dumps({"meeting": meeting.pk})


@pytest.fixture
def title() -> str:
    """Of the city's meeting: another one each time, for those of earlier tries sit on."""
    return f"Giao ban thành phố lần {time.time_ns()}"


@pytest.fixture
def sitting(site: Site, title: str) -> Sitting:
    return new_sitting(site, title=title)


@pytest.fixture
def guest(site: Site, sitting: Sitting) -> Sitting:
    output = site.python("from tests.browser.test_attachments import build_guest; print(build_guest())")
    return Sitting(**json.loads(output.strip().splitlines()[-1]))


def look(page: Page, name: str) -> None:
    for size, (width, height) in SIZES.items() if (folder := os.environ.get("PICTURES")) else ():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(400)
        page.screenshot(path=str(Path(folder or "") / f"{name}-{size}.png"))
    page.set_viewport_size({"width": 1280, "height": 768})


def test_the_departments_meeting_is_one_site_of_the_citys(
    enter: Enter, people: Doorman, sitting: Sitting, guest: Sitting, title: str
) -> None:
    chair = enter(CHAIR)
    head = people.page_of(DEPARTMENT)
    head.add_init_script(SMALL_CAMERA)
    head.goto(guest.path)
    head.get_by_role("button", name="Vào phòng họp").click()
    connected(head)

    head.locator("[data-panel=attachments]").click()
    expect(head.get_by_text(title)).to_be_visible()
    look(head, "panel")
    head.get_by_role("listitem").filter(has_text=title).locator("[data-tool=attachment-into]").click()
    asked = chair.locator("[data-banner=attachment-asked]")
    expect(asked).to_contain_text("xin nối cầu cuộc họp “Giao ban Sở Xây dựng”")
    look(chair, "asked")
    tool(chair, "attachment-yes").click()

    banner = head.locator("[data-banner=attached]")
    expect(banner).to_contain_text(f"Đang nối cầu với: {title}")
    expect(chair.locator("[data-banner=attached-guest]")).to_contain_text("Đang nối cầu với: Giao ban Sở Xây dựng")
    more_frames(head, "floor", seconds=20)
    until(head, large(sitting.sites[CHAIR]), seconds=20)
    look(head, "guest")
    look(chair, "host")

    call(chair, sitting)
    expect(banner).to_contain_text("được mời phát biểu")
    look(head, "called")
    tool(head, "attachment-accept").click()
    expect(banner).to_contain_text("đang phát biểu")
    tool(head, "attachment-microphone").click()
    expect(tool(head, "attachment-microphone")).to_have_count(0)
    look(head, "speaking")
    until(chair, large(sitting.sites[DEPARTMENT]), seconds=20)
    more_frames(chair, "floor", seconds=20)
    look(chair, "host-hears")

    tool(head, "attachment-detach").click()
    expect(banner).to_have_count(0)
    expect(chair.locator("[data-banner=attached-guest]")).to_have_count(0)
    leave_nothing(head)


def call(chair: Page, sitting: Sitting) -> None:
    """The chair gives the floor to the department's site."""
    chair.evaluate("site => window.eofficeRoom.ask({ type: 'floor.grant', site })", sitting.sites[DEPARTMENT])


def large(site: int) -> str:
    """Whether the large picture is that site's, and runs."""
    return f"""(() => {{ const picture = document.querySelector('.stage-floor eo-picture');
        return picture?.site === {site} && !picture.querySelector('.name-card') && picture.querySelector('video')?.videoWidth > 0; }})()"""
