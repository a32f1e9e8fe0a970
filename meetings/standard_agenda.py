"""The standard agenda of a series: what each new meeting begins with (docs/domain/meetings.md, "Recurring meetings")."""

import uuid

from django.db import transaction

from eoffice.audit import log
from eoffice.organisation.models import Appointment
from meetings import agenda, repeating
from meetings.agenda import Point
from meetings.models import Meeting, MeetingSeries, SeriesItem


@transaction.atomic
def add(by: Appointment, series: MeetingSeries, point: Point, *, key: uuid.UUID) -> SeriesItem:
    """Add an item at the end, for meetings that are made from now on. The same ``key`` again gives the item already made.

    Raises NotAllowed, UserError with ``fields``.
    """
    series = repeating.locked_for(by, series)
    point = agenda.checked_point(point)
    known = series.items.filter(key=key).first()
    if known is not None:
        return known
    order = series.items.count() + 1
    made = series.items.create(
        key=key, order=order, title=point.title, minutes=point.minutes, presenter=point.presenter
    )
    log.record("series.item_added", by=by, target=series, item=made.title)
    return made


@transaction.atomic
def edit(by: Appointment, item: SeriesItem, point: Point, *, place: int) -> None:
    """Say it otherwise, and put it at ``place`` (from 1). The same again: harmless. Raises as ``add``."""
    series = repeating.locked_for(by, item.series)
    point = agenda.checked_point(point)
    rows = list(series.items.order_by("order", "pk"))
    item = next((row for row in rows if row.pk == item.pk), item)
    item.title, item.minutes, item.presenter = point.title, point.minutes, point.presenter
    item.save(update_fields=["title", "minutes", "presenter"])
    others = [row for row in rows if row.pk != item.pk]
    at = min(max(place, 1), len(rows)) - 1
    _number([*others[:at], item, *others[at:]])
    log.record("series.item_edited", by=by, target=series, item=item.title)


@transaction.atomic
def remove(by: Appointment, item: SeriesItem) -> None:
    """Leave it out of meetings that are made from now on. Again: harmless. Raises NotAllowed."""
    series = repeating.locked_for(by, item.series)
    deleted, _rows = SeriesItem.objects.filter(pk=item.pk).delete()
    if deleted:
        _number(list(series.items.order_by("order", "pk")))
        log.record("series.item_removed", by=by, target=series, item=item.title)


def take_from(series: MeetingSeries, meeting: Meeting) -> None:
    """The agenda of ``meeting`` is that of the series, but for what is confidential."""
    rows = meeting.items.filter(confidential=False).order_by("order", "pk")
    SeriesItem.objects.bulk_create(
        SeriesItem(series=series, order=order, title=row.title, minutes=row.minutes, presenter=row.presenter)
        for order, row in enumerate(rows.select_related("presenter"), start=1)
    )


def copy_into(series: MeetingSeries, meeting: Meeting) -> None:
    """Give a new ``meeting`` its items; from then on they are its own."""
    for row in series.items.select_related("presenter").order_by("order", "pk"):
        agenda.add_item(
            series.created_by, meeting, Point(title=row.title, minutes=row.minutes, presenter=row.presenter)
        )


def _number(rows: list[SeriesItem]) -> None:
    for order, row in enumerate(rows, start=1):
        row.order = order
    SeriesItem.objects.bulk_update(rows, ["order"])
