"""What a load balancer and a monitor may ask."""

import socketserver
import threading
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from eoffice import health


class Node(socketserver.StreamRequestHandler):
    """A control socket that answers ``inspect`` as a media node does."""

    def handle(self) -> None:
        for _line in self.rfile:
            self.wfile.write(b'{"type": "report", "id": 2, "node": "n1"}\n')


@pytest.fixture
def media_node(tmp_path: Path, settings: Settings) -> object:
    path = tmp_path / "media.sock"
    server = socketserver.ThreadingUnixStreamServer(str(path), Node)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    settings.MEDIA_NODES = [f"unix:{path}"]
    yield server
    server.shutdown()
    server.server_close()


def test_healthz_answers_without_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_readyz_is_ready_when_every_part_answers(client: Client, media_node: object) -> None:
    health.beat()
    answer = client.get("/readyz")
    assert answer.json() == {
        "status": "ready",
        "parts": {"database": "ok", "channel-layer": "ok", "worker": "ok", "media-nodes": "ok"},
    }


@pytest.mark.django_db
def test_a_lost_worker_or_media_node_is_told_but_keeps_the_site_in_service(client: Client, settings: Settings) -> None:
    settings.MEDIA_NODES = ["unix:/nowhere/media.sock"]
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["parts"] | {"worker": "missing", "media-nodes": "missing"} == answer.json()["parts"]


@pytest.mark.django_db
def test_a_lost_channel_layer_takes_the_process_out_of_service(client: Client, settings: Settings) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1"]},
        }
    }
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["channel-layer"] == "missing"
    assert "127.0.0.1" not in answer.content.decode()
