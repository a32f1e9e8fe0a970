"""Check-in codes as pictures."""

import io

import qrcode
import qrcode.image.svg
from django.http import HttpRequest
from django.urls import reverse

from meetings.models import RollCall


def address(request: HttpRequest, roll: RollCall) -> str:
    """Where the code of a roll call leads: the token in it says that the person saw the code."""
    return request.build_absolute_uri(f"{reverse('meeting-check-in', args=[roll.meeting_id])}?t={roll.token}")


def svg(address: str) -> str:
    """The QR code of ``address`` as an SVG element: our own drawing, nothing of it is typed by people."""
    image = qrcode.make(address, image_factory=qrcode.image.svg.SvgPathImage, border=2)
    output = io.BytesIO()
    image.save(output)
    text = output.getvalue().decode()
    return text[text.index("<svg") :]
