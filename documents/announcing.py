"""Telling open rooms that a paper is not as it was. Who cares is for the listener to know."""

from eoffice.realtime import send_on_commit

PAPERS_GROUP = "papers"
"""Channel-layer group; one listener per web process (``meetings.signalling.registry``)."""


def paper_changed(paper_id: int) -> None:
    """Say, once the transaction is committed, that a paper was published, withdrawn, or can be read now."""
    send_on_commit(PAPERS_GROUP, {"type": "paper.changed", "paper": paper_id})
