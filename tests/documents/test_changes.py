"""What has changed since I read it: words in reading order, told page by page."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from documents.comparing import changes
from documents.models import Page, Paper
from documents.sharing import grant_to_meeting
from tests.city import City
from tests.factories import PaperFactory, PaperVersionFactory

AsRole = Callable[[str], Client]
FILLER = [" ".join(f"câu{n}chữ{m}" for m in range(9)) + "." for n in range(40)]


def told(old: list[str], new: list[str]) -> dict[int, str]:
    """Page → its changes: +added+, -removed-."""
    signs = {"added": "+", "removed": "-"}
    changed = changes(enumerate(old, 1), enumerate(new, 1))
    return {
        page.number: " ".join(f"{signs.get(w.kind, '')}{w.text}{signs.get(w.kind, '')}" for w in page.words)
        for page in changed
    }


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (["Giá đất tăng 5 %."], ["Giá đất tăng 5 %."], {}),
        (["Giá đất tăng 5 %."], ["Giá đất tăng 7 %."], {1: "Giá đất tăng -5- +7+ %."}),
        (["Câu một.", "Câu hai."], ["Câu một.", "Câu hai. Câu ba."], {2: "Câu hai. +Câu ba.+"}),
        (["Câu một. Câu hai."], ["Câu hai."], {1: "-Câu một.- Câu hai."}),
        (["Một.\n1", "Hai.\nTrang 2/2"], ["Một.\n- 3 -", "Hai.\n4"], {}),
        (["Hoà bình."], ["Hoà bình."], {}),
        ([""], ["Chữ mới."], {1: "+Chữ mới.+"}),
        ([], [], {}),
    ],
)
def test_words_that_differ_are_told_on_their_page(old: list[str], new: list[str], says: dict[int, str]) -> None:
    assert told(old, new) == says


def test_what_only_moves_to_the_next_page_is_no_change() -> None:
    old = [" ".join(FILLER[:20]), " ".join(FILLER[20:])]
    new = ["Thêm vào. " + " ".join(FILLER[:15]), " ".join(FILLER[15:30]), " ".join(FILLER[30:])]
    assert list(told(old, new)) == [1]


def test_far_from_a_change_the_words_are_left_out() -> None:
    old, new = [" ".join(FILLER)], [" ".join([*FILLER, "Thêm."])]
    assert told(old, new)[1].startswith("… ")


@pytest.fixture
def paper(city: City) -> Paper:
    """Published to the commune; the second version has another figure on its second page, the third is not published."""
    paper = PaperFactory(created_by=city["organiser_clerk"], title="Giá đất", state="published")
    for number, figure in ((1, "5"), (2, "7"), (3, "9")):
        version = PaperVersionFactory(paper=paper, number=number, conversion="ready", page_count=2)
        for page, text in enumerate(("Căn cứ Luật Đất đai.", f"Giá đất tăng {figure} %."), 1):
            Page.objects.create(version=version, number=page, text=text)
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune])
    return paper


def publish(paper: Paper, number: int) -> None:
    version = paper.versions.get(number=number)
    version.published_at = version.created_at
    version.save()
    Paper.objects.filter(pk=paper.pk).update(published_version=version)


@pytest.mark.django_db
def test_a_reader_is_led_to_what_has_changed_since(paper: Paper, client_as: AsRole) -> None:
    commune, read = client_as("invited_head"), reverse("paper-read", args=[paper.pk])
    publish(paper, 1)
    commune.get(read)
    publish(paper, 2)
    assert "Lần trước bạn đọc bản 1" in commune.get(read).content.decode()
    said = commune.get(reverse("paper-changes", args=[paper.pk])).content.decode()
    assert "<del>5</del> <ins>7</ins>" in said
    assert "bản 2 so với bản 1" in said
    assert "Luật Đất đai" not in said, "the first page is as it was"
    assert "Lần trước bạn đọc bản 1" not in commune.get(read).content.decode()


@pytest.mark.django_db
def test_a_version_that_is_not_published_is_not_compared(paper: Paper, client_as: AsRole) -> None:
    publish(paper, 1)
    publish(paper, 2)
    address = reverse("paper-changes", args=[paper.pk])
    assert "tăng" in client_as("organiser_clerk").get(address, {"from": 1, "to": 3}).content.decode()
    said = client_as("invited_head").get(address, {"from": 1, "to": 3}).content.decode()
    assert "<ins>9</ins>" not in said
    assert client_as("outsider").get(address).status_code == 404


@pytest.mark.django_db
def test_its_own_people_see_who_read_which_version(paper: Paper, client_as: AsRole) -> None:
    publish(paper, 1)
    client_as("invited_head").get(reverse("paper-read", args=[paper.pk]))
    publish(paper, 2)
    said = client_as("organiser_clerk").get(reverse("paper-detail", args=[paper.pk])).content.decode()
    assert "mới đọc bản 1" in said
