"""Joining entries to the chain, a few seconds after the acts that wrote them.

Acts only append rows: they do not wait for one another. The chain grows in this one place, under the lock of its head.
"""

from typing import Any

from django.db import connection, transaction

from eoffice.audit.chain import CONTENT, seal_of
from eoffice.audit.models import Entry, Head

BATCH = 1000


def seal_waiting() -> int:
    """Seal what is committed and not sealed yet, in batches that each hold the lock for milliseconds; how many there were."""
    total = 0
    while Entry.objects.filter(sequence__isnull=True).exists():
        total += seal_batch(Entry, Head)
    return total


@transaction.atomic
def seal_batch(entries: Any, heads: Any, size: int = BATCH) -> int:
    """Seal the first ``size`` of the waiting ``entries`` after the one row of ``heads`` (models, or those of a migration)."""
    heads.objects.get_or_create(pk=1)
    head = heads.objects.select_for_update().get(pk=1)
    waiting = entries.objects.filter(sequence__isnull=True).order_by("pk").values_list(*CONTENT)[:size]
    rows = []
    for content in waiting:
        previous, head.sequence = head.seal, head.sequence + 1
        head.seal = seal_of(content, previous)
        rows.append((head.sequence, previous, head.seal, content[0]))
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE audit_entry SET sequence = %s, previous = %s, seal = %s WHERE id = %s", rows)
        head.save()
    return len(rows)
