"""What Prometheus reads from a node: true figures, in its format, with nobody's name in them."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

import pytest

from meetings.sfu.gateway import MediaGateway
from meetings.sfu.metrics import Family, Histogram
from tests.sfu.node import RunningNode, running_node
from tests.sfu.peers import ROOM, Peer, camera
from tests.sfu.test_gateway_contract import free_tcp_address

NAME = r"[a-z_][a-z0-9_]*"
LINE = re.compile(
    rf'# HELP {NAME} .+|# TYPE {NAME} (?:counter|gauge|histogram)|{NAME}(?:\{{{NAME}="[^"\n]*"(?:,{NAME}="[^"\n]*")*\}})? [-0-9.e+]+'
)

metrics_address = free_tcp_address().removeprefix("tcp:")


@pytest.fixture(scope="module")
def node() -> Iterator[RunningNode]:
    with running_node("--metrics", metrics_address, "--tcp-port", "0") as node:
        yield node


@pytest.fixture
async def meeting(gateway: MediaGateway, peers: dict[str, Peer]) -> AsyncIterator[dict[str, Peer]]:
    """Anh speaks, Châu looks on."""
    await gateway.show(ROOM, "floor", camera("anh"))
    await gateway.listen(ROOM, ["anh"])
    await peers["anh"].send()
    await peers["chau"].receive()
    await peers["chau"].until(lambda: peers["chau"].frames["floor"] > 20)
    yield peers


async def ask(request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(*metrics_address.split(":"))
    writer.write(request)
    try:
        return await asyncio.wait_for(reader.read(), 10)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def scrape() -> str:
    head, _, body = (await ask(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Content-Type: text/plain; version=0.0.4" in head
    assert f"Content-Length: {len(body)}".encode() in head
    return body.decode()


def value(text: str, metric: str) -> float:
    found = re.findall(rf"^{re.escape(metric)} (\S+)$", text, re.MULTILINE)
    assert len(found) == 1, metric
    return float(found[0])


async def test_a_meeting_is_told_in_figures_and_without_names(meeting: dict[str, Peer]) -> None:
    room = f'{{room="{ROOM}"}}'
    rates = [f"eoffice_media_room_{way}_bits_per_second{room}" for way in ("received", "sent")]
    text = await scrape()
    async with asyncio.timeout(15):  # they are known once a second
        while min(value(text, rate) for rate in rates) < 1000:
            await asyncio.sleep(0.2)
            text = await scrape()
    assert [line for line in text.splitlines() if not LINE.fullmatch(line)] == []
    assert value(text, "eoffice_media_rooms") == 1
    assert value(text, "eoffice_media_connections") == 2
    assert value(text, f"eoffice_media_room_viewers{room}") == 1
    assert value(text, f"eoffice_media_room_senders{room}") == 1
    assert value(text, f"eoffice_media_room_sources{room}") == 2
    assert value(text, f"eoffice_media_room_layers{room}") == 2
    assert value(text, "eoffice_media_packets_in_total") > 20
    assert value(text, "eoffice_media_packets_out_total") > 20
    assert value(text, "process_cpu_seconds_total") > 0
    assert value(text, "process_resident_memory_bytes") > 10_000_000
    assert value(text, 'eoffice_media_cpu_seconds_total{mode="user"}') > 0
    assert not re.search(r"anh|chau", text)


async def test_joins_are_counted_with_the_time_they_took(meeting: dict[str, Peer]) -> None:
    text = await scrape()
    joined = value(text, "eoffice_media_join_seconds_count")
    assert joined >= 2
    assert value(text, 'eoffice_media_join_seconds_bucket{le="+Inf"}') == joined
    assert 0 < value(text, "eoffice_media_join_seconds_sum") < 10 * joined


async def test_a_room_that_has_ended_is_not_told_any_more(gateway: MediaGateway, meeting: dict[str, Peer]) -> None:
    await gateway.close_room(ROOM)
    text = await scrape()
    assert ROOM not in text
    assert value(text, "eoffice_media_rooms") == 0


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 404 "),
        (b"POST /metrics HTTP/1.1\r\n\r\n", b"HTTP/1.1 405 "),
        (b"\r\n\r\n", b"HTTP/1.1 405 "),
        (b"GET /metrics?name=x HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 "),
        (b"HEAD /metrics HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 "),
        (b"\x16\x03\x01" + bytes(20_000), b""),
    ],
)
async def test_whatever_is_asked_gets_a_short_answer_or_none(node: RunningNode, request_: bytes, answer: bytes) -> None:
    assert (await ask(request_)).startswith(answer)
    assert "Traceback" not in node.log
    await scrape()


async def test_who_opens_many_connections_and_says_nothing_is_hung_up_on(node: RunningNode) -> None:
    opened = [await asyncio.open_connection(*metrics_address.split(":")) for _ in range(40)]
    await asyncio.sleep(5.5)
    await scrape()
    for _, writer in opened:
        writer.close()


def test_labels_are_escaped() -> None:
    family = Family("metric", "gauge", "Text.", (({"room": 'a"b\\c\nd'}, 1.5),))
    assert list(family.lines())[-1] == 'metric{room="a\\"b\\\\c\\nd"} 1.5'


def test_a_histogram_counts_upwards() -> None:
    histogram = Histogram("h", "Text.", (0.1, 1.0))
    for seconds in (0.05, 0.1, 0.5, 7):
        histogram.observe(seconds)
    assert list(histogram.lines())[2:] == [
        'h_bucket{le="0.1"} 2', 'h_bucket{le="1"} 3', 'h_bucket{le="+Inf"} 4', "h_sum 7.65", "h_count 4",
    ]  # fmt: skip
