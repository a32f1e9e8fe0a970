"""What becomes of a recording that has ended: joined to one file with chapters, kept for a while, erased.

Jobs are rows with a state; each may run twice, and a sweep finds what a dead process left.
"""

import datetime as dt
import logging
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from eoffice.audit.log import record
from eoffice.audit.models import Entry
from eoffice.notifications import notify
from eoffice.queueing import DEAD_AFTER, MAX_ATTEMPTS, silent, start
from meetings import recording as recordings
from meetings.models import Connection, Meeting, Recording
from meetings.sfu.recorder.jobs import Job, Joined, Mark

logger = logging.getLogger(__name__)

EMPTY_FOR = dt.timedelta(minutes=15)
"""Nobody was in the room for this long: the recording was forgotten."""
SIGN_EVERY_S = 10
LONGEST_S = 3600


def written(recording_id: int) -> None:
    """Its recorder has ended: it waits to be joined."""
    from meetings.tasks import join_recording

    stopping = Recording.objects.filter(pk=recording_id, state=Recording.State.STOPPING)
    if stopping.update(state=Recording.State.WAITING):
        start(join_recording, recording_id)


def join(recording_id: int) -> None:
    """Make one file of the parts, if it waits; do nothing if somebody else does it or it is done."""
    now = timezone.now()
    waiting = Recording.objects.filter(pk=recording_id, state=Recording.State.WAITING)
    if not waiting.update(state=Recording.State.JOINING, attempts=F("attempts") + 1, alive_at=now):
        return
    recording = Recording.objects.select_related(
        "meeting__chair__person", "meeting__secretary__person", "started_by__person"
    ).get(pk=recording_id)
    try:
        joined = _run(recording)
    except (OSError, subprocess.SubprocessError, ValidationError):
        logger.exception("recording %s cannot be joined", recording_id)
        _give_up(recording)
        return
    if joined.duration > 0:
        _finish(recording, joined)
    else:
        _give_up(recording)


def _run(recording: Recording) -> Joined:
    """In a process of its own: hours of video are read and written, and a broken file may break its reader."""
    job = Job(
        parts=tuple(sorted(recording.folder.glob("part-*.webm"))),
        marks=marks_of(recording),
        title=recording.meeting.title,
        target=recording.folder / "meeting.webm",
        content=recording.content_file,
        until=recording.stopped_at if recording.ends_sharply else None,
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "meetings.sfu.recorder.join"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=settings.BASE_DIR,
    )
    with process:
        told: bytes | None = job.model_dump_json().encode()
        for _again in range(LONGEST_S // SIGN_EVERY_S):
            try:
                answer, complaints = process.communicate(told, timeout=SIGN_EVERY_S)
                break
            except subprocess.TimeoutExpired:
                told = None
                Recording.objects.filter(pk=recording.pk).update(alive_at=timezone.now())
        else:
            process.kill()
            raise subprocess.TimeoutExpired(process.args, LONGEST_S)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args, stderr=complaints[-2000:])
    return Joined.model_validate_json(answer)


@transaction.atomic
def _finish(recording: Recording, joined: Joined) -> None:
    today = timezone.localdate(recording.stopped_at or timezone.now())
    recording.state = Recording.State.READY
    recording.duration_s = joined.duration
    recording.file_name = joined.file
    recording.size = recording.file.stat().st_size
    recording.content_size = recording.content_file.stat().st_size if joined.shared else 0
    recording.chapters = [chapter.model_dump() for chapter in joined.chapters]
    recording.retention_until = today + dt.timedelta(days=settings.RECORDING_RETENTION_DAYS)
    recording.shared, recording.pieces = joined.shared, joined.pieces
    recording.save(
        update_fields=[
            "state",
            "shared",
            "pieces",
            "file_name",
            "duration_s",
            "size",
            "content_size",
            "chapters",
            "retention_until",
        ]
    )
    meeting = recording.meeting
    record("meeting.recording_ready", target=meeting, recording=recording.pk, seconds=round(joined.duration))
    notify.send(
        [meeting.chair.person, meeting.secretary.person],
        kind="meeting.recording_ready",
        title=lambda: _("Bản ghi hình xem được: %(title)s") % {"title": meeting.title},
        url=reverse("recording-detail", args=[recording.pk]),
    )
    transaction.on_commit(lambda: _remove_parts(recording.folder))


def _remove_parts(folder: Path) -> None:
    for path in (*folder.glob("part-*.webm"), folder / "log"):
        path.unlink(missing_ok=True)


@transaction.atomic
def _give_up(recording: Recording) -> None:
    Recording.objects.filter(pk=recording.pk).update(state=Recording.State.FAILED)
    meeting = recording.meeting
    record("meeting.recording_failed", target=meeting, recording=recording.pk)
    notify.send(
        [meeting.chair.person, meeting.secretary.person],
        kind="meeting.recording_failed",
        title=lambda: _("Bản ghi hình không hoàn thiện được: %(title)s") % {"title": meeting.title},
        url=reverse("meeting-detail", args=[meeting.pk]),
    )


# --- chapters -------------------------------------------------------------------------------------------


def marks_of(recording: Recording) -> tuple[Mark, ...]:
    """What happened in the meeting while it was recorded, and what was going on when the recording began."""
    kind = ContentType.objects.get_for_model(Meeting)
    acts = ("meeting.item_opened", "meeting.floor_granted", "meeting.floor_ended")
    entries = Entry.objects.filter(target_type=kind, target_id=recording.meeting_id, action__in=acts)
    entries = entries.filter(at__lte=recording.stopped_at or timezone.now()).order_by("at", "pk")
    marks = [mark for entry in entries if (mark := _mark(entry))]
    before = [mark for mark in marks if mark.at < recording.started_at]
    first = [mark for mark in before if mark.kind == "item"][-1:] + [m for m in before if m.kind == "speaker"][-1:]
    if not first:
        first = [Mark(at=recording.started_at, title=_("Bắt đầu ghi hình"))]
    return (*first, *(mark for mark in marks if mark.at >= recording.started_at))


def _mark(entry: Entry) -> Mark | None:
    match entry.action:
        case "meeting.item_opened":
            return Mark(at=entry.at, title=str(entry.detail.get("item", "")), kind="item")
        case "meeting.floor_granted":
            return Mark(
                at=entry.at, title=_("Phát biểu: %(site)s") % {"site": entry.detail.get("site")}, kind="speaker"
            )
        case "meeting.floor_ended":
            return Mark(at=entry.at, title=_("Chủ tọa điều hành"), kind="speaker")
    return None


# --- what was left, and what is over --------------------------------------------------------------------


def sweep(now: dt.datetime) -> list[int]:
    """End what nobody ends, put back what lost its process, erase what is over; ids that wait to be joined."""
    _end_forgotten(now)
    limit = now - DEAD_AFTER  # so long does a recorder that stops wait for its keeper, too
    abandoned = Q(kept_at__lt=limit) | Q(kept_at__isnull=True, stopped_at__lt=limit)
    Recording.objects.filter(abandoned, state=Recording.State.STOPPING).update(state=Recording.State.WAITING)
    dead = Recording.objects.filter(silent(now), state=Recording.State.JOINING)
    for recording in dead.filter(attempts__gte=MAX_ATTEMPTS).select_related(
        "meeting__chair__person", "meeting__secretary__person"
    ):
        _give_up(recording)
    dead.filter(attempts__lt=MAX_ATTEMPTS).update(state=Recording.State.WAITING)
    delete_overdue(timezone.localdate(now))
    erase()
    return list(Recording.objects.filter(state=Recording.State.WAITING).order_by("pk").values_list("pk", flat=True))


def _end_forgotten(now: dt.datetime) -> None:
    """A recording outlives its meeting only by an accident; an empty room is not recorded for hours."""
    limit = now - EMPTY_FOR
    people = Connection.objects.filter(Q(left_at__isnull=True) | Q(left_at__gte=limit), meeting=OuterRef("meeting"))
    over = ~Q(meeting__state=Meeting.State.IN_SESSION) | Q(~Exists(people), started_at__lt=limit)
    for recording in Recording.objects.filter(over, state=Recording.State.RECORDING).select_related("meeting"):
        recordings.stop_at_end(recording.meeting, at=now)


def delete_overdue(today: dt.date) -> None:
    """Delete what was kept for as long as it is to be."""
    overdue = Recording.objects.filter(state=Recording.State.READY, retention_until__lt=today).select_related("meeting")
    for recording in overdue:
        with transaction.atomic():
            recordings.mark_deleted(recording, by=None, reason=_("Hết thời hạn lưu"))
            record("meeting.recording_expired", target=recording.meeting, recording=recording.pk)


def erase() -> None:
    """Remove the files of deleted recordings."""
    for recording in Recording.objects.filter(state=Recording.State.DELETED, erased=False):
        if recording.folder.exists():
            shutil.rmtree(recording.folder)
        Recording.objects.filter(pk=recording.pk).update(erased=True)
