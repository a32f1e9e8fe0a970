"""Picture direction (đạo diễn hình): what everybody's screen shows while the meeting sits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.meeting import Meeting
from meetings.models.site import MeetingSite


class Direction(models.Model):
    """One row per meeting whose pictures somebody directs; without one, everybody arranges their own screen."""

    class Layout(models.TextChoices):
        FREE = "free", _("Mỗi người tự chọn")
        FLOOR = "floor", _("Chỉ người phát biểu")
        FLOOR_CHAIR = "floor_chair", _("Người phát biểu và chủ tọa")
        FLOOR_CONTENT = "floor_content", _("Người phát biểu và nội dung")
        WALL = "wall", _("Tường hình")

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="direction")
    layout = models.CharField(max_length=13, choices=Layout, default=Layout.FREE)
    wall_size = models.PositiveSmallIntegerField(default=9)
    """Pictures on a wall: 4, 9, 16 or 25."""
    patrol_every_s = models.PositiveSmallIntegerField(null=True, blank=True)
    """The wall shows other sites so often; empty: it stands still."""
    wall_sites = models.JSONField(default=list, blank=True)
    """Numbers of the sites chosen for the wall, in order; empty: all that are there."""
    wall_now = models.JSONField(default=list, blank=True)
    """Numbers of the sites that stand on it now, when all share it; since ``turned_at``."""
    wall_page = models.PositiveIntegerField(default=1)
    wall_pages = models.PositiveIntegerField(default=1)
    turned_at = models.DateTimeField(null=True, blank=True)
    set_by = models.CharField(max_length=200, blank=True)
    """Name of who set the layout."""
    programme = models.ForeignKey(MeetingSite, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """The site whose picture is on air: large for everybody, in place of the speaker's."""

    class Meta:
        verbose_name = _("đạo diễn hình")
        verbose_name_plural = _("đạo diễn hình")

    def __str__(self) -> str:
        return f"{self.meeting}: {self.get_layout_display()}"
