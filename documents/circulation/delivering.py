"""Documents that were issued on this system arrive at the agencies they went to, for their clerks to register at one click."""

from collections.abc import Collection
from dataclasses import replace

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.circulation import announcing, changing
from documents.circulation.registering import Facts, enter, twins_of
from documents.decree30 import layout
from documents.decree30.parts import OfficialDocument
from documents.decree30.types import TYPES
from documents.models import Delivery, IncomingDocument, IncomingFile, NumberAllocation
from documents.permissions import kept_registers
from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import NotFound
from eoffice.files.keeping import keep
from eoffice.organisation.models import Appointment, Unit


def deliver(by: Appointment, number: NumberAllocation, letter: OfficialDocument, units: Collection[int]) -> None:
    """Send ``letter``, issued under ``number``, to those of ``units`` that are agencies with registers of their own, and did
    not get it before.

    Within the transaction that issues it; four queries, however many agencies.
    """
    issuer = number.register.unit_id
    agencies = Unit.objects.filter(pk__in=units, agency__isnull=False).exclude(pk=issuer).order_by("path")
    agencies = agencies.exclude(pk__in=number.deliveries.order_by().values("unit"))
    receiving = list(agencies.values_list("pk", flat=True))
    if not receiving:
        return
    stored = keep(
        ContentFile(layout.docx(replace(letter, number=number.n))),
        media_type=layout.DOCX,
        extension="docx",
        by=by.person,
    )
    made = Delivery.objects.bulk_create(
        [Delivery(number=number, unit_id=pk, file=stored) for pk in receiving], ignore_conflicts=True
    )
    announcing.delivered(made, by.person)


def take_back(number: NumberAllocation, *, keep: Collection[int]) -> None:
    """It is not sent to other units than ``keep`` any more: nobody there registers it. What is in a book stays."""
    number.deliveries.filter(document=None).exclude(unit__in=keep).delete()


def waiting_for(user: User) -> QuerySet[Delivery]:
    """Deliveries to agencies whose registers ``user`` keeps, that nobody has registered; of documents still in force."""
    units = kept_registers(user).order_by().values("pk")
    waiting = Delivery.objects.filter(document=None, unit__in=units, number__state=NumberAllocation.State.ASSIGNED)
    return waiting.select_related("number__register__unit", "unit").order_by("pk")


@transaction.atomic
def register(by: Appointment, delivery: Delivery) -> IncomingDocument:
    """Register what was delivered as arriving today; the same again: harmless.

    Where the clerk has entered the same document by hand already, that entry gets the file instead of a second one.
    Raises NotAllowed, NotFound("no-such-delivery").
    """
    found = Delivery.objects.select_for_update(of=("self",)).select_related("number__register__unit", "unit", "file")
    delivery = found.get(pk=delivery.pk)
    changing.require_keeper(by, delivery.unit)
    if delivery.document is not None:
        return delivery.document
    number = delivery.number
    if number.state != NumberAllocation.State.ASSIGNED:
        raise NotFound("no-such-delivery", _("Văn bản này không còn hiệu lực."))
    facts = _facts(number)
    file = (delivery.file, f"{number.code.replace('/', '-')}.docx")
    twins = twins_of(delivery.unit, sender=facts.sender, code=facts.code, issued_on=facts.issued_on)
    known = next((one for one in twins if not Delivery.objects.filter(document=one).exists()), None)
    if known is not None:
        IncomingFile.objects.get_or_create(document=known, file=file[0], defaults={"name": file[1]})
        log.record("incoming.delivery_joined", by=by, target=known, number=number.code)
    delivery.document = known or enter(
        by, delivery.unit, facts, arrived_on=timezone.localdate(), files=[file], knowing=True
    )
    delivery.save()
    return delivery.document


def _facts(number: NumberAllocation) -> Facts:
    issuer = number.register.unit
    return Facts(
        sender=issuer.name,
        sender_unit=issuer,
        code=number.code,
        issued_on=number.given_on,
        series=number.register.series if number.register.series in TYPES else "",
        subject=number.subject,
    )
