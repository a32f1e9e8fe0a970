"""A scan on whose first page a stamp of secrecy was recognised: taken back from its readers until a person has looked.

A program may have misread it, so that nothing is deleted: its own people delete the draft, or publish it again.
"""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import publishing
from documents.models import Paper, PaperVersion, Recognition
from documents.secrecy import stamp_in
from documents.sharing import own_people
from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment


@transaction.atomic
def look_for_stamp(job: Recognition, words: str) -> None:
    """Of the first page of ``job``'s version ``words`` were recognised. A version that was held back once is not again."""
    level = stamp_in(words.splitlines())
    if not level or not Recognition.objects.filter(pk=job.pk, stamp="").update(stamp=level):
        return
    version = PaperVersion.objects.select_related("paper").get(pk=job.version_id)
    publishing.take_back(Paper.objects.filter(pk=version.paper_id), why="stamp")
    log.record("paper.secret_suspected", target=version.paper, version=version.number, level=level)
    notify.send(
        _concerned(version.paper),
        kind="paper.secret-suspected",
        title=lambda: _("Bản chụp có dấu “%(level)s”: %(title)s") % {"level": level, "title": version.paper.title},
        body=lambda: _("Tài liệu đã dừng phát hành. Mở tài liệu để xem phải làm gì."),
        url=reverse("paper-detail", args=[version.paper_id]),
    )


def _concerned(paper: Paper) -> QuerySet[User]:
    """Its own people, and who answers for the unit that approves it."""
    own = own_people([paper.pk]).get(paper.pk, set())
    approving = Appointment.objects.current().representing().filter(unit=paper.submitted_to_id)
    return User.objects.filter(Q(pk__in=own) | Q(pk__in=approving.values("person")), is_active=True)
