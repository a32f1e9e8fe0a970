"""The six places of the site, in the order an official's day goes through them."""

from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _


class Link(NamedTuple):
    """One entry of the main navigation."""

    label: str
    url: str
    icon: str
    current: bool
    """The page belongs to this place."""


def main_navigation(path: str) -> list[Link]:
    """Today, schedule, meetings, papers, tasks, units; the one that ``path`` lies in is marked."""
    places = [
        (_("Hôm nay"), "today", "house-door"),
        (_("Lịch"), "schedule", "calendar-week"),
        (_("Cuộc họp"), "meeting-list", "camera-video"),
        (_("Tài liệu"), "paper-list", "file-earmark-text"),
        (_("Nhiệm vụ"), "task-list", "check2-square"),
        (_("Cơ quan"), "unit-list", "diagram-3"),
    ]
    links = []
    for label, name, icon in places:
        url = address(name)
        if url:
            current = path == url if name == "today" else path.startswith(url)
            links.append(Link(label, url, icon, current))
    return links


def address(name: str) -> str:
    """Path of the page called ``name``; "" while no product provides it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
