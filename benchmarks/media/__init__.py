"""The media node under load: viewers with real ICE, DTLS-SRTP, RTP and RTCP, alone or against Janus.

The node runs on core 0, the load generator on core 1. Every run is a process of its own, runs of node and peer
alternate. docs/performance.md says what is measured and how.
"""

import argparse
import fcntl
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.media.places import CannotPlace, may_route, place
from benchmarks.media.targets import condense, judge, judge_ratio, plain
from benchmarks.results import Result, progress

ROOT = Path(__file__).resolve().parents[2]
JANUS_CARRIES = 240
"""Viewers up to which Janus is given the same load; beyond, it is measured at this one."""
LIMIT_STEPS = (160, 180, 200, 220, 240, 260, 280, 300, 340, 380)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--subscribers", type=int, nargs="+", default=[200], help="viewers; several loads in turn")
    parser.add_argument("--video", type=int, default=1, help="cameras everybody sees (at most 3)")
    parser.add_argument("--audio", type=int, default=3, help="microphones everybody hears (at most 3)")
    parser.add_argument("--seconds", type=float, default=10, help="length of the measuring window")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each load; medians are shown")
    parser.add_argument("--peer", choices=["auto", "janus", "none"], default="auto", help="auto: Janus if installed")
    parser.add_argument(
        "--peer-subscribers", type=int, help=f"load of the peer (default: the same, at most {JANUS_CARRIES})"
    )
    parser.add_argument(
        "--find-limit", action="store_true", help="only find the largest load Janus carries without loss"
    )
    parser.add_argument("--joining", type=int, default=32, help="viewers that join at a time")
    parser.add_argument("--nack-percent", type=float, default=1.0, help="video packets that viewers ask for again")
    parser.add_argument("--pli-every", type=float, default=2.0, help="seconds between keyframe requests, 0: none")
    parser.add_argument("--sha1", action="store_true", help="offer AES-CM-HMAC-SHA1-80 only, not AES-GCM")
    parser.add_argument("--no-gro", action="store_true", help="the generator takes every packet on its own")
    parser.add_argument("--twin", action="store_true", help="the node serves packets in Python; its own targets count")
    parser.add_argument("--nice", type=int, default=0, help="of node, peer and generator; negative on a busy machine")
    parser.add_argument("--node-options", default="", help="more words for the node's command line")
    parser.add_argument("--runs-to", type=Path, help="file for everything found in every run, one JSON object a line")


def measure(options: argparse.Namespace) -> list[Result]:
    """All loads in turn. Ends the program with a sentence when something could not be measured."""
    installed = shutil.which("janus") is not None
    janus = options.peer == "janus" or (options.peer == "auto" and installed and may_route())
    if options.peer == "auto" and not janus:
        progress("Without Janus: " + ("it takes root and iproute2" if installed else "it is not installed"))
    if (options.peer == "janus" or options.find_limit) and not installed:
        raise SystemExit("Janus is not installed: apt-get install -y --no-install-recommends janus")
    try:
        if options.find_limit:
            return list(_find_limit(options))
        return [result for load in options.subscribers for result in _one_load(options, load, with_janus=janus)]
    except CannotPlace as error:
        raise SystemExit(str(error)) from None


def _one_load(options: argparse.Namespace, subscribers: int, *, with_janus: bool) -> Iterator[Result]:
    peer_load = options.peer_subscribers or min(subscribers, JANUS_CARRIES)
    node, janus = [], []
    for _repeat in range(options.repeat):
        node.append(_run(options, "node", subscribers, beside_janus=with_janus))
        if with_janus:
            janus.append(_run(options, "janus", peer_load, beside_janus=True))
    figures = condense(node)
    yield from judge(figures, subscribers, twin=options.twin)
    if with_janus:
        peer = condense(janus)
        yield from plain(f"Janus, {peer_load} viewers", peer)
        yield judge_ratio(figures, peer, (subscribers, peer_load), twin=options.twin)


def _find_limit(options: argparse.Namespace) -> Iterator[Result]:
    """Janus at growing loads until one loses packets or does not let everybody in."""
    carried = 0
    for load in LIMIT_STEPS:
        found = condense([_run(options, "janus", load, beside_janus=True) for _repeat in range(options.repeat)])
        yield Result(f"Janus, {load} viewers: packets lost", found["lost"], "packets")
        yield Result(f"Janus, {load} viewers: processor per forwarded packet", found["us_per_packet"], "µs")
        if found["lost"] or found["not_joined"]:
            break
        carried = load
    yield Result("Janus: largest load without loss", carried, "viewers")


def _run(options: argparse.Namespace, peer: str, subscribers: int, *, beside_janus: bool) -> dict[str, Any]:
    load = {
        "peer": peer,
        "subscribers": subscribers,
        "seconds": options.seconds,
        "video": options.video,
        "audio": options.audio,
        "joining": options.joining,
        "gcm": not options.sha1,
        "gro": not options.no_gro,
        "nack_percent": options.nack_percent,
        "pli_every_s": options.pli_every,
        "node_options": f"--path {'python' if options.twin else 'native'} {options.node_options}",
        "nice": options.nice,
    }
    found = _in_its_own_process(load, beside_janus=beside_janus)
    found["not_joined"] = subscribers - found["joined"]
    progress(
        f"{peer}, {subscribers} viewers: {found['us_per_packet']:.1f} µs per packet, "
        f"{100 * found['core_share']:.0f} % of the core, {found['lost']} of {found['expected']} lost, "
        f"p95 {found['delay_ms_p95']:.1f} ms, {found['joins_per_s']:.0f} joins/s"
    )
    if options.runs_to:
        with options.runs_to.open("a") as out:
            out.write(json.dumps(found) + "\n")
    return found


def _in_its_own_process(load: dict[str, Any], *, beside_janus: bool) -> dict[str, Any]:
    with (Path(tempfile.gettempdir()) / "eoffice-bench-media.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two at a time would measure each other
        with place(off_loopback=beside_janus) as (host, viewers):
            words = json.dumps({**load, "host": host, "viewers": str(viewers)})
            command = [sys.executable, "-m", "benchmarks.media.run", words]
            done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The run with {load['subscribers']} viewers ({load['peer']}) could not be measured.")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
