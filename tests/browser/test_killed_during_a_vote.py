"""What was acknowledged is kept, whatever dies: in the middle of a secret vote the web process is killed, then the media
node. Forty people vote, check in and write, ten of them over HTTP; two sit at real browsers and touch nothing.

Redis is killed in tests/services/test_redis_killed.py.
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.room.client import Ledger
from tests.browser.looking import tool, until
from tests.browser.people import Doorman
from tests.browser.pictures import SMALL_CAMERA, connected
from tests.browser.site import Site, running_site, wait_until_ready
from tests.browser.sitting import CHAIR, WARD, new_sitting
from tests.browser.stubborn import StubbornClient
from tests.browser.test_node_crash import follow, node_process, until_all

VOTERS, BY_HTTP = 40, 10
KILLED_AFTER = 10
BACK_WITHIN_S = 15.0
CSRF = "a" * 32
QUESTION = "Thông qua?"

PUT = """
import json, uuid
from django.conf import settings
from django.test import Client
from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment
from meetings import roll_call, voting
from meetings.models import Attendee, Meeting
meeting = Meeting.objects.select_related("chair__person", "secretary__person").get(pk={meeting})
site, position = meeting.sites.get(pk={site}), meeting.chair.position
roll_call.open_roll_call(meeting.secretary, meeting)
sessions = []
for number in range({voters}):
    person = User.objects.create(username=f"thanhvien{{number}}", full_name=f"Thành viên {{number}}")
    held = Appointment.objects.create(
        person=person, position=position, unit=site.unit, kind="concurrent", valid_from=meeting.chair.valid_from
    )
    attendee = Attendee.objects.create(meeting=meeting, person=person, appointment=held, site=site, role="member")
    if number < {by_http}:
        roll_call.check_in(meeting, by=person)
    client = Client()
    client.force_login(person)
    sessions.append(settings.SESSION_COOKIE_NAME + "=" + client.cookies[settings.SESSION_COOKIE_NAME].value)
asked = voting.Question("{question}", kind="secret", quorum="none")
poll = voting.prepare(meeting.secretary, meeting, asked, key=uuid.uuid4())
voting.open_poll(meeting.chair, meeting, poll.pk)
print(json.dumps({{"poll": poll.pk, "sessions": sessions}}))
"""
COUNT = """
from meetings.models import ChatMessage, CheckIn, Poll
poll = Poll.objects.get(pk={poll})
voted = poll.seats.filter(voted=True).count()
here = CheckIn.objects.filter(attendee__meeting=poll.meeting, left_at__isnull=True).count()
written = ChatMessage.objects.filter(meeting=poll.meeting).count()
print(voted, poll.agreed, poll.disagreed, here, written)
"""


@pytest.fixture
def kept_site() -> Iterator[Site]:
    """Its media node is started again when it ends, as ``./run`` and systemd do."""
    with running_site(keeper=["tests.browser.supervised"]) as site:
        yield site


class Voters:
    """Those with a socket, in a thread beside Playwright's loop."""

    def __init__(self, site: Site, meeting: int, seat: int, cookies: list[str]) -> None:
        port = int(urlsplit(site.url).port or 0)
        self.clients = [StubbornClient(Ledger(), meeting, seat, cookie, port) for cookie in cookies]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(60)

    async def enter(self) -> None:
        for client in self.clients:
            await client.connect()
            await asyncio.wait_for(client.entered.wait(), 20)

    async def vote(self, poll: int) -> None:
        """Each arrives, votes and writes, one soon after the other."""
        for number, client in enumerate(self.clients):
            client.ask("roll_call.arrive")
            client.ask("ballot.cast", poll=poll, key=str(uuid.uuid4()), choice=choice(number))
            client.ask("chat.send", key=str(uuid.uuid4()), text=f"Ý kiến {number}")
            await asyncio.sleep(0.02)

    def acknowledged(self) -> int:
        return sum("ballot.cast" in client.acknowledged for client in self.clients)

    def leave(self) -> None:
        """Everybody hangs up."""
        self.run(self._leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _leave(self) -> None:
        for client in self.clients:
            client.leave()
        await asyncio.sleep(0.1)  # until the sockets are closed


def choice(number: int) -> str:
    return "agree" if number % 4 else "disagree"


class Voter:
    """Somebody who votes over HTTP and sends again, with the same key, what was not answered."""

    def __init__(self, site: Site, poll: int, cookie: str, choice: str) -> None:
        self.address = f"{site.url}/meetings/polls/{poll}/cast/"
        self.cookie = f"{cookie}; csrftoken={CSRF}"
        self.body = urlencode({"choice": choice, "key": str(uuid.uuid4())}).encode()

    def vote(self) -> None:
        """Until it is acknowledged."""
        headers = {"Cookie": self.cookie, "X-CSRFToken": CSRF}
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            request = urllib.request.Request(self.address, self.body, headers, method="POST")
            try:
                if NO_REDIRECTS.open(request, timeout=30).status == 302:
                    return
            except OSError:
                time.sleep(0.5)


class _Stay(urllib.request.HTTPRedirectHandler):
    def http_error_302(self, request: object, answer: object, *_rest: object) -> object:  # type: ignore[override]
        return answer


NO_REDIRECTS = urllib.request.build_opener(_Stay)


@pytest.mark.timeout(480)  # forty people, two browsers, two kills, and a site of its own
def test_nothing_acknowledged_is_lost_and_everybody_is_back_without_a_click(browser: Browser, kept_site: Site) -> None:
    sitting = new_sitting(kept_site, free=True)
    put = PUT.format(
        meeting=sitting.meeting, site=sitting.sites[WARD], voters=VOTERS, by_http=BY_HTTP, question=QUESTION
    )
    made = json.loads(kept_site.python(put).strip().splitlines()[-1])
    poll, cookies = made["poll"], made["sessions"]
    people = Doorman(browser, kept_site)
    chair, ward = enter(people, CHAIR, sitting.path), enter(people, WARD, sitting.path)
    following = follow(chair, ward)
    voters = Voters(kept_site, sitting.meeting, sitting.sites[WARD], cookies[BY_HTTP:])
    voters.run(voters.enter())
    posting = [
        threading.Thread(target=Voter(kept_site, poll, cookie, choice(number)).vote)
        for number, cookie in enumerate(cookies[:BY_HTTP])
    ]

    voting = asyncio.run_coroutine_threadsafe(voters.vote(poll), voters._loop)
    for thread in posting:
        thread.start()
    killed = kill_the_web_process(kept_site, voters)
    for page in (chair, ward):
        until(page, "window.eofficeRoom.line === 'open'", seconds=3 * BACK_WITHIN_S)
    until_true(lambda: all(len(client.back) == 2 for client in voters.clients))
    soon_enough("all back", time.monotonic() - killed)
    voting.result(60)
    for thread in posting:
        thread.join(60)
    until_true(lambda: not any(client.waits for client in voters.clients))
    assert [refusal for client in voters.clients for refusal in client.refusals] == []

    until_all(following, 20)
    for one in following:
        one.forget()
    os.kill(node_process(kept_site), signal.SIGKILL)
    vote(chair, "agree")
    soon_enough("pictures and voices back", until_all(following, 3 * BACK_WITHIN_S))
    tool(chair, "poll\\.close").click()
    chair.locator("dialog").get_by_role("button", name="Kết thúc biểu quyết").click()
    expect(chair.locator(".vote-bars")).to_be_visible()

    counted = [int(number) for number in kept_site.python(COUNT.format(poll=poll)).split()[-5:]]
    sockets = VOTERS - BY_HTTP
    agreed = sum(choice(number) == "agree" for many in (BY_HTTP, sockets) for number in range(many)) + 1
    assert counted == [VOTERS + 1, agreed, VOTERS + 1 - agreed, VOTERS + 1, sockets]
    voters.leave()
    people.close()


def enter(people: Doorman, who: str, path: str) -> Page:
    page = people.page_of(who)
    page.add_init_script(SMALL_CAMERA)
    page.goto(path)
    page.get_by_role("button", name="Vào phòng họp").click()
    connected(page)
    tool(page, "microphone").click()
    return page


def soon_enough(what: str, took: float) -> None:
    """Within 15 s; longer by as much as the machine has more to do than it can."""
    sys.stderr.write(f"\n{what} after {took:.1f} s\n")
    allowed = BACK_WITHIN_S * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert took < allowed, f"{what} after {took:.1f} s, allowed {allowed:.0f}"


def kill_the_web_process(site: Site, voters: Voters) -> float:
    """In the middle of the vote, and start it again as systemd would; when it was killed."""
    until_true(lambda: voters.acknowledged() >= KILLED_AFTER)
    killed = time.monotonic()
    os.kill(site.processes[-1].pid, signal.SIGKILL)
    assert voters.acknowledged() < len(voters.clients), "it was killed too late to show anything"
    port = str(urlsplit(site.url).port)
    site.start("web", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", port, "eoffice.asgi:application")
    wait_until_ready(site)
    return killed


def vote(page: Page, choice: str) -> None:
    """Vote in the panel, checking in first."""
    button = page.locator("[data-panel=votes]")
    if button.get_attribute("aria-expanded") != "true":
        button.click()
    tool(page, "roll_call\\.arrive").click()
    page.locator(f"[data-choice={choice}]").click()
    page.get_by_role("button", name="Gửi phiếu").click()
    expect(page.get_by_text("Phiếu của quý vị đã được ghi nhận.")).to_be_visible()


def until_true(condition: Any, seconds: float = 45) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
