"""Recording (ghi hình): who starts and ends it, who is told, and what becomes of it (docs/domain/meetings.md).

The row is the truth: ``recorders`` keeps a recorder running for each that is to run, ``joining`` makes one file of
what was written. Here is what people do.
"""

import datetime as dt
import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment
from eoffice.queueing import start_on_commit
from meetings import conduct, confidential, hosting
from meetings.models import Attachment, Meeting, MeetingSite, Recording, RecordingNotice
from meetings.permissions import may_delete_recording, may_download_recording, may_record
from meetings.protocol.events import RecordingChanged
from meetings.protocol.parts import RecordingState
from meetings.realtime import broadcast

NOTICE_VERSION = 2
"""Grows when the text that tells people of a recording (frontend/src/meeting/recording-words.ts) changes."""
LEAST_FREE_BYTES = 2 << 30
"""About three hours of a floor in high quality."""


def running(meeting_id: int) -> Recording | None:
    """The recording that runs, if one does."""
    rows = Recording.objects.select_related("started_by__person")
    return rows.filter(meeting_id=meeting_id, state=Recording.State.RECORDING).first()


def state_of(recording: Recording | None) -> RecordingState | None:
    """What the room shows of it."""
    if recording is None:
        return None
    person = recording.started_by.person
    return RecordingState(
        id=recording.pk,
        at=recording.started_at,
        by=person.full_name,
        by_id=person.pk,
        notice=recording.notice_version,
        flowing=recording.flowing,
    )


def is_noted(recording: Recording, person: User) -> bool:
    """Whether ``person`` has said that they were told."""
    return recording.notices.filter(person=person).exists()


@transaction.atomic
def start(by: Appointment | None, meeting: Meeting) -> Recording:
    """Record the meeting from now on; everybody in the room is told. Starting twice is harmless.

    Raises NotAllowed("may-not-record"), UserError("no-media-node"), Conflict("no-space"), Conflict("attached"),
    Conflict("confidential-item").
    """
    chair = _check_may_record(by, meeting)
    conduct.lock(meeting.pk)
    already = running(meeting.pk)
    if already:
        return already
    _check_possible()
    _check_not_attached(meeting)
    _check_nothing_confidential(meeting)
    recording = Recording.objects.create(
        meeting=meeting, started_by=chair, started_at=timezone.now(), notice_version=NOTICE_VERSION
    )
    RecordingNotice.objects.create(recording=recording, person=chair.person, version=NOTICE_VERSION)
    record("meeting.recording_started", by=chair, target=meeting, recording=recording.pk)
    broadcast(meeting.pk, RecordingChanged(recording=state_of(recording)))
    return recording


def _check_not_attached(meeting: Meeting) -> None:
    """The recorder sees what everybody sees: that would be the other meeting, whose people were not told."""
    if Attachment.objects.open().filter(guest=meeting).exists():
        raise Conflict(
            "attached",
            _("Cuộc họp đang nối cầu nên không tự ghi hình."),
            hint=_("Cuộc họp kia ghi hình được; hoặc tách cầu rồi ghi hình."),
        )


def _check_nothing_confidential(meeting: Meeting) -> None:
    if confidential.open_now(meeting.pk) is not None:
        raise Conflict(
            "confidential-item",
            _("Đang bàn mục kín nên không ghi hình."),
            hint=_("Ghi hình được từ khi chuyển sang mục khác."),
        )


@transaction.atomic
def stop(by: Appointment | None, meeting: Meeting) -> None:
    """End the recording. Stopping twice is harmless. Raises NotAllowed("may-not-record")."""
    chair = _check_may_record(by, meeting)
    conduct.lock(meeting.pk)
    recording = running(meeting.pk)
    if recording:
        _stop(recording, by=chair, at=timezone.now())
        record("meeting.recording_stopped", by=chair, target=meeting, recording=recording.pk)


@transaction.atomic
def hold(by: Appointment, meeting: Meeting) -> bool:
    """End the recording because a confidential item begins; whether there was one."""
    recording = running(meeting.pk)
    if recording:
        _stop(recording, by=by, at=timezone.now())
        Recording.objects.filter(pk=recording.pk).update(ends_sharply=True)
        record("meeting.recording_stopped", by=by, target=meeting, recording=recording.pk)
    return recording is not None


@transaction.atomic
def stop_at_end(meeting: Meeting, *, at: dt.datetime) -> None:
    """The meeting has ended, and its recording with it."""
    recording = running(meeting.pk)
    if recording:
        _stop(recording, by=None, at=at)


def _stop(recording: Recording, *, by: Appointment | None, at: dt.datetime) -> None:
    recording.state, recording.stopped_by, recording.stopped_at = Recording.State.STOPPING, by, at
    recording.flowing = False
    recording.save(update_fields=["state", "stopped_by", "stopped_at", "flowing"])
    broadcast(recording.meeting_id, RecordingChanged(recording=None))


@transaction.atomic
def note(site: MeetingSite, *, recording: int, person: User, version: int) -> None:
    """``person`` was told with the text ``version``, and goes on at ``site``. Saying it twice is harmless, and so is
    saying it of a recording that has ended.
    """
    told = Recording.objects.filter(pk=recording, meeting_id=site.meeting_id).first()
    if told:
        RecordingNotice.objects.get_or_create(
            recording=told, person=person, defaults={"site": site, "version": min(max(version, 0), NOTICE_VERSION)}
        )


@transaction.atomic
def flows(recording_id: int, *, flowing: bool) -> None:
    """The recorder has found (or lost) its line: the room is told."""
    rows = Recording.objects.select_for_update(of=("self",)).select_related("started_by__person")
    recording = rows.filter(pk=recording_id, state=Recording.State.RECORDING).exclude(flowing=flowing).first()
    if recording:
        recording.flowing = flowing
        recording.save(update_fields=["flowing"])
        broadcast(recording.meeting_id, RecordingChanged(recording=state_of(recording)))


@transaction.atomic
def delete(by: Appointment, recording: Recording, *, reason: str) -> None:
    """Delete the files for good; that there was a recording stays known. Deleting twice is harmless.

    Raises NotAllowed("may-not-delete"), Conflict("still-recording"), UserError("reason-missing").
    """
    if not may_delete_recording(by.person, recording.meeting):
        raise NotAllowed("may-not-delete", _("Chỉ chủ trì hoặc thư ký cuộc họp xóa được bản ghi hình."))
    current = Recording.objects.select_for_update(of=("self",)).get(pk=recording.pk)
    if current.state == Recording.State.DELETED:
        return
    if current.state not in (Recording.State.READY, Recording.State.FAILED):
        raise Conflict("still-recording", _("Bản ghi hình chưa hoàn thiện xong."), hint=_("Đợi ít phút rồi xóa."))
    reason = reason.strip()
    if not reason:
        raise UserError("reason-missing", _("Hãy ghi lý do xóa."), fields={"reason": _("Hãy ghi lý do xóa.")})
    mark_deleted(current, by=by, reason=reason[:500])
    record("meeting.recording_deleted", by=by, target=recording.meeting, recording=current.pk, reason=reason[:500])


@transaction.atomic
def take_away(recording: Recording, *, user: User) -> None:
    """``user`` gets the recording as a file of their own: that is kept. Raises NotAllowed("may-not-download")."""
    if not may_download_recording(user, recording.meeting):
        raise NotAllowed(
            "may-not-download",
            _("Chỉ người chuẩn bị cuộc họp tải được bản ghi hình."),
            hint=_("Quý vị vẫn xem được trên trang này."),
        )
    record("meeting.recording_downloaded", user=user, target=recording.meeting, recording=recording.pk)


@transaction.atomic
def join_again(by: Appointment, recording: Recording) -> None:
    """Try once more to join what could not be joined; nothing happens unless it has failed.

    Raises NotAllowed("may-not-join").
    """
    from meetings.tasks import join_recording

    if not may_delete_recording(by.person, recording.meeting):
        raise NotAllowed("may-not-join", _("Chỉ chủ trì hoặc thư ký cuộc họp hoàn thiện lại được bản ghi hình."))
    failed = Recording.objects.filter(pk=recording.pk, state=Recording.State.FAILED)
    if failed.update(state=Recording.State.WAITING, attempts=0):
        record("meeting.recording_retried", by=by, target=recording.meeting, recording=recording.pk)
        start_on_commit(join_recording, recording.pk)


def mark_deleted(recording: Recording, *, by: Appointment | None, reason: str) -> None:
    """The row says so at once; the files go with the next look at what is to be erased."""
    from meetings.tasks import sweep_recordings

    recording.state, recording.deleted_at = Recording.State.DELETED, timezone.now()
    recording.deleted_by, recording.delete_reason = by, reason
    recording.save(update_fields=["state", "deleted_at", "deleted_by", "delete_reason"])
    start_on_commit(sweep_recordings)


def _check_may_record(by: Appointment | None, meeting: Meeting) -> Appointment:
    if by is None or not may_record(by.person, meeting):
        raise NotAllowed("may-not-record", _("Chỉ chủ trì hoặc thư ký ghi hình được, khi cuộc họp đang diễn ra."))
    return by


def _check_possible() -> None:
    if not hosting.has_nodes():
        raise UserError("no-media-node", _("Máy chủ chưa có bộ phận truyền hình ảnh và âm thanh."))
    folder = Path(settings.RECORDINGS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
        raise Conflict(
            "no-space",
            _("Máy chủ sắp hết chỗ lưu, chưa ghi hình được."),
            hint=_("Đề nghị báo quản trị viên; cuộc họp vẫn tiếp tục."),
        )
