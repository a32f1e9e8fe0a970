"""Whether this process can serve, and whether the parts it works with are there.

``/healthz`` says that the process answers. ``/readyz`` looks at the database and the channel layer, without
which this process serves nobody (503), and at the worker and the media nodes, whose loss is reported
("degraded") but takes no web process out of service: it would take out all of them.
"""

import asyncio
import json
import logging
import socket
import time
from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync
from celery import shared_task
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from meetings.gateways import host
from meetings.sfu.addresses import UnixAddress, parse_address
from meetings.sfu.messages import Authenticate, Inspect

logger = logging.getLogger(__name__)

HEARTBEAT_KEY = "eoffice.worker.heartbeat"
HEARTBEAT_LOST_S = 90
ANSWER_WITHIN_S = 2.0


@shared_task
def beat() -> None:
    """Every 15 s, by the worker: it lives, and its queue moves."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=HEARTBEAT_LOST_S)


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """``{"status": "ready" | "degraded" | "unready", "parts": {name: "ok" | "missing"}}``; 503 when unready."""
    vital = {name: _state(name, probe) for name, probe in VITAL.items()}
    others = {name: _state(name, probe) for name, probe in OTHERS.items()}
    status = "degraded" if "missing" in others.values() else "ready"
    status = "unready" if "missing" in vital.values() else status
    return JsonResponse({"status": status, "parts": vital | others}, status=503 if status == "unready" else 200)


def _state(name: str, probe: Callable[[], None]) -> str:
    """The cause goes to the log only: the page is open to everybody."""
    try:
        probe()
    except Exception as error:
        logger.warning("not ready: %s: %s", name, error)
        return "missing"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _channel_layer() -> None:
    async def exchange() -> None:
        layer = get_channel_layer()
        assert layer is not None
        async with asyncio.timeout(ANSWER_WITHIN_S):
            channel = await layer.new_channel()
            await layer.send(channel, {"type": "readyz"})
            await layer.receive(channel)

    async_to_sync(exchange)()


def _worker() -> None:
    if cache.get(HEARTBEAT_KEY) is None:
        raise TimeoutError(f"no heartbeat of the worker for {HEARTBEAT_LOST_S} s")


def _media_nodes() -> None:
    addresses = host().run(host().nodes()).result(ANSWER_WITHIN_S)
    if not addresses:
        raise LookupError("EOFFICE_MEDIA_NODES names none, and none announces itself")
    for address in addresses:
        report = node_report(address, settings.MEDIA_NODE_SECRET)
        if report.get("type") != "report":
            raise ConnectionError(f"{address} answered {report}")


def node_report(address: str, secret: str = "") -> dict[str, Any]:
    """What a media node says about itself (``meetings.sfu.messages.Report``); raises OSError when it is away."""
    with _control_link(address) as link, link.makefile("rw") as lines:
        if secret:
            lines.write(Authenticate(id=1, secret=secret).model_dump_json() + "\n")
        lines.write(Inspect(id=2).model_dump_json() + "\n")
        lines.flush()
        for line in lines:
            answer: dict[str, Any] = json.loads(line)
            if answer.get("id") == 2 or answer.get("type") == "failed":
                return answer
    raise ConnectionError(f"{address} hung up")


def _control_link(address: str) -> socket.socket:
    target = parse_address(address)
    if not isinstance(target, UnixAddress):
        return socket.create_connection((target.host, target.port), timeout=ANSWER_WITHIN_S)
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(ANSWER_WITHIN_S)
    try:
        link.connect(target.path)
    except OSError:
        link.close()
        raise
    return link


VITAL: dict[str, Callable[[], None]] = {"database": _database, "channel-layer": _channel_layer}
OTHERS: dict[str, Callable[[], None]] = {"worker": _worker, "media-nodes": _media_nodes}
