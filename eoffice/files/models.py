"""Bytes that people hand in: stored once under their SHA-256, served only after a permission check."""

import shutil
from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def content_path(stored: "StoredFile", _filename: str) -> str:
    """``ab/cd/abcd…``: the address of the content, whatever its name."""
    digest = stored.sha256
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


class StoredFile(models.Model):
    """Content with its type as found by looking at it. Created through ``intake.accept``."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.FileField(upload_to=content_path, max_length=100)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=120)
    extension = models.CharField(max_length=10)
    created_at = models.DateTimeField(auto_now_add=True)
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)
    """When this content was last handed in: what nothing refers to a day later is swept."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("tệp")
        verbose_name_plural = _("tệp")

    def __str__(self) -> str:
        return f"{self.sha256[:12]}.{self.extension}"

    def copy_to(self, path: Path) -> None:
        """Write the content to ``path``, for programs that read files."""
        with self.content.open("rb") as content, path.open("wb") as copy:
            shutil.copyfileobj(content, copy)
