"""Incoming documents (văn bản đến) as an agency has registered them (docs/domain/incoming-documents.md)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.incoming_queries import IncomingQuerySet
from eoffice.accounts.names import folded, normalised
from eoffice.workflow.models import Task


class IncomingDocument(models.Model):
    """One agency's entry of a document that came to it: each agency that receives it has an entry of its own.

    The lengths are those of Decree 30/2020/NĐ-CP, Annex VI, where it has any.
    """

    class State(models.TextChoices):
        UNSENT = "unsent", _("Chưa trình")
        CIRCULATING = "circulating", _("Đang xử lý")
        DONE = "done", _("Đã xử lý")
        CANCELLED = "cancelled", _("Đã hủy số đến")

    unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, related_name="incoming", verbose_name=_("cơ quan nhận")
    )
    allocation = models.OneToOneField("documents.NumberAllocation", on_delete=models.PROTECT, related_name="incoming")
    """The arrival number and day, and why it was cancelled."""
    state = models.CharField(_("trạng thái"), max_length=12, choices=State, default=State.UNSENT)
    """What its lines come to (``circulation.settling``)."""
    sender_unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sender = models.CharField(_("cơ quan ban hành"), max_length=200)
    code = models.CharField(_("số, ký hiệu"), max_length=60, blank=True)
    code_key = models.CharField(max_length=60, editable=False, db_index=True)
    """``code`` as it is compared, however it was spelt (``registering.key_of``)."""
    issued_on = models.DateField(_("ngày văn bản"))
    series = models.CharField(_("loại văn bản"), max_length=10, blank=True)
    """The type's abbreviation (``decree30.types``); empty: a letter."""
    subject = models.CharField(_("trích yếu nội dung"), max_length=500)
    urgency = models.CharField(_("mức độ khẩn"), max_length=12, choices=Task.Urgency, default=Task.Urgency.NORMAL)
    pages = models.PositiveSmallIntegerField(_("số trang"), null=True, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    search_text = models.CharField(max_length=800, editable=False)
    registered_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    """Grows with each correction of the entry."""
    key = models.UUIDField(null=True, unique=True, editable=False)
    """Comes with the form: the second click of a double click finds the first one's entry."""

    objects = IncomingQuerySet.as_manager()

    class Meta:
        verbose_name = _("văn bản đến")
        verbose_name_plural = _("văn bản đến")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["unit", "state"], name="incoming_of_unit")]

    def __str__(self) -> str:
        return f"{self.code or self.sender}: {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.subject = normalised(self.subject)
        self.search_text = folded(f"{self.allocation.n} {self.code} {self.sender} {self.subject}")[:800]
        super().save(*args, **kwargs)


class IncomingFile(models.Model):
    """A file of an incoming document: the document itself, its annexes."""

    document = models.ForeignKey(IncomingDocument, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("tệp văn bản đến")
        verbose_name_plural = _("tệp văn bản đến")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["document", "file"], name="one_incoming_file_per_content")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """A document that was issued on this system, on its way to an agency: it waits for the clerk there."""

    number = models.ForeignKey("documents.NumberAllocation", on_delete=models.PROTECT, related_name="deliveries")
    """Its line in the register of outgoing documents."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="deliveries")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    document = models.OneToOneField(
        IncomingDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="delivery"
    )
    """The entry, once it is registered."""

    class Meta:
        verbose_name = _("văn bản chuyển đến")
        verbose_name_plural = _("văn bản chuyển đến")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["number", "unit"], name="one_delivery_per_agency")]
        indexes = [models.Index(fields=["unit"], condition=Q(document=None), name="delivery_waiting")]

    def __str__(self) -> str:
        return f"{self.number} → {self.unit}"
