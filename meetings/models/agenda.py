"""The agenda (chương trình họp) and the papers tabled at its items."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from meetings.models.agenda_point import AgendaPoint
from meetings.models.meeting import Meeting
from meetings.queries import AgendaItemQuerySet, RecusalQuerySet

CONFIDENTIAL = _("Mục kín")
"""What stands in the place of a confidential item's title."""


class AgendaItem(AgendaPoint):
    """One item of the agenda."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    speech_minutes = models.PositiveSmallIntegerField(_("số phút mỗi lượt phát biểu"), null=True, blank=True)
    """The most a speaker is allotted at this item; empty: what was asked for, or the usual (``meetings.speaking_time``)."""

    confidential = models.BooleanField(_("mục kín"), default=False)
    """Only those of ``objects.known_to`` are to know what it is about (docs/domain/meetings.md, "Confidential items")."""
    opened_at = models.DateTimeField(null=True, blank=True)
    """When the meeting came to it first."""
    version = models.PositiveIntegerField(default=1)
    """Grows with each change; a form that was opened on an older one is told so."""

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("nội dung họp")
        verbose_name_plural = _("nội dung họp")
        ordering = ["meeting", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "key"], name="agenda_item_once")]

    @property
    def public_title(self) -> str:
        """What may stand where everybody reads it: records, mails, chapters, the second screen."""
        return self.public(self.title)

    def public(self, words: str) -> str:
        """``words`` of something that belongs to the item, where everybody may read them."""
        return str(CONFIDENTIAL) if self.confidential else words

    def mask(self) -> None:
        """Forget what it is about, here and not in the database: it is shown to somebody who is not to know."""
        self.title, self.presenter, self.speech_minutes = str(CONFIDENTIAL), None, None


class ItemParticipant(models.Model):
    """A person, or a unit, chosen to take part in a confidential item."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="participants")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("thành phần dự mục kín")
        verbose_name_plural = _("thành phần dự mục kín")
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=True) ^ Q(person__isnull=True), name="participant_is_unit_or_person"
            ),
            models.UniqueConstraint(fields=["item", "unit"], name="unit_takes_part_once"),
            models.UniqueConstraint(fields=["item", "person"], name="person_takes_part_once"),
        ]

    def __str__(self) -> str:
        return str(self.person or self.unit)


class TabledPaper(models.Model):
    """A paper put on the table at an agenda item."""

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="tabled")
    paper = models.ForeignKey("documents.Paper", on_delete=models.PROTECT, related_name="tablings")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("tài liệu của nội dung họp")
        verbose_name_plural = _("tài liệu của nội dung họp")
        ordering = ["item", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "paper"], name="paper_tabled_once_per_item")]

    def __str__(self) -> str:
        return str(self.paper)


class Recusal(models.Model):
    """A person, or a unit with all below it, is kept out of the papers of an item for a conflict of interest.

    It holds until it is lifted; then it stays as a record.
    """

    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="recusals")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("lý do"), max_length=500)
    by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("loại trừ")
        verbose_name_plural = _("loại trừ")
        ordering = ["item", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) ^ Q(person__isnull=False), name="recusal_of_unit_or_person"
            ),
            models.UniqueConstraint(
                fields=["item", "person"],
                condition=Q(lifted_at__isnull=True, person__isnull=False),
                name="one_recusal_per_person",
            ),
            models.UniqueConstraint(
                fields=["item", "unit"],
                condition=Q(lifted_at__isnull=True, unit__isnull=False),
                name="one_recusal_per_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.who

    @property
    def who(self) -> str:
        """The person's or the unit's name."""
        return str(self.person or self.unit)
