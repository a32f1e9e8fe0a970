"""A paper, its versions, who may read it and who has (docs/domain/papers.md)."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.queries import PaperQuerySet, PaperVersionQuerySet
from eoffice.accounts.names import folded, normalised


class Paper(models.Model):
    """A document for a meeting (tài liệu). Readers see only its published version."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        SUBMITTED = "submitted", _("Chờ duyệt")
        RETURNED = "returned", _("Trả lại để sửa")
        APPROVED = "approved", _("Đã duyệt")
        PUBLISHED = "published", _("Đã phát hành")
        WITHDRAWN = "withdrawn", _("Đã thu hồi")

    class Release(models.TextChoices):
        """When readers are shown an approved paper, or a draft that nobody has to approve."""

        NOW = "now", _("Ngay khi duyệt")
        AT = "at", _("Vào một thời điểm")
        ITEM = "item", _("Khi cuộc họp đến nội dung này")
        HOLD = "hold", _("Chưa phát hành, quyết định sau")

    class Circulation(models.TextChoices):
        """Circulation mark (chỉ dẫn lưu hành): what those who only read the paper may do with it."""

        NONE = "none", _("Đọc, tải về và in")
        VIEW = "view", _("Chỉ xem: không tải về, không in")

    class Comments(models.TextChoices):
        """Whether readers may comment on it before each other."""

        NONE = "none", _("Không nhận góp ý")
        OPEN = "open", _("Đang nhận góp ý")
        CLOSED = "closed", _("Đã ngừng nhận góp ý")

    title = models.CharField(_("tên tài liệu"), max_length=300)
    search_title = models.CharField(max_length=300, editable=False, db_index=True)
    owner_unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.PROTECT,
        related_name="papers",
        verbose_name=_("đơn vị soạn"),
    )
    created_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    published_version = models.ForeignKey(
        "PaperVersion",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    """The only version that readers see; a newer one waits until it is published too."""

    submitted_to = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """Who asked for the paper and approves it; empty: its own people publish it themselves."""
    submitted_version = models.ForeignKey(
        "PaperVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    """The version that waits to be approved."""
    approved_version = models.ForeignKey(
        "PaperVersion", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    return_reason = models.CharField(_("lý do trả lại"), max_length=500, blank=True)
    """Why the version last submitted was returned; empty once another is submitted."""
    release = models.CharField(_("phát hành"), max_length=4, choices=Release, default=Release.NOW)
    release_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    """When a published paper withdraws itself."""
    confined = models.BooleanField(default=False)
    """Only those to whom it is granted read it: rank alone lets nobody in (a confidential item of a meeting)."""
    expires_with_meeting = models.BooleanField(default=False)
    """It withdraws itself when the meeting ends at which it lies on the table."""
    circulation = models.CharField(_("chỉ dẫn lưu hành"), max_length=4, choices=Circulation, default=Circulation.NONE)
    """Its own people and those who approve it are not bound by it."""

    comments = models.CharField(_("góp ý"), max_length=6, choices=Comments, default=Comments.NONE)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("tài liệu")
        verbose_name_plural = _("tài liệu")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "release_at"], name="paper_release"),
            models.Index(fields=["state", "expires_at"], name="paper_expiry"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.title = normalised(self.title)
        self.search_title = folded(self.title)
        super().save(*args, **kwargs)

    @property
    def is_view_only(self) -> bool:
        """Those who only read it neither save nor print it."""
        return self.circulation == self.Circulation.VIEW

    @property
    def takes_comments(self) -> bool:
        """Whoever may read it may comment on it now."""
        return self.comments == self.Comments.OPEN and self.state != self.State.WITHDRAWN

    @property
    def channel_group(self) -> str:
        """Channel-layer group of everybody who has it open."""
        return f"paper.{self.pk}"


class PaperVersion(models.Model):
    """One handed-in file of a paper and its reading copy (a PDF). The conversion is a job with a state."""

    class Conversion(models.TextChoices):
        WAITING = "waiting", _("Chờ chuyển đổi")
        RUNNING = "running", _("Đang chuyển đổi")
        READY = "ready", _("Đọc được")
        FAILED = "failed", _("Không chuyển đổi được")

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("bản số"))
    name = models.CharField(_("tên tệp"), max_length=200)
    original = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey(
        "files.StoredFile",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    wordless = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """The reading copy before its scans got their words: for a day, for readers who have it open."""
    conversion = models.CharField(max_length=10, choices=Conversion, default=Conversion.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    """Percent of the conversion."""
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    alive_at = models.DateTimeField(null=True, blank=True)
    """Last sign of life of the running conversion; an old one means that its process died."""
    failure_code = models.CharField(max_length=40, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    page_count = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True, blank=True)
    """Since when readers may open it; a version once published stays readable while the paper is."""
    submitted_at = models.DateTimeField(null=True, blank=True)
    """Since when those who approve may open it."""
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")

    objects = PaperVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("bản tài liệu")
        verbose_name_plural = _("bản tài liệu")
        ordering = ["paper", "-number"]
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="one_version_per_number")]
        indexes = [models.Index(fields=["conversion"])]

    def __str__(self) -> str:
        return f"{self.paper} (bản {self.number})"

    @property
    def is_ready(self) -> bool:
        """Its reading copy exists."""
        return self.conversion == self.Conversion.READY

    @property
    def is_unfinished(self) -> bool:
        """Its conversion waits or runs."""
        return self.conversion in (self.Conversion.WAITING, self.Conversion.RUNNING)


class Page(models.Model):
    """One page of a version: its text and its picture."""

    class Source(models.TextChoices):
        """Where the text comes from."""

        LAYER = "layer", _("Chữ trong tệp")
        SCAN = "scan", _("Bản chụp, chưa nhận dạng chữ")
        RECOGNISED = "recognised", _("Chữ nhận dạng từ bản chụp")

    version = models.ForeignKey(PaperVersion, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    text_source = models.CharField(max_length=10, choices=Source, default=Source.LAYER)
    image = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    layer = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, null=True, related_name="+")
    """Recognised words that are not in the reading copy yet (``documents.word_layers``)."""
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    """Size of the picture in pixels."""

    class Meta:
        ordering = ["version", "number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="one_page_per_number")]

    def __str__(self) -> str:
        return f"{self.version}, trang {self.number}"


class Grant(models.Model):
    """A person, or those who answer for a unit, may read a published paper. ``reason`` says through what."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="grants")
    unit = models.ForeignKey(
        "organisation.Unit",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    reason = models.CharField(max_length=60)
    """``meeting:7``: replaced as a whole when that meeting's invitations change."""
    label = models.CharField(max_length=300, blank=True)
    """The reason in words, for the reader: the meeting's title."""
    reviews = models.BooleanField(default=False)
    """They approve it: they read it once it is submitted, and are not counted among its readers."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) ^ Q(person__isnull=False),
                name="grant_to_unit_or_person",
            ),
            models.UniqueConstraint(
                fields=["paper", "unit", "reason"], condition=Q(person__isnull=True), name="one_grant_per_unit"
            ),
            models.UniqueConstraint(
                fields=["paper", "person", "reason"], condition=Q(unit__isnull=True), name="one_grant_per_person"
            ),
        ]
        # Most grants are to units; without this, SQLite takes a person for somebody with all of those.
        indexes = [models.Index(fields=["person"], condition=Q(person__isnull=False), name="grant_to_person")]

    def __str__(self) -> str:
        return f"{self.paper} → {self.unit or self.person}"


class Exclusion(models.Model):
    """A person, or a unit with all below it, does not see a paper, whatever lets them in; its own people are excepted."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="exclusions")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=60, db_index=True)
    """``meeting:7``: replaced as a whole when that meeting excludes others."""
    label = models.CharField(max_length=300, blank=True)
    """The meeting's title."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) ^ Q(person__isnull=False), name="exclusion_of_unit_or_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper} ↛ {self.unit or self.person}"


class Reading(models.Model):
    """That a person has opened a version, and how far they got."""

    version = models.ForeignKey(PaperVersion, on_delete=models.CASCADE, related_name="readings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="readings")
    first_at = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField(auto_now=True)
    last_page = models.PositiveIntegerField(default=1)
    furthest_page = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="one_reading_per_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.version}"
