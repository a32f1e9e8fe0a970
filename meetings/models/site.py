"""Sites (điểm cầu): each is one picture and one voice in the meeting, with many people behind it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting


class Role(models.TextChoices):
    """In what capacity somebody takes part; what each may do is in ``meetings.roles``."""

    CHAIR = "chair", _("Chủ trì")
    CO_CHAIR = "co_chair", _("Đồng chủ trì")
    SECRETARY = "secretary", _("Thư ký")
    MEMBER = "member", _("Thành viên (có quyền biểu quyết)")
    INVITED = "invited", _("Khách mời")
    RAPPORTEUR = "rapporteur", _("Báo cáo viên")
    OBSERVER = "observer", _("Quan sát viên (chỉ nghe và xem)")
    TECHNICIAN = "technician", _("Kỹ thuật viên")
    OPERATOR = "operator", _("Đạo diễn hình")


class MeetingSite(models.Model):
    """One site of one meeting: the main room, an agency's room, or a person at their own desk."""

    class Kind(models.TextChoices):
        MAIN = "main", _("Điểm cầu chính")
        BRANCH = "branch", _("Điểm cầu")
        INDIVIDUAL = "individual", _("Cá nhân")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="sites")
    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        related_name="sites",
        verbose_name=_("đơn vị"),
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
    )
    """Of an individual site only."""
    name = models.CharField(_("tên điểm cầu"), max_length=120)
    room = models.CharField(_("phòng họp"), max_length=120, blank=True)
    """Where its people sit."""
    phone = models.CharField(_("điện thoại"), max_length=30, blank=True)
    role = models.CharField(_("vai trò"), max_length=10, choices=Role, default=Role.INVITED)
    """Of its people who are not listed as attendees, and of those named from now on."""
    chair = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chủ trì tại điểm cầu"),
    )
    technician = models.ForeignKey(
        "organisation.Appointment",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kỹ thuật viên"),
    )
    seats = models.PositiveSmallIntegerField(_("số người được cử"), null=True, blank=True)
    """Of a unit: how many people it names; empty: as many as it likes, at least one."""
    lowest = models.ForeignKey(
        "organisation.Position",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("chức vụ từ"),
    )
    """The lowest position that is wanted (``Position.rank``); below it only with a reason."""
    headcount = models.PositiveSmallIntegerField(_("số người có mặt"), null=True, blank=True)
    """How many sit there, as the site reported last; they need not be on the list."""
    headcount_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    """Grows with each change by its unit; a form that was opened on an older one is told so."""

    class Meta:
        verbose_name = _("điểm cầu")
        verbose_name_plural = _("điểm cầu")
        ordering = ["meeting", "unit__path", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "unit"],
                condition=Q(person__isnull=True),
                name="one_site_per_unit",
            ),
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=Q(person__isnull=False),
                name="one_site_per_person",
            ),
            models.CheckConstraint(
                condition=Q(kind="individual") ^ Q(person__isnull=True),
                name="site_person_iff_individual",
            ),
        ]

    def __str__(self) -> str:
        return self.name
