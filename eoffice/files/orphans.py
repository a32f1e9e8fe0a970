"""Bytes that nothing refers to: a deleted draft's, an upload's that was never finished. They are kept a day and then go.

Nothing that is referred to is ever deleted, also when the same content is handed in at that moment: ``keeping.keep``
renews ``kept_at``, which is looked at again under the row's lock, and looks after the bytes once its row is stored.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet

from eoffice.audit import log
from eoffice.files.models import StoredFile

KEPT_FOR = dt.timedelta(days=1)
_OURS = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/(\1\2[0-9a-f]{60})")


def storage() -> Any:
    """Where the bytes lie: a ``stores.Store`` that is one of Django's storages."""
    return StoredFile._meta.get_field("content").storage


def referring() -> "list[models.ForeignKey[models.Model, models.Model]]":
    """Every foreign key, of whatever app, that names a stored file."""
    related = StoredFile._meta.get_fields(include_hidden=True)
    return [found.field for found in related if isinstance(found, models.ManyToOneRel)]


def unreferenced() -> "QuerySet[StoredFile]":
    """Stored files that no row refers to."""
    found = StoredFile.objects.order_by("pk")
    for field in referring():
        found = found.exclude(Exists(field.model._default_manager.filter(**{field.name: OuterRef("pk")})))
    return found


def strays() -> Iterator[tuple[str, bool]]:
    """Names in the storage that no row has, and whether the name is one of ours (what is not is never touched)."""
    for name in storage().names():
        ours = _OURS.fullmatch(name)
        if not ours:
            yield name, False
        elif not StoredFile.objects.filter(sha256=ours[3]).exists():
            yield name, True


def sweep(now: dt.datetime) -> int:
    """Delete the stored files that nothing has referred to for a day; how many."""
    before, deleted = now - KEPT_FOR, 0
    for pk in list(unreferenced().filter(kept_at__lt=before).values_list("pk", flat=True)):
        deleted += delete_unreferenced(pk, before=before)
    if deleted:
        log.record("files.orphans_deleted", files=deleted)
    return deleted


def delete_unreferenced(pk: int, *, before: dt.datetime) -> bool:
    """Delete a stored file with its bytes if nothing refers to it and nobody handed it in since ``before``."""
    try:
        with transaction.atomic():
            stored = unreferenced().filter(pk=pk, kept_at__lt=before).select_for_update().first()
            if stored is None:
                return False
            name = str(stored.content.name)
            stored.delete()
            storage().delete(name)  # under the lock: who hands the same in again waits, and then finds no bytes
    except ProtectedError:
        return False  # something has come to refer to it
    return True


def delete_stray(name: str, *, before: dt.datetime) -> bool:
    """Delete bytes that no row has, if they are older than ``before``. A row of the same digest keeps others out."""
    if storage().get_modified_time(name) >= before:
        return False
    try:
        with transaction.atomic():
            guard = StoredFile.objects.create(sha256=name.rsplit("/", 1)[-1], content=name, size=0, extension="")
            storage().delete(name)
            guard.delete()
    except IntegrityError:
        return False  # it has a row now
    return True
