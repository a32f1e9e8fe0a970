"""What lies before everybody: a paper at a page, or somebody's screen."""

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from documents.models import PaperVersion
from documents.sharing import excluded_from
from eoffice.accounts.models import User
from eoffice.errors import Conflict, NotFound
from meetings import conduct, hosting, marking
from meetings.models import AgendaItem, LiveState, Meeting, MeetingSite
from meetings.protocol.events import ContentChanged, DocumentOpened, PaperWithdrawn
from meetings.protocol.parts import DocumentState
from meetings.protocol.presenting import WHOLE_WIDTH, DocumentTurned, PageView
from meetings.realtime import broadcast


def readable_versions(meeting_id: int) -> list[PaperVersion]:
    """The published version of every paper tabled at the meeting that can be read by now, one per paper."""
    versions = (
        PaperVersion.objects.filter(
            paper__tablings__item__meeting_id=meeting_id,
            paper__state="published",
            pk=F("paper__published_version"),
            conversion=PaperVersion.Conversion.READY,
        )
        .select_related("paper")
        .order_by("number")
        .distinct()
    )
    return list({version.paper_id: version for version in versions}.values())


def is_kept_out(person: User, version: PaperVersion) -> bool:
    """``person`` is excluded from the paper. One query when nobody is."""
    return person.pk in excluded_from([version.paper_id]).get(version.paper_id, set())


def document_state(live: LiveState) -> DocumentState | None:
    """The paper before everybody as the room shows it, with what is drawn on it, or None. One query."""
    version = live.version
    if version is None:
        return None
    return DocumentState(
        version=version.pk,
        paper=version.paper_id,
        title=version.paper.title,
        pages=version.page_count,
        page=live.page,
        view=PageView.model_validate(live.page_view) if live.page_view else WHOLE_WIDTH,
        presenter=live.presenter.full_name if live.presenter else "",
        presenter_id=live.presenter_id,
        ink=marking.strokes(live.meeting_id, version.pk),
    )


@transaction.atomic
def open_document(meeting: Meeting, version_id: int | None, *, page: int, by: User) -> None:
    """Put a paper version before everybody, ``by`` turning its pages; None puts it away.

    The caller has checked the right to present. Raises NotFound("no-such-paper") for a paper that is not
    tabled, not published or not readable yet; Conflict("no-such-page").
    """
    live = conduct.lock(meeting.pk)
    version = None
    if version_id is not None:
        version = next((v for v in readable_versions(meeting.pk) if v.pk == version_id), None)
        if version is None or is_kept_out(by, version) or _belongs_to_another_item(live, version):
            raise NotFound(
                "no-such-paper",
                _("Tài liệu này chưa được phát hành cho cuộc họp, hoặc chưa chuyển đổi xong."),
            )
        _check_page(version, page)
    _lay_out(live, version, page, by)


def _belongs_to_another_item(live: LiveState, version: PaperVersion) -> bool:
    """It lies at confidential items alone, and the meeting is at none of them: others would see it."""
    items = AgendaItem.objects.filter(meeting=live.meeting_id, tabled__paper=version.paper_id)
    return not items.filter(Q(confidential=False) | Q(pk=live.item_id)).exists()


@transaction.atomic
def put_away(meeting_id: int, paper_id: int, title: str) -> PaperWithdrawn:
    """Put a withdrawn paper away if it lies before everybody; what open rooms are told of it. Again: harmless."""
    live = conduct.lock(meeting_id)
    if live.version is not None and live.version.paper_id == paper_id:
        _lay_out(live, None, 1, None)
    versions = PaperVersion.objects.filter(paper=paper_id, published_at__isnull=False).order_by("pk")
    return PaperWithdrawn(paper=paper_id, title=title, versions=tuple(versions.values_list("pk", flat=True)))


def lay_out_first_paper(live: LiveState, item: AgendaItem, *, presenter: User) -> None:
    """Open the first readable paper of ``item``, or put away what lay there."""
    tabled = list(item.tabled.order_by("order", "pk").values_list("paper_id", flat=True))
    readable = {version.paper_id: version for version in readable_versions(live.meeting_id)}
    version = next((readable[paper] for paper in tabled if paper in readable), None)
    if version is not None or live.version_id is not None:
        _lay_out(live, version, 1, presenter)


def _lay_out(live: LiveState, version: PaperVersion | None, page: int, presenter: User | None) -> None:
    live.version = version
    live.page = page
    live.page_view = {}
    live.presenter = presenter if version and presenter and not is_kept_out(presenter, version) else None
    live.save(update_fields=["version", "page", "page_view", "presenter"])
    broadcast(live.meeting_id, DocumentOpened(document=document_state(live)))


def let_go(meeting_id: int) -> None:
    """Nobody turns the pages of a paper from which they are excluded now; everybody goes on seeing it."""
    related = ("presenter", "version__paper")
    live = LiveState.objects.select_related(*related).filter(meeting=meeting_id, presenter__isnull=False).first()
    if live is None or live.version is None or live.presenter is None or not is_kept_out(live.presenter, live.version):
        return
    live.presenter = None
    live.save(update_fields=["presenter"])
    broadcast(meeting_id, DocumentOpened(document=document_state(live)))


@transaction.atomic
def turn_page(meeting: Meeting, page: int, view: PageView, *, by: User) -> None:
    """Turn the page for everybody, and show ``view`` of it.

    Raises NotAllowed("not-presenter"), Conflict("no-such-page").
    """
    live = marking.presented_by(meeting, by)
    if live.version is None:
        return
    _check_page(live.version, page)
    live.page, live.page_view = page, view.model_dump()
    live.save(update_fields=["page", "page_view"])
    broadcast(meeting.pk, DocumentTurned(version=live.version.pk, view=view, page=page))


def _check_page(version: PaperVersion, page: int) -> None:
    if page > version.page_count:
        raise Conflict("no-such-page", _("Tài liệu chỉ có %(count)d trang.") % {"count": version.page_count})


@transaction.atomic
def share_content(site: MeetingSite, *, on: bool) -> None:
    """``site`` shares its screen with everybody, taking over from whoever did; or stops.

    The caller has checked the right to present.
    """
    live = conduct.lock(site.meeting_id)
    if on:
        live.content_site = site
    elif live.content_site_id == site.pk:
        live.content_site = None
    else:
        return
    live.save(update_fields=["content_site"])
    broadcast(site.meeting_id, ContentChanged(site=live.content_site_id))
    hosting.direct_on_commit(site.meeting_id)
