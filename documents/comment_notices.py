"""Who is told of comments on a paper: its own people of new ones, the writer of answers. One unread notice for each paper."""

from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Comment
from documents.sharing import own_people
from eoffice.accounts.models import User
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment


def tell_owners(comment: Comment) -> None:
    """The paper's own people, when no unread notice tells them of comments on it already."""
    paper = comment.version.paper
    own = own_people([paper.pk]).get(paper.pk, set()) - {comment.author.person_id}
    notify.send(
        notify.without_unread(_active(own), kind="paper.commented", url=_address(comment)),
        kind="paper.commented",
        title=lambda: _("Có góp ý mới: %(title)s") % {"title": paper.title},
        body=lambda: _from(comment.author),
        url=_address(comment),
    )


def tell_writer(comment: Comment, *, by: Appointment) -> None:
    """Who wrote ``comment``, that ``by`` answered it: with a reply, or with what becomes of it."""
    if by.person_id == comment.author.person_id:
        return
    paper = comment.version.paper
    writer = _active({comment.author.person_id})
    notify.send(
        notify.without_unread(writer, kind="paper.comment-answered", url=_address(comment)),
        kind="paper.comment-answered",
        title=lambda: _("Góp ý của bạn được trả lời: %(title)s") % {"title": paper.title},
        body=lambda: _from(by),
        url=_address(comment),
    )


def _active(people: set[int]) -> list[User]:
    return list(User.objects.filter(pk__in=people, is_active=True))


def _from(author: Appointment) -> str:
    return f"{author.person.full_name} – {author.unit.name}"


def _address(comment: Comment) -> str:
    return reverse("paper-read", args=[comment.version.paper_id])
