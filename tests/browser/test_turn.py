"""Behind a network that lets nothing through but a relay: the real room, a real coturn, credentials of the site's own."""

import base64
import hmac
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.people import Doorman
from tests.browser.pictures import SMALL_CAMERA, connected, more_frames
from tests.browser.relays import SECRET, TurnServer, turn_server
from tests.browser.site import Site, running_site
from tests.browser.sitting import CHAIR, WARD, new_sitting

RELAY_ONLY = """
const Direct = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Direct {
  constructor(configuration) {
    const iceServers = configuration.iceServers.map(
      (server) => ({ ...server, urls: server.urls.filter((url) => url.endsWith('TRANSPORT')) }));
    super({ ...configuration, iceServers, iceTransportPolicy: 'relay' });
  }
};
"""
"""What a browser does whose network blocks all but one way to the relay: it has no other candidate to offer."""

RELAYS = """async ([url, username, credential]) => {
  const connection = new RTCPeerConnection({ iceServers: [{ urls: url, username, credential }], iceTransportPolicy: 'relay' });
  connection.addTransceiver('audio');
  let found = 0;
  const done = new Promise((end) => { connection.onicecandidate = ({ candidate }) => candidate ? found++ : end(); });
  await connection.setLocalDescription();
  await done;
  connection.close();
  return found;
}"""

WAY_OF = """async (name) => {
  const stats = await window.eofficeRoom.connection[name].current.getStats();
  const transport = [...stats.values()].find((entry) => entry.type === 'transport');
  const pair = stats.get(transport.selectedCandidatePairId);
  const local = stats.get(pair.localCandidateId);
  return { type: local.candidateType, protocol: local.relayProtocol, sent: pair.bytesSent };
}"""


@pytest.fixture(scope="module")
def relay() -> Iterator[TurnServer]:
    with turn_server() as server:
        yield server


@pytest.fixture(scope="module")
def relayed_site(relay: TurnServer) -> Iterator[Site]:
    urls = ",".join(relay.url(transport) for transport in ("udp", "tcp"))
    with running_site(EOFFICE_TURN_URLS=urls, EOFFICE_TURN_SECRET=SECRET) as site:
        yield site


def enter(page: Page, path: str, transport: str) -> Page:
    page.add_init_script(SMALL_CAMERA + RELAY_ONLY.replace("TRANSPORT", transport))
    page.goto(path)
    page.get_by_role("button", name="Vào phòng họp").click()
    connected(page)
    return page


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_people_behind_a_relay_see_each_other(
    browser: Browser, relayed_site: Site, relay: TurnServer, transport: str
) -> None:
    people = Doorman(browser, relayed_site)
    path = new_sitting(relayed_site).path
    chair, ward = (enter(people.page_of(who), path, transport) for who in (CHAIR, WARD))
    more_frames(ward, "floor")
    more_frames(chair, "wall0")
    for page in (chair, ward):
        for name in ("send", "receive"):
            way = page.evaluate(WAY_OF, name)
            assert (way["type"], way["protocol"]) == ("relay", transport)
    people.close()
    assert re.search(r"user <\d{10}:\d+>.*ALLOCATE processed, success", relay.log), relay.log[-3000:]


def test_the_relay_serves_for_half_a_day_those_whom_the_site_sent(browser: Browser, relay: TurnServer) -> None:
    page = browser.new_page()

    def candidates(username: str, secret: str) -> int:
        digest = hmac.digest(secret.encode(), username.encode(), "sha1")
        return int(page.evaluate(RELAYS, [relay.url("udp"), username, base64.b64encode(digest).decode()]))

    now = int(time.time())
    assert candidates(f"{now + 60}:1", SECRET) == 1
    assert candidates(f"{now - 60}:1", SECRET) == 0
    assert candidates(f"{now + 60}:1", "guessed") == 0
    page.close()
