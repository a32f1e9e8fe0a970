"""A real node in its own process, and a gateway to it."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from meetings.sfu.gateway import MediaGateway

SECRET = "a shared secret of the tests"


async def start_node(control: str) -> asyncio.subprocess.Process:
    """A node that ends when this process closes its input."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "meetings.sfu", "--control", control, "--bind", "127.0.0.1", "--child",
        stdin=asyncio.subprocess.PIPE, env={"EOFFICE_MEDIA_NODE_SECRET": SECRET, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip


@pytest.fixture
async def gateway() -> AsyncIterator[MediaGateway]:
    with tempfile.TemporaryDirectory(prefix="sfu") as directory:
        address = f"unix:{directory}/c"
        node = await start_node(address)
        gateway = await MediaGateway.connect(address, wait=15)
        try:
            assert gateway.is_up
            yield gateway
        finally:
            await gateway.close()
            node.stdin.close()
            assert await asyncio.wait_for(node.wait(), 10) == 0
