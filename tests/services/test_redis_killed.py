"""Redis is killed while a vote is open, and comes back with nothing in it: what was done meanwhile is done, everybody is told
of it soon after, and nobody has to do anything."""

import time
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import tool, until
from tests.browser.sitting import WARD, Sitting, new_sitting
from tests.services.production import HOST, ProductionSite

pytestmark = [pytest.mark.browser, pytest.mark.services]
BACK_WITHIN_S = 15.0
PUT = """
import uuid
from meetings import roll_call, voting
from meetings.models import Meeting
meeting = Meeting.objects.select_related("chair__person", "secretary__person").get(pk={meeting})
roll_call.open_roll_call(meeting.secretary, meeting)
asked = voting.Question("Thông qua?", kind="secret", quorum="none")
poll = voting.prepare(meeting.secretary, meeting, asked, key=uuid.uuid4())
voting.open_poll(meeting.chair, meeting, poll.pk)
"""
POLL = "window.eofficeRoomHere.state.voting.polls[0].id"
SAY = "text => window.eofficeRoomHere.ask({type: 'chat.send', key: crypto.randomUUID(), text})"


@pytest.fixture
def sitting(site: ProductionSite) -> Sitting:
    return new_sitting(site, members=[WARD])


def test_what_is_done_while_redis_is_dead_is_kept_and_told_when_it_is_back(
    pages: tuple[Page, Page], site: ProductionSite, sitting: Sitting
) -> None:
    chair, ward = pages
    site.python(PUT.format(meeting=sitting.meeting))
    expect(ward.locator("[data-choice=agree]")).to_be_visible(timeout=15_000)
    chair.locator("[data-panel=chat]").click()
    text = f"Đề nghị các điểm cầu biểu quyết {uuid.uuid4().hex[:6]}"

    site.kill_redis()
    for request in ("type: 'roll_call.arrive'", "type: 'ballot.cast', poll: POLL, key: KEY, choice: 'agree'"):
        words = request.replace("POLL", POLL).replace("KEY", "crypto.randomUUID()")
        assert ward.evaluate(f"window.eofficeRoomHere.ask({{{words}}})") is True, "acknowledged"
    assert ward.evaluate(SAY, text) is True
    for path in ("/", "/meetings/"):
        assert chair.context.request.get(f"https://{HOST}:{site.only_ports[0]}{path}").status == 200, "still signed in"
    for page in pages:
        assert page.evaluate("window.eofficeRoomHere.line") == "open"

    site.start_redis()
    back = time.monotonic()
    expect(chair.locator(".chat-text", has_text=text)).to_have_count(1, timeout=2 * BACK_WITHIN_S * 1000)
    until(chair, "window.eofficeRoomHere.state.voting.polls[0].turnout.cast === 1", seconds=2 * BACK_WITHIN_S)
    until(chair, "window.eofficeRoomHere.state.attendance.present === 1", seconds=2 * BACK_WITHIN_S)
    expect(ward.get_by_text("Phiếu của quý vị đã được ghi nhận.")).to_be_visible()
    took = time.monotonic() - back
    assert took < BACK_WITHIN_S, f"everybody knew {took:.1f} s after Redis was back"

    tool(ward, "ask").click()  # and from now on everything is told at once again
    expect(tool(chair, "next")).to_contain_text("Phường Ba Đình", timeout=10_000)
    tool(chair, "next").click()
    tool(ward, "accept").click()
    expect(chair.locator(".room-header")).to_contain_text("Phường Ba Đình", timeout=10_000)
    site.until(lambda: site.fetch("/readyz")[0] == 200)
