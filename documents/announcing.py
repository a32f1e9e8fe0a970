"""Telling open rooms and readers that a paper is not as it was. Who cares is for the listener to know."""

from documents.models import Paper, PaperVersion
from eoffice.realtime import send_on_commit

PAPERS_GROUP = "papers"
"""Channel-layer group; one listener per web process (``meetings.signalling.registry``)."""


def paper_changed(paper_id: int) -> None:
    """Say, once the transaction is committed, that a paper was published, withdrawn, or can be read now."""
    send_on_commit(PAPERS_GROUP, {"type": "paper.changed", "paper": paper_id})


def version_published(paper: Paper, version: PaperVersion) -> None:
    """Tell everybody who has the paper open that a version is published, once the transaction is committed."""
    send_on_commit(paper.channel_group, {"type": "version.published", "number": version.number})


def paper_withdrawn(paper: Paper) -> None:
    """Tell open rooms and everybody who has the paper open that it was withdrawn, once the transaction is committed."""
    send_on_commit(paper.channel_group, {"type": "paper.withdrawn"})
    send_on_commit(PAPERS_GROUP, {"type": "paper.changed", "paper": paper.pk, "withdrawn": paper.title})


def readers_changed(paper_id: int) -> None:
    """Have open rooms, and everybody who has the paper open, look again whether they may, once the transaction is committed."""
    send_on_commit(Paper(pk=paper_id).channel_group, {"type": "readers.changed"})
    send_on_commit(PAPERS_GROUP, {"type": "paper.changed", "paper": paper_id, "readers": True})


def comments_changed(paper_id: int) -> None:
    """Tell everybody who has the paper open to look at its comments again, once the transaction is committed."""
    send_on_commit(Paper(pk=paper_id).channel_group, {"type": "comments.changed"})
