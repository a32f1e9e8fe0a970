"""Who may read the papers on the table of a meeting: everybody it invites, once it is issued.

The grants of one meeting carry the reason ``meeting:<pk>`` and are always replaced as a whole
(docs/domain/papers.md).
"""

from django.db import transaction
from django.db.models import Q

from documents import sharing
from documents.models import Grant, Paper
from documents.publishing import publish_tabled
from meetings import confidential
from meetings.models import Meeting, MeetingSite, PaperRequest, Recusal, TabledPaper
from meetings.stand_ins import absentees


@transaction.atomic
def share(meeting: Meeting, *, publish: bool = True) -> None:
    """Publish the papers tabled at ``meeting`` to its sites and attendees; a few queries per paper.

    Before issue nothing is published; papers taken off the table stop being readable through it. Without
    ``publish`` the caller publishes.
    """
    keep_out(meeting)
    reason = f"meeting:{meeting.pk}"
    Grant.objects.filter(reason=reason).delete()
    if meeting.state == Meeting.State.DRAFT:
        return
    papers = list(Paper.objects.filter(tablings__item__meeting=meeting).distinct())
    if not papers:
        return
    everybody = confidential.Circle(
        frozenset(meeting.sites.exclude(kind=MeetingSite.Kind.INDIVIDUAL).values_list("unit", flat=True)),
        frozenset(meeting.attendees.values_list("person", flat=True)),
    )
    among = _circles_of_papers(meeting)
    Grant.objects.bulk_create(
        Grant(paper=paper, reason=reason, label=meeting.title, **reader)
        for paper in papers
        for reader in _readers(among.get(paper.pk, everybody))
    )
    if publish:
        publish_tabled(papers)


def _for_substitutes(meeting: Meeting, at_item: dict[int, set[int]]) -> list[sharing.Barrier]:
    """Who stands for somebody is kept out of what that one is kept out of. A query for each substitute."""
    barriers = []
    for absent in absentees(meeting.pk):
        items = (
            Recusal.objects.in_force().filter(item__in=at_item).reaching(absent.person).values_list("item", flat=True)
        )
        papers = {paper for item in items for paper in at_item[item]}
        barriers.append(sharing.Barrier(tuple(papers), person=absent.substitute.person if absent.substitute else None))
    return barriers


def _readers(circle: confidential.Circle) -> list[dict[str, int]]:
    return [{"unit_id": unit} for unit in circle.units] + [{"person_id": person} for person in circle.people]


def _circles_of_papers(meeting: Meeting) -> dict[int, confidential.Circle]:
    """Of each paper that lies at confidential items alone, who takes part in them."""
    circles = confidential.circles(meeting.pk)
    found: dict[int, confidential.Circle] = {}
    for item, papers in confidential.papers_at(circles).items() if circles else ():
        for paper in papers:
            found[paper] = found.get(paper, confidential.NOBODY) | circles[item]
    return found


def let_review(request: PaperRequest) -> None:
    """Let those who prepare the meeting read what is submitted for ``request``: of a confidential item, those who know it."""
    assert request.paper is not None
    meeting = request.item.meeting
    preparing = [meeting.chair.person, meeting.secretary.person, meeting.created_by.person]
    sharing.let_review(
        request.paper,
        reason=f"review:{meeting.pk}",
        units=[] if request.item.confidential else [meeting.organiser, meeting.created_by.unit],
        persons=[person for person in preparing if not confidential.is_hidden(person, request.item)],
        label=meeting.title,
    )
    keep_out(meeting)


def _confine(meeting: Meeting) -> None:
    """Of the papers of confidential items rank alone lets nobody read."""
    at_items = Paper.objects.filter(tablings__item__meeting=meeting).order_by().values("pk")
    asked = PaperRequest.objects.filter(item__meeting=meeting, paper__isnull=False).order_by()
    tabled = TabledPaper.objects.filter(item__confidential=True).order_by().values("paper")
    owed = PaperRequest.objects.filter(item__confidential=True, paper__isnull=False).order_by().values("paper")
    papers = Paper.objects.filter(Q(pk__in=at_items) | Q(pk__in=asked.values("paper")))
    closed = Q(pk__in=tabled) | Q(pk__in=owed)
    sharing.confine(papers.filter(closed, confined=False), confined=True)
    sharing.confine(papers.exclude(closed).filter(confined=True), confined=False)


@transaction.atomic
def keep_out(meeting: Meeting) -> None:
    """Bar those who are recused from an item from its papers: what lies on its table, and what was asked for at it; and
    whoever reads by rank alone from those of confidential items."""
    _confine(meeting)
    recusals = list(Recusal.objects.in_force().filter(item__meeting=meeting).select_related("unit", "person"))
    at_item: dict[int, set[int]] = {recusal.item_id: set() for recusal in recusals}
    tabled = TabledPaper.objects.filter(item__in=at_item).values_list("item", "paper")
    asked = PaperRequest.objects.filter(item__in=at_item, paper__isnull=False).values_list("item", "paper")
    for item, paper in [*tabled, *asked]:
        at_item[item].add(paper)
    barriers = [sharing.Barrier(tuple(at_item[each.item_id]), each.unit, each.person) for each in recusals]
    if recusals:
        barriers += _for_substitutes(meeting, at_item)
    sharing.exclude(barriers, reason=f"meeting:{meeting.pk}", label=meeting.title)
