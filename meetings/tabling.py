"""Who may read the papers on the table of a meeting: everybody it invites, once it is issued.

The grants of one meeting carry the reason ``meeting:<pk>`` and are always replaced as a whole
(docs/domain/papers.md).
"""

from django.db import transaction
from django.utils import timezone

from documents.models import Grant, Paper
from meetings.models import Meeting, MeetingSite


@transaction.atomic
def share(meeting: Meeting) -> None:
    """Publish the papers tabled at ``meeting`` to its sites and attendees; five queries, however many.

    Before issue nothing is published; papers taken off the table stop being readable through it.
    """
    reason = f"meeting:{meeting.pk}"
    Grant.objects.filter(reason=reason).delete()
    if meeting.state == Meeting.State.DRAFT:
        return
    papers = list(Paper.objects.filter(tablings__item__meeting=meeting).distinct())
    if not papers:
        return
    units = meeting.sites.exclude(kind=MeetingSite.Kind.INDIVIDUAL).values_list("unit", flat=True)
    people = list(meeting.attendees.values_list("person", flat=True))
    readers = [{"unit_id": unit} for unit in units] + [{"person_id": person} for person in people]
    Grant.objects.bulk_create(Grant(paper=paper, reason=reason, **reader) for paper in papers for reader in readers)
    drafts = [paper.pk for paper in papers if paper.state == Paper.State.DRAFT]
    Paper.objects.filter(pk__in=drafts).update(state=Paper.State.PUBLISHED, published_at=timezone.now())
