"""Keeping a recorder process running for every recording that is to run (ADR 0022).

One keeper per installation does it: a thread of the web process with ``./run``, ``manage.py keep_recorders``
elsewhere. Should there be several, each recording belongs to the one that claimed it; a keeper that died is
replaced after ``LEASE``. A recorder that dies is started again and writes the next part.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import secrets
import socket
import subprocess
import sys
import threading
import time

from django.conf import settings
from django.db import close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from eoffice.errors import UserError
from meetings import hosting, placement, recording
from meetings.models import Recording

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
LEASE = dt.timedelta(seconds=15)
RENEW_AFTER_S = 4.0
FIRST_PAUSE_S, LAST_PAUSE_S = 1.0, 10.0
"""Seconds between the deaths of a recorder and its next start."""
STOP_WITHIN_S = 10.0


class Recorder:
    """One recorder process and its successors."""

    def __init__(self, row: Recording) -> None:
        self.recording_id = row.pk
        self._row = row
        self._process: subprocess.Popen[bytes] | None = None
        self._node = ""
        self._pause = FIRST_PAUSE_S
        self._start_at = 0.0
        self._stopping_since: float | None = None
        self.renewed_at = time.monotonic()

    @property
    def ended(self) -> bool:
        """Whether nothing runs."""
        return self._process is None or self._process.poll() is not None

    def look(self) -> None:
        """Start what does not run, hear what the recorder says."""
        if self._process is not None:
            self._hear(self._process)
        if not self.ended:
            self._follow()
            return
        now = time.monotonic()
        if self._process is not None:
            logger.warning("recorder %s ended with %s", self.recording_id, self._process.returncode)
            self._close()
            recording.flows(self.recording_id, flowing=False)
            self._start_at = now + self._pause
            self._pause = min(2 * self._pause, LAST_PAUSE_S)
        if now >= self._start_at:
            self._start()

    def _follow(self) -> None:
        """Have a recorder end whose meeting has moved to another media node; its successor starts there."""
        if self._process and self._process.stdin and placement.where(self._row.meeting_id) not in (None, self._node):
            self._process.stdin.close()

    def _start(self) -> None:
        folder = self._row.folder
        folder.mkdir(parents=True, exist_ok=True)
        self._node = hosting.node_of(self._row.meeting_id)
        where = ["--control", self._node, "--room", hosting.room_name(self._row.meeting_id)]
        with (folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, its arguments are ours
                [sys.executable, "-m", "meetings.sfu.recorder", *where, "--folder", str(folder), "--child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=settings.BASE_DIR,
                env={**os.environ, "EOFFICE_MEDIA_NODE_SECRET": settings.MEDIA_NODE_SECRET},
            )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)

    def _hear(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        words = (process.stdout.read() or b"").split()
        if words:
            self._pause = FIRST_PAUSE_S
            recording.flows(self.recording_id, flowing=words[-1] == b"recording")

    def stop(self) -> None:
        """Have it end, with everything written; one that does not is killed. Called again and again until it has."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        if self._stopping_since is None:
            self._stopping_since = time.monotonic()
            assert process.stdin is not None
            process.stdin.close()
        elif time.monotonic() - self._stopping_since > STOP_WITHIN_S:
            process.kill()

    def finish(self) -> None:
        """Wait for the end."""
        self.stop()
        if self._process is not None:
            try:
                self._process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._close()

    def _close(self) -> None:
        assert self._process is not None
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()
        self._process = None


class Keeper:
    """Looks at the rows and at its recorders, round after round."""

    def __init__(self) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._recorders: dict[int, Recorder] = {}

    def run(self, stop: threading.Event) -> None:
        """Until ``stop``; then every recorder ends, and another keeper goes on with them."""
        while not stop.wait(LOOK_EVERY_S):
            try:
                self.round()
            except Exception:  # the database may be away; recorders go on
                logger.exception("keeping recorders")
            finally:
                close_old_connections()
        for recorder in self._recorders.values():
            recorder.finish()
        connection.close()

    def round(self) -> None:
        """Bring what runs in line with what is to run."""
        active = (Recording.State.RECORDING, Recording.State.STOPPING)
        rows = {row.pk: row for row in Recording.objects.filter(state__in=active)}
        for row in rows.values():
            if self._owns(row):
                self._tend(row)
        for number in set(self._recorders) - set(rows):
            self._recorders.pop(number).finish()

    def _tend(self, row: Recording) -> None:
        recorder = self._recorders.setdefault(row.pk, Recorder(row))
        if row.state == Recording.State.RECORDING:
            try:
                recorder.look()
            except (OSError, UserError) as error:
                logger.error("recording %s cannot be written: %s", row.pk, error)
            return
        recorder.stop()
        if recorder.ended:
            from meetings import joining

            self._recorders.pop(row.pk).finish()
            joining.written(row.pk)

    def _owns(self, row: Recording) -> bool:
        """Whether the recording is this keeper's, now renewed or taken from one that died."""
        known = self._recorders.get(row.pk)
        if known and time.monotonic() - known.renewed_at < RENEW_AFTER_S:
            return True
        now = timezone.now()
        free = Q(keeper=self.name) | Q(kept_at__isnull=True) | Q(kept_at__lt=now - LEASE)
        if not Recording.objects.filter(free, pk=row.pk).update(keeper=self.name, kept_at=now):
            if known:
                self._recorders.pop(row.pk).finish()
            return False
        if known:
            known.renewed_at = time.monotonic()
        return True


def keep_in_background() -> None:
    """A keeper in a thread of this process, as ``./run`` has it; recorders end with the process."""
    threading.Thread(target=Keeper().run, args=[threading.Event()], name="recorders", daemon=True).start()
