"""What readers say about a paper before everybody who may read it (docs/domain/papers.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.queries import CommentQuerySet


class Comment(models.Model):
    """A comment on a place of a version, or a reply to one (góp ý). Never a private mark: its writer's name stands beside it.

    Where it stands is told as of an ``Annotation``; a reply stands where its comment does.
    """

    class Outcome(models.TextChoices):
        """What the paper's people have done with it."""

        OPEN = "open", _("Chưa trả lời")
        TAKEN = "taken", _("Đã tiếp thu")
        EXPLAINED = "explained", _("Đã giải trình")

    version = models.ForeignKey("PaperVersion", on_delete=models.CASCADE, related_name="comments")
    key = models.UUIDField(unique=True)
    """Given by the page that made it, so that what is sent twice is there once."""
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey("organisation.Appointment", on_delete=models.PROTECT, related_name="+")
    """In whose name it is said: the person, and the agency they acted for."""
    page = models.PositiveIntegerField()
    rectangles = models.JSONField(default=list)
    quote = models.TextField(blank=True)
    prefix = models.CharField(max_length=64, blank=True)
    suffix = models.CharField(max_length=64, blank=True)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    """Taken back by its writer, who may bring it back."""
    outcome = models.CharField(_("kết quả"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    settled_by = models.ForeignKey(
        "organisation.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("góp ý")
        verbose_name_plural = _("góp ý")
        ordering = ["version", "page", "created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.author}: {self.version}, trang {self.page}"
