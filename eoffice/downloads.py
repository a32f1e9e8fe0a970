"""Files made for a person to save."""

from django.http import HttpResponse
from django.utils.text import slugify

from eoffice.accounts.names import folded
from eoffice.http import NO_STORE


def named(content: bytes, *, media_type: str, what: str, title: str, ending: str) -> HttpResponse:
    """``content`` to save, by a name that says ``what`` it is and, as far as that is short, the ``title`` of what it is of."""
    name = "-".join(part for part in (what, slugify(folded(title))[:60]) if part)
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response


def unkept(content: bytes, *, media_type: str, what: str, title: str, ending: str) -> HttpResponse:
    """As ``named``, of what the browser is not to keep beside the file that is saved: it may be another one next time."""
    response = named(content, media_type=media_type, what=what, title=title, ending=ending)
    response["Cache-Control"] = NO_STORE
    return response
