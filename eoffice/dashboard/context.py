"""What the frame of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Site name, demo mark."""
    return {"SITE_NAME": settings.SITE_NAME, "DEMO": settings.DEMO}
