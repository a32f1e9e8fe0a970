"""A recording is what everybody saw and heard, playable whatever moment its recorder died at."""

import asyncio
import datetime as dt
from array import array
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.sfu import rtp
from meetings.sfu.gateway import MediaGateway
from meetings.sfu.recorder.arrival import Arrival
from meetings.sfu.recorder.frames import Frame, FrameAssembler
from meetings.sfu.recorder.h264 import H264Assembler
from meetings.sfu.recorder.jobs import Job, Mark
from meetings.sfu.recorder.join import join
from meetings.sfu.recorder.part import Part
from meetings.sfu.recorder.parts import Piece, place_marks
from meetings.sfu.recorder.voices import CHUNK, Mixer
from tests.sfu.node import RunningNode, start_node
from tests.sfu.peers import BRIGHTNESS, ROOM, Peer, camera
from tests.sfu.recorders import HERTZ, Clapper, Tone, look_into, recorder

LOUD = 2000
QUIET = 300


@pytest.fixture
async def sitting(gateway: MediaGateway, peers: dict[str, Peer]) -> AsyncIterator[dict[str, Peer]]:
    """Two sites with open microphones, each with a tone of its own; the first has the floor."""
    for name in ("anh", "binh"):
        await peers[name].send(voice=Tone(HERTZ[name]))
    await gateway.listen(ROOM, ["anh"])
    await gateway.show(ROOM, "floor", camera("anh"))
    yield peers
    await gateway.show(ROOM, "floor", None)


def job(folder: Path, *marks: Mark) -> Job:
    parts = tuple(sorted(folder.glob("part-*.webm")))
    return Job(parts=parts, marks=marks, title="Họp", target=folder / "meeting.webm", content=folder / "content.webm")


def mark(title: str) -> Mark:
    return Mark(at=dt.datetime.now(dt.UTC), title=title)


@pytest.mark.slow
@pytest.mark.usefixtures("sitting")
async def test_the_floor_and_the_voices_are_recorded_across_a_switch(
    gateway: MediaGateway, node: RunningNode, tmp_path: Path
) -> None:
    opening = mark("Khai mạc")
    async with recorder(node.address, tmp_path) as running:
        await asyncio.sleep(3)
        await gateway.listen(ROOM, ["anh", "binh"])
        await gateway.show(ROOM, "floor", camera("binh"))
        second = mark("Nội dung 2")
        await asyncio.sleep(3)
        await gateway.show(ROOM, "floor", None)
        await asyncio.sleep(1)
        await asyncio.to_thread(running.stop)
    joined = join(job(tmp_path, opening, second))
    found = look_into(tmp_path / "meeting.webm")
    (began, first), (switched, then), (emptied, dark) = found.greys
    assert abs(first - BRIGHTNESS["anh"]) < 10
    assert abs(then - BRIGHTNESS["binh"]) < 10
    assert began < 2
    assert dark == pytest.approx(32, abs=4)
    assert [title for _, title in found.chapters] == ["Khai mạc", "Nội dung 2"]
    assert found.chapters == [(chapter.start, chapter.title) for chapter in joined.chapters]
    assert found.chapters[1][0] == pytest.approx(switched, abs=1)
    assert emptied == pytest.approx(switched + 3, abs=1.5)
    assert found.duration == pytest.approx(joined.duration, abs=0.2)
    assert found.duration > 5.5
    assert found.loudness(HERTZ["anh"], switched - 1.5, switched - 0.5) > LOUD
    assert found.loudness(HERTZ["binh"], switched - 1.5, switched - 0.5) < QUIET
    assert found.loudness(HERTZ["anh"], switched + 1, switched + 2) > LOUD
    assert found.loudness(HERTZ["binh"], switched + 1, switched + 2) > LOUD
    head = (tmp_path / "meeting.webm").read_bytes()
    assert 0 < head.find(bytes.fromhex("1C53BB6B")) < head.find(bytes.fromhex("1F43B675")), "the index is not in front"
    with av.open(str(tmp_path / "meeting.webm")) as container:
        container.seek(3_000_000)
        first = next(packet for packet in container.demux() if packet.stream_index == 1)
        assert first.pts * first.time_base > 0, "it cannot be sought in"


@pytest.mark.slow
async def test_pictures_and_voices_stay_together(
    gateway: MediaGateway, node: RunningNode, peers: dict[str, Peer], tmp_path: Path
) -> None:
    clapper = Clapper()
    await peers["anh"].send(voice=clapper.voice, picture=clapper.picture)
    await gateway.listen(ROOM, ["anh"])
    await gateway.show(ROOM, "floor", camera("anh"))
    async with recorder(node.address, tmp_path) as running:
        await asyncio.sleep(7)
        await asyncio.to_thread(running.stop)
    found = look_into(tmp_path / "part-0001.webm")
    white = [at for at, grey in found.greys if grey > 150]
    apart = [
        min(onset - at for at in white if abs(onset - at) < 1) for onset in found.onsets() if onset > white[0] - 0.5
    ]
    assert len(apart) >= 3
    assert abs(median(apart)) < 0.12, apart


@pytest.mark.slow
async def test_pictures_in_h264_are_recorded_beside_those_in_vp8(
    gateway: MediaGateway, node: RunningNode, peers: dict[str, Peer], tmp_path: Path
) -> None:
    await peers["chau"].send(h264=True)
    await peers["binh"].send()
    await gateway.show(ROOM, "floor", camera("chau"))
    async with recorder(node.address, tmp_path) as running:
        await asyncio.sleep(3)
        await gateway.show(ROOM, "floor", camera("binh"))
        await asyncio.sleep(2)
        await asyncio.to_thread(running.stop)
    assert join(job(tmp_path)).file == "meeting.mkv"
    (_start, dark), (switched, vp8) = look_into(tmp_path / "meeting.mkv").greys
    (began, h264), (ended, nobody) = look_into(tmp_path / "meeting.mkv", floor=1).greys
    assert [dark, vp8, h264, nobody] == pytest.approx([32, BRIGHTNESS["binh"], BRIGHTNESS["chau"], 32], abs=10)
    assert began < switched == pytest.approx(ended, abs=0.1)


@pytest.mark.slow
async def test_a_meeting_all_in_h264_has_it_as_its_picture(
    gateway: MediaGateway, node: RunningNode, peers: dict[str, Peer], tmp_path: Path
) -> None:
    await peers["chau"].send(h264=True, busy=True)
    await gateway.show(ROOM, "floor", camera("chau"))
    async with recorder(node.address, tmp_path) as running:
        await asyncio.sleep(3)
        await gateway.show(ROOM, "floor", None)
        await asyncio.sleep(1)
        await asyncio.to_thread(running.stop)
    join(job(tmp_path))
    (_began, grey), (_ended, dark) = look_into(tmp_path / "meeting.mkv").greys
    assert abs(grey - BRIGHTNESS["chau"]) < 12
    assert dark == pytest.approx(32, abs=4), "nobody's last picture stays"
    with av.open(str(tmp_path / "meeting.mkv")) as container:
        assert [stream.codec_context.name for stream in container.streams] == ["h264", "opus"]
        assert container.streams.video[0].codec_context.extradata[:1] == b"\x01"


@pytest.mark.slow
@pytest.mark.usefixtures("sitting")
async def test_a_killed_recorder_leaves_a_playable_part_and_the_next_goes_on(
    gateway: MediaGateway, node: RunningNode, tmp_path: Path
) -> None:
    async with recorder(node.address, tmp_path) as running:
        await asyncio.sleep(4)
        await asyncio.to_thread(running.kill)
    killed = look_into(tmp_path / "part-0001.webm")
    assert min(killed.last[0], killed.last[1]) > 1
    await gateway.show(ROOM, "floor", camera("binh"))
    later = mark("Sau khi gián đoạn")
    async with recorder(node.address, tmp_path) as running:
        await asyncio.sleep(2)
        await asyncio.to_thread(running.stop)
    joined = join(job(tmp_path, later))
    found = look_into(tmp_path / "meeting.webm")
    assert [round(grey, -1) for _, grey in found.greys] == [BRIGHTNESS["anh"], BRIGHTNESS["binh"]]
    assert found.duration == pytest.approx(joined.duration, abs=0.2)
    assert joined.duration > max(killed.last.values()) + 1
    assert joined.chapters[0].start > max(killed.last.values())
    assert found.loudness(HERTZ["anh"], joined.duration - 1.2, joined.duration - 0.2) > LOUD


@pytest.mark.slow
async def test_a_node_that_is_killed_costs_the_recording_a_gap_only(tmp_path: Path) -> None:
    address = f"unix:{tmp_path}/control"
    first = start_node(address, tmp_path / "first.log")
    gateway = await MediaGateway.connect(address, wait=15)
    before, after = Peer(gateway, "anh"), Peer(gateway, "binh")
    await before.send(voice=Tone(HERTZ["anh"]))
    await gateway.show(ROOM, "floor", camera("anh"))
    async with recorder(address, tmp_path) as running:
        await asyncio.sleep(3)
        first.process.kill()
        first.process.wait()
        second = start_node(address, tmp_path / "second.log")
        assert await asyncio.to_thread(running.says) == "interrupted"
        assert await asyncio.to_thread(running.says) == "recording"
        await after.send(voice=Tone(HERTZ["binh"]))
        await gateway.show(ROOM, "floor", camera("binh"))
        await asyncio.sleep(3)
        await asyncio.to_thread(running.stop)
    for peer in (before, after):
        await peer.close()
    await gateway.close()
    first.process.stdin.close()
    second.stop()
    greys = [round(grey, -1) for _, grey in look_into(tmp_path / "part-0001.webm").greys]
    assert (greys[0], greys[-1]) == (BRIGHTNESS["anh"], BRIGHTNESS["binh"])
    assert not (tmp_path / "part-0002.webm").exists()


@pytest.mark.slow
async def test_a_room_in_which_nothing_happens_is_recorded_as_silence(
    gateway: MediaGateway, node: RunningNode, tmp_path: Path
) -> None:
    async with recorder(node.address, tmp_path) as running:
        await asyncio.sleep(2)
        await asyncio.to_thread(running.stop)
    assert join(job(tmp_path)).duration > 1.0
    assert (await gateway.inspect()).connections == 0


def test_parts_that_hold_nothing_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "part-0001.webm").write_bytes(b"")
    (tmp_path / "part-0002.webm").write_bytes(b"\x1a\x45\xdf\xa3 not a recording")
    assert join(job(tmp_path)).duration == 0
    assert not (tmp_path / "meeting.webm").exists()


# --- pieces ---------------------------------------------------------------------------------------------


def packet(sequence: int, payload: bytes = b"\x10\x00data", *, marker: bool = True) -> rtp.Packet:
    return rtp.Packet(96, marker, sequence & 0xFFFF, sequence * 3000 & 0xFFFFFFFF, 7, payload, {})


def test_packets_out_of_order_are_put_in_order_and_lost_ones_are_given_up() -> None:
    got: list[tuple[int, int]] = []
    arrival = Arrival(7, 1, "video", 90000, lambda packet, _at, gone: got.append((packet.sequence & 0xFFFF, gone)))
    for number, at in ((65534, 10.0), (0, 10.01), (65535, 10.02), (2, 10.1)):
        arrival.receive(packet(number), at)
    assert got == [(65534, 0), (65535, 0), (0, 0)]
    assert arrival.tick(10.3)
    arrival.tick(10.8)
    assert got[3:] == [(2, 1)]


def test_after_a_loss_pictures_wait_for_a_keyframe() -> None:
    frames: list[Frame] = []
    assembler = FrameAssembler(frames.append)
    key, delta, rest = b"\x10\x00key", b"\x10\x01delta", b"\x00\xffrest"
    assembler.receive(packet(1, delta), 1.0, 0)
    assert assembler.needs_keyframe
    assembler.receive(packet(2, key, marker=False), 1.0, 0)
    assembler.receive(rtp.Packet(96, True, 3, packet(2).timestamp, 7, rest, {}), 1.0, 0)
    assembler.receive(packet(4, delta), 1.0, 0)
    assembler.receive(packet(6, delta), 1.0, 1)
    assert assembler.needs_keyframe
    assembler.receive(packet(7, key), 1.0, 0)
    assert [frame.data for frame in frames] == [b"\x00key\xffrest", b"\x01delta", b"\x00key"]


def test_h264_is_put_together_from_single_aggregated_and_fragmented_units() -> None:
    frames: list[Frame] = []
    assembler = H264Assembler(frames.append)
    parameters = b"\x78\0\x03\x67SP\0\x03\x68PP"
    assembler.receive(packet(1, b"\x61early"), 1.0, 0)
    assert assembler.needs_keyframe
    for payload, mark in ((parameters, False), (b"\x7c\x85AB", False), (b"\x7c\x05CD", False), (b"\x7c\x45EF", True)):
        assembler.receive(rtp.Packet(102, mark, 2, 6000, 7, payload, {}), 1.0, 0)
    assembler.receive(packet(3, b"\x61delta"), 1.0, 0)
    assembler.receive(packet(5, b"\x61after a loss"), 1.0, 1)
    assembler.receive(packet(6, b"\x61still"), 1.0, 0)
    assert assembler.needs_keyframe
    assembler.receive(packet(7, b"\x65IDR"), 1.0, 0)
    start = b"\0\0\0\1"
    sets = start + b"\x67SP" + start + b"\x68PP" + start
    assert [(frame.data, frame.keyframe) for frame in frames] == [
        (sets + b"\x65ABCDEF", True),
        (start + b"\x61delta", False),
        (sets + b"\x65IDR", True),
    ]


@given(st.lists(st.tuples(st.binary(max_size=40), st.booleans(), st.integers(0, 2)), max_size=30))
def test_no_payload_breaks_an_assembler(payloads: list[tuple[bytes, bool, int]]) -> None:
    frames: list[Frame] = []
    for assembler in (FrameAssembler(frames.append), H264Assembler(frames.append)):
        for number, (payload, mark, gone) in enumerate(payloads):
            assembler.receive(packet(number // 2, payload, marker=mark), 1.0, gone)


def test_pictures_keep_their_order_when_the_clock_is_set_back(tmp_path: Path) -> None:
    part = Part(tmp_path / "part-0001.webm", lambda: 10.0)
    for number, sampled in enumerate((10.0, 10.5, 10.3, 10.4, 10.6)):
        part.seen("floor", Frame(bytes([number]) * 10, keyframe=number == 0, timestamp=0, arrived=sampled), sampled)
    part.advance(12.0)
    part.close()
    with av.open(str(tmp_path / "part-0001.webm")) as container:
        pictures = [bytes(packet)[0] for packet in container.demux() if packet.size and packet.stream_index == 0]
    assert pictures == [0, 1, 2, 3, 4]


def test_voices_add_up_without_wrapping_around() -> None:
    mixer = Mixer()
    mixer.add(CHUNK // 2, array("h", [30000] * CHUNK))
    mixer.add(CHUNK // 2, array("h", [30000] * CHUNK))
    chunks = [samples for _, samples in mixer.take(3 * CHUNK)]
    assert [chunks[0][0], chunks[0][-1], chunks[1][0], chunks[1][-1], chunks[2][0]] == [0, 32767, 32767, 0, 0]
    mixer.add(0, array("h", [5] * CHUNK))
    assert not list(mixer.take(3 * CHUNK)), "what is too late was taken"


def test_marks_find_their_places_across_a_gap() -> None:
    pieces = [Piece(Path("a"), 1000.0, 0.0, 60.0, {}, []), Piece(Path("b"), 1300.0, 62.0, 60.0, {}, [])]

    def at(second: float, title: str) -> Mark:
        return Mark(at=dt.datetime.fromtimestamp(second, dt.UTC), title=title)

    marks = (at(900, "trước"), at(990, "bắt đầu"), at(1030, "a"), at(1100, "nghỉ"), at(1310, "b"), at(1400, "sau"))
    placed = [(chapter.start, chapter.title) for chapter in place_marks(marks, pieces)]
    assert placed == [(0.0, "bắt đầu"), (30.0, "a"), (62.0, "nghỉ"), (72.0, "b")]
