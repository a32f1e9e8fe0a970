"""What a reader marks on a paper for themselves (docs/domain/papers.md)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from documents.queries import AnnotationQuerySet


class Annotation(models.Model):
    """A highlight, a note on a place, a drawing, or a bookmark of a page. It is its person's alone.

    Where it stands: a page, rectangles on it, and the words with what stands around them (a TextQuoteSelector of the
    W3C's Web Annotation Data Model), by which it is found again in a newer version.
    """

    class Kind(models.TextChoices):
        HIGHLIGHT = "highlight", _("Tô màu")
        NOTE = "note", _("Ghi chú")
        BOOKMARK = "bookmark", _("Đánh dấu trang")
        INK = "ink", _("Nét vẽ")

    class Colour(models.TextChoices):
        YELLOW = "yellow", _("Vàng")
        GREEN = "green", _("Xanh lá")
        BLUE = "blue", _("Xanh dương")
        PINK = "pink", _("Hồng")
        RED = "red", _("Đỏ")
        MARKER = "marker", _("Tô vàng")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey("PaperVersion", on_delete=models.CASCADE, related_name="annotations")
    key = models.UUIDField()
    """Given by the page that made it, so that what is sent twice is there once."""
    kind = models.CharField(max_length=10, choices=Kind)
    colour = models.CharField(max_length=10, choices=Colour, default=Colour.YELLOW)
    page = models.PositiveIntegerField()
    rectangles = models.JSONField(default=list)
    """``[left, top, width, height]`` in ten-thousandths of the page as it is shown; of a note, its place.

    Of a drawing: what it covers, then the first line of the words under it, from which it keeps its distance.
    """
    strokes = models.JSONField(default=list)
    """Of a drawing: for each stroke x and y of one point after the other, in ten-thousandths of the page."""
    quote = models.TextField(blank=True)
    prefix = models.CharField(max_length=64, blank=True)
    suffix = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    """What the person wrote."""
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        ordering = ["version", "page", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "person", "key"], name="one_annotation_per_key"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.version}, trang {self.page}"
