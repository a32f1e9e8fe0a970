"""How many bytes the papers of a unit may take: what was handed in, each content counted once.

An administrator sets it on the unit (``Unit.paper_quota_mb``); otherwise ``EOFFICE_UNIT_QUOTA_MB`` holds for all.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from documents.models import PaperVersion
from eoffice.errors import Conflict
from eoffice.files.models import StoredFile
from eoffice.organisation.models import Unit

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Usage:
    """Bytes that the papers of a unit take, and may take."""

    used: int
    limit: int


def limit_of(unit: Unit) -> int:
    """Bytes that the papers of ``unit`` may take; 0: no limit."""
    if unit.paper_quota_mb is None:
        return int(settings.UNIT_QUOTA_BYTES)
    return unit.paper_quota_mb * MEGABYTE


def usage(unit: Unit) -> Usage | None:
    """What ``unit`` uses; None where nothing is limited."""
    limit = limit_of(unit)
    if not limit:
        return None
    handed_in = PaperVersion.objects.filter(paper__owner_unit=unit).values("original")
    used = StoredFile.objects.filter(pk__in=handed_in).aggregate(bytes=Sum("size"))["bytes"]
    return Usage(used or 0, limit)


def refuse_beyond(unit: Unit, size: int) -> None:
    """Raise Conflict(quota-full) when ``size`` more bytes are more than ``unit`` may take."""
    now = usage(unit)
    if now is None or now.used + size <= now.limit:
        return
    raise Conflict(
        "quota-full",
        _("%(unit)s đã dùng %(used)s trên %(limit)s dành cho tài liệu; tệp này cần thêm %(size)s.")
        % {
            "unit": unit.name,
            "used": filesizeformat(now.used),
            "limit": filesizeformat(now.limit),
            "size": filesizeformat(size),
        },
        hint=_(
            "Xóa các bản nháp không dùng nữa, giảm dung lượng tệp, hoặc đề nghị quản trị viên tăng dung lượng của đơn vị."
        ),
    )
