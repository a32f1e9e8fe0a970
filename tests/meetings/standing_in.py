"""Sending a substitute for the head of the commune, and what follows from it, for the tests of substitutes."""

from typing import Any

from django.test import Client
from django.urls import reverse

from documents.models import Paper
from eoffice.organisation.models import Appointment
from meetings import (
    substitutes,
    tabling,
)
from meetings.models import (
    Attendee,
    Role,
    Substitution,
    TabledPaper,
)
from tests.city import City
from tests.factories import (
    AttendeeFactory,
    PaperFactory,
    PaperVersionFactory,
    StoredFileFactory,
)
from tests.meetings.room import Sitting
from tests.papers import pdf


def listed_head(city: City, sitting: Sitting) -> Attendee:
    """The head of the commune is a member with a vote, at the commune's site."""
    attendee: Attendee = AttendeeFactory(site=sitting.commune, appointment=city["invited_head"], role=Role.MEMBER)
    return attendee


def votes_move(sitting: Sitting) -> None:
    sitting.meeting.type.substitutes_vote = True
    sitting.meeting.type.save()


def send(city: City, head: Attendee, to: str = "invited_officer", by: str = "invited_head") -> Substitution:
    attendee = Attendee.objects.get(pk=head.pk)
    return substitutes.send(city[by], attendee, city[to], reason="Đi tiếp dân")


def take_back(city: City, by: str = "invited_head") -> None:
    substitutes.take_back(city[by], Substitution.objects.latest("pk"))


def post(client: Client, attendee: Attendee, appointment: Appointment, reason: str = "Đi công tác") -> Any:
    address = reverse("substitute-send", args=[attendee.pk])
    return client.post(address, {"appointment": appointment.pk, "reason": reason})


def undo(client: Client) -> Any:
    return client.post(reverse("substitute-end", args=[Substitution.objects.latest("pk").pk]))


def lay_out(city: City, sitting: Sitting, title: str = "Giá đất") -> Paper:
    paper: Paper = PaperFactory(created_by=city["organiser_clerk"], title=title, state="published")
    PaperVersionFactory(paper=paper, conversion="ready", page_count=1, pdf=StoredFileFactory(content__data=pdf()))
    TabledPaper.objects.create(item=sitting.items[0], paper=paper)
    tabling.share(sitting.meeting)
    return paper


def opens(client: Client, paper: Paper) -> bool:
    address = reverse("paper-file", args=[paper.versions.get().pk])
    return client.get(address).status_code == 200


def room(sitting: Sitting) -> str:
    return reverse("meeting-room", args=[sitting.meeting.pk])


def page(client: Client, sitting: Sitting) -> str:
    return client.get(reverse("meeting-detail", args=[sitting.meeting.pk])).content.decode()
