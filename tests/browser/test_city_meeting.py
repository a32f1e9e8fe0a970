"""A city's meeting of three levels from the first site to the closing: five browsers, one of them a phone, and sixty sites
that speak the protocol (issue 4)."""

import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.crowd import Crowd
from tests.browser.looking import tool, until
from tests.browser.people import VIETNAM
from tests.browser.pictures import SMALL_CAMERA, more_frames
from tests.browser.plenary import QUESTION, Plenary, new_plenary
from tests.browser.site import Site, running_site
from tests.browser.test_floor import seconds_shown

pytestmark = pytest.mark.browser
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
CUT_S = 20
BACK_WITHIN_S = 10
PATIENCE_S = 20
"""Five browsers and sixty sites share the machine with the server."""
MISSING = -1
"""The last commune does not come."""
PRESENT = 65
MEMBERS = 66
"""Everybody but the secretary, who is listed too."""


class Hall:
    """The meeting, its windows by who sits at them, and the crowd of all other sites."""

    def __init__(self, browser: Browser, site: Site, plenary: Plenary) -> None:
        self.plenary = plenary
        self._browser, self._site = browser, site
        commune, other, phone = plenary.communes[:3]
        self.places = {"chair": 0, "department": plenary.department, "commune": commune, "other": other, "phone": phone}
        rest = [place for place in range(len(plenary.sites) + MISSING) if place not in self.places.values()]
        self.crowd = Crowd(site, plenary.meeting, [(plenary.sites[place], plenary.cookies[place]) for place in rest])
        self.pages: dict[str, Page] = {}

    def enter(self, who: str, **options: Any) -> Page:
        """A window of ``who`` in the room, with its camera on."""
        context = self._browser.new_context(base_url=self._site.url, **VIETNAM, **options)
        name, value = self.plenary.cookies[self.places[who]].split("=", 1)
        context.add_cookies([{"name": name, "value": value, "url": self._site.url}])
        page = self.pages[who] = context.new_page()
        page.add_init_script(SMALL_CAMERA)
        page.goto(self.plenary.path)
        page.get_by_role("button", name="Vào phòng họp").click()
        return page

    def name(self, who: str) -> str:
        return self.plenary.names[self.places[who]]

    def site(self, who: str) -> int:
        return self.plenary.sites[self.places[who]]

    def others(self, *but: str) -> list[Page]:
        return [page for who, page in self.pages.items() if who not in but]

    def close(self) -> None:
        self.crowd.leave()
        for page in self.pages.values():
            page.context.close()


@pytest.fixture
def hall(browser: Browser) -> Iterator[Hall]:
    expect.set_options(timeout=PATIENCE_S * 1000)
    with running_site(demo=False) as site:
        hall = Hall(browser, site, new_plenary(site))
        yield hall
        hall.close()
    expect.set_options(timeout=5000)


def test_a_meeting_of_three_levels(hall: Hall) -> None:
    everybody_enters(hall)
    the_board_names_who_is_missing(hall)
    people_check_in(hall)
    the_floor_is_asked_for_and_given(hall)
    cut_at = the_line_of_one_is_cut(hall)
    the_paper_is_followed(hall)
    a_secret_vote_begins(hall)
    the_line_is_back_with_everything(hall, cut_at)
    the_vote_is_counted(hall)
    the_chair_is_handed_over(hall)
    assert (hall.crowd.lost, hall.crowd.refused) == (0, {})
    the_meeting_is_closed(hall)


def panel(page: Page, name: str) -> None:
    button = page.locator(f"[data-panel={name}]")
    if button.get_attribute("aria-expanded") != "true":
        button.click()


def everybody_enters(hall: Hall) -> None:
    for who in hall.places:
        connected(hall.enter(who, **(PHONE if who == "phone" else {})))
    hall.crowd.enter()
    for page in hall.others("chair"):
        more_frames(page, "floor", seconds=PATIENCE_S)


def connected(page: Page) -> None:
    """Both media connections are up."""
    for name in ("receive", "send"):
        until(page, f"window.eofficeRoom?.connection.{name}.state === 'connected'", seconds=3 * PATIENCE_S)


def the_board_names_who_is_missing(hall: Hall) -> None:
    chair, absent = hall.pages["chair"], hall.plenary.names[MISSING]
    panel(chair, "sites")
    expect(chair.locator(".board-sum")).to_contain_text(f"Đã vào {PRESENT}/{MEMBERS} điểm cầu")
    chair.get_by_role("button", name="Thiếu 1 điểm cầu").click()
    expect(chair.locator(".board-site")).to_have_count(1)
    expect(chair.locator(".board-site")).to_contain_text(absent)
    expect(chair.locator(".board-phone")).to_contain_text("024")
    expect(chair.locator(".board-tested")).to_contain_text("Chưa kiểm tra")
    assert chair.locator(".board-branch").count() == 2, "the city and the district above it"
    chair.locator("[data-show=all]").click()
    expect(chair.locator(f".board-site[data-site='{hall.site('department')}']")).to_contain_text("Camera bật")


def people_check_in(hall: Hall) -> None:
    chair = hall.pages["chair"]
    panel(chair, "attendance")
    with hall.crowd.told("roll_call.opened"):
        tool(chair, "roll_call\\.open").click()
    hall.crowd.say("roll_call.arrive")
    for who in ("commune", "phone"):
        panel(hall.pages[who], "attendance")
        tool(hall.pages[who], "roll_call\\.arrive").click()
        expect(hall.pages[who].get_by_text("Quý vị đã điểm danh").first).to_be_visible()
    for page in (chair, hall.pages["phone"]):
        expect(page.locator(".attendance-line").first).to_contain_text("Có mặt 62 trong 67 đại biểu")


def show_the_stage(page: Page) -> None:
    """On a phone a panel covers it, and what is covered is not sent."""
    page.get_by_role("button", name="Đóng khung này").click()


def the_floor_is_asked_for_and_given(hall: Hall) -> None:
    chair, commune, other = hall.pages["chair"], hall.pages["commune"], hall.pages["other"]
    for place, page in enumerate((commune, other), start=1):
        tool(page, "ask").click()
        expect(tool(page, "ask")).to_contain_text(f"thứ {place}")
    with hall.crowd.told("microphone.asked", f'"site":{hall.site("commune")},'):
        tool(chair, "next").click()
    expect(commune.get_by_role("alertdialog")).to_contain_text("Mời quý vị phát biểu")
    until(commune, "Number(document.querySelector('eo-asked [data-left]').textContent) < 20", seconds=PATIENCE_S)
    assert not commune.evaluate("window.eofficeRoom.local.microphoneOn"), "never silently"
    show_the_stage(hall.pages["phone"])
    with hall.crowd.told("floor.granted", f'"site":{hall.site("commune")},'):
        tool(commune, "accept").click()
    expect(tool(commune, "microphone")).to_contain_text("đang mở")
    expect(tool(other, "ask")).to_contain_text("thứ 1")
    for page in hall.others("commune"):
        until(page, f"window.eofficeRoom.state.slots.floor === {hall.site('commune')}", seconds=PATIENCE_S)
        expect(page.locator(".room-header")).to_contain_text(hall.name("commune"))
        more_frames(page, "floor", seconds=PATIENCE_S)
    shown = [seconds_shown(page) for page in (chair, commune, hall.pages["department"])]
    assert max(shown) - min(shown) <= 2


def the_line_of_one_is_cut(hall: Hall) -> float:
    """Neither socket nor media for 20 s; what is written meanwhile waits. When it began."""
    other = hall.pages["other"]
    panel(other, "chat")
    other.evaluate(f"window.eofficeRoom.connection.tell({{type: 'simulate', kind: 'lose-network', seconds: {CUT_S}}})")
    began = time.monotonic()
    until(other, "window.eofficeRoom.line === 'lost'", seconds=PATIENCE_S)
    expect(other.locator(".banner").first).to_be_visible()
    other.get_by_label("Gửi tới mọi người").fill("Phường đã nhận được tài liệu")
    other.get_by_role("button", name="Gửi", exact=True).click()
    return began


def the_paper_is_followed(hall: Hall) -> None:
    chair = hall.pages["chair"]
    panel(chair, "agenda")
    with hall.crowd.told("document.opened", '"page":1'):
        chair.get_by_role("button", name="Chuyển đến mục này").first.click()
    readers = [hall.pages["department"], hall.pages["commune"]]
    for page in (chair, *readers):
        expect(page.locator("eo-paper-viewer .pv-page input")).to_have_value("1")
    expect(chair.locator("eo-paper-viewer .page").first).to_be_visible()
    with hall.crowd.told("document.turned", '"page":2}'):
        chair.get_by_role("button", name="Trang sau").first.click()
    for page in readers:
        expect(page.locator("eo-paper-viewer .pv-page input")).to_have_value("2")
    until(hall.pages["phone"], "window.eofficeRoom.state.document.page === 2", seconds=PATIENCE_S)


def a_secret_vote_begins(hall: Hall) -> None:
    chair = hall.pages["chair"]
    voters = [hall.pages["department"], hall.pages["commune"], hall.pages["phone"]]
    panel(chair, "votes")
    with hall.crowd.told("poll.readied"):
        tool(chair, "poll\\.ready").click()
    poll = poll_of(chair)
    hall.crowd.say("ballot.ready", lambda _number: {"poll": poll})
    for page in (*voters, chair):
        expect(page.get_by_role("heading", name=QUESTION)).to_be_visible()
        tool(page, "ready").click()
    expect(chair.get_by_text(f"64 trong {MEMBERS} thành viên đã sẵn sàng, 64 có mặt.")).to_be_visible(timeout=10_000)
    expect(chair.get_by_text("Đủ điều kiện: 64 thành viên có mặt, cần ít nhất 34.")).to_be_visible()
    with hall.crowd.told("poll.opened"):
        tool(chair, "poll\\.open").click()
    with hall.crowd.told("ballot.accepted", '"cast":true'):
        hall.crowd.say(
            "ballot.cast",
            lambda number: {
                "poll": poll,
                "key": str(uuid.uuid4()),
                "choice": "disagree" if number % 3 == 2 else "agree",
            },
        )
    for page, choice in zip((chair, *voters), ("agree", "disagree", "agree", "disagree"), strict=True):
        cast(page, choice)


def poll_of(page: Page) -> int:
    return int(page.evaluate("window.eofficeRoom.state.voting.polls[0].id"))


def cast(page: Page, choice: str) -> None:
    """Vote, and say once more that it is meant."""
    page.locator(f"[data-choice={choice}]").click()
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_text("Phiếu của quý vị đã được ghi nhận.")).to_be_visible()


def the_line_is_back_with_everything(hall: Hall, cut_at: float) -> None:
    """Without a click: the place in the queue, the page, the message, the vote."""
    other, chair = hall.pages["other"], hall.pages["chair"]
    left = max(0.0, cut_at + CUT_S - time.monotonic())
    until(other, "window.eofficeRoom.line === 'open'", seconds=left + BACK_WITHIN_S)
    assert time.monotonic() - cut_at >= CUT_S - 1, "it was cut for as long as it was to be"
    expect(tool(other, "ask")).to_contain_text("thứ 1")
    until(other, "window.eofficeRoom.state.document.page === 2", seconds=PATIENCE_S)
    panel(chair, "chat")
    expect(chair.locator(".chat-text", has_text="Phường đã nhận được tài liệu")).to_have_count(1)
    panel(other, "votes")
    tool(other, "roll_call\\.arrive").click()
    cast(other, "agree")
    connected(other)
    more_frames(other, "floor", seconds=PATIENCE_S)
    more_frames(hall.pages["department"], "floor", seconds=PATIENCE_S)


def the_vote_is_counted(hall: Hall) -> None:
    chair = hall.pages["chair"]
    panel(chair, "votes")
    expect(chair.get_by_text(f"{PRESENT} trong {MEMBERS} thành viên đã biểu quyết")).to_be_visible()
    with hall.crowd.told("poll.closed", '"result":null'):
        tool(chair, "poll\\.close").click()
        chair.locator("dialog").get_by_role("button", name="Kết thúc biểu quyết").click()
    expect(chair.locator(".vote-bars")).to_be_visible()
    for page in hall.others("chair"):
        expect(page.get_by_text("Chờ chủ tọa công bố kết quả.")).to_be_visible()
        expect(page.locator(".vote-bars")).to_have_count(0)
    with hall.crowd.told("poll.published", '"agree":43,"disagree":22,'):
        tool(chair, "poll\\.publish").click()
    for page in hall.pages.values():
        expect(page.locator(".vote-outcome")).to_contain_text("Được thông qua")
        expect(page.get_by_text(f"43 đồng ý; cần ít nhất 34 trên {MEMBERS} (tổng số thành viên).")).to_be_visible()


def the_chair_is_handed_over(hall: Hall) -> None:
    """To the department, which calls the next speaker; the chair sees and hears them."""
    chair, department, other = hall.pages["chair"], hall.pages["department"], hall.pages["other"]
    expect(department.locator("[data-tool=end]")).to_have_count(0)
    panel(chair, "sites")
    chair.locator(f".board-site[data-site='{hall.site('department')}']").click()
    tool(chair, "people").click()
    with hall.crowd.told("chair.changed"):
        tool(chair, "hand").click()
        chair.get_by_role("button", name="Giao điều hành").last.click()
    chair.get_by_role("button", name="Xong").click()
    expect(tool(chair, "take-chair")).to_be_visible()
    expect(tool(chair, "next")).to_have_count(0)
    tool(department, "next").click()
    with hall.crowd.told("floor.granted", f'"site":{hall.site("other")},'):
        tool(other, "accept").click()
    expect(tool(hall.pages["commune"], "microphone")).to_contain_text("đang tắt")
    show_the_stage(hall.pages["phone"])
    for page in (chair, department, hall.pages["phone"]):
        until(page, f"window.eofficeRoom.state.slots.floor === {hall.site('other')}", seconds=PATIENCE_S)
        more_frames(page, "floor", seconds=PATIENCE_S)


def the_meeting_is_closed(hall: Hall) -> None:
    department = hall.pages["department"]
    with hall.crowd.told("meeting.ended"):
        tool(department, "end").click()
        department.get_by_role("dialog").get_by_role("button", name="Kết thúc cuộc họp").click()
    for page in hall.pages.values():
        expect(page.get_by_role("heading", name="Cuộc họp đã kết thúc")).to_be_visible()
