"""Reminders before a vendor's contract ends, to the lab lead, or to lab operations if there is none (EL-60, EL-70).

Apps on higher floors add people from the program area to `CONTRACT_ENDS` (`to_people`).
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, CharField, Exists, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.database import LocalDate
from ledger import subjects
from ledger.subjects import with_subject
from outbox.catalogue.messages import MailParams
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Schedule, Step
from oversight.models import Contract
from oversight.money import mail
from people.lab import is_lab_staff
from people.models import Role


def ending() -> QuerySet[Contract]:
    """Return the contracts whose end is still ahead, however far, and needs a decision. A step that was held up by a holiday expires with it."""
    return Contract.objects.watched().filter(to_on__gte=timezone.localdate())


def _leads() -> list[str]:
    """Return the lookup from a contract to its subject's lab lead, for each kind of subject."""
    return [f"stream__{kind.related_name}__{kind.contact}" for kind in subjects.kinds() if kind.contact]


def _has_lead() -> Q | Exists:
    return reduce(or_, (Q(is_lab_staff(path)) for path in _leads()), Q(pk__in=[]))


def to_leads() -> QuerySet[Any]:
    """Select the lab lead."""
    person = Coalesce(*(F(f"{path}__person") for path in _leads()), Value(None), output_field=BigIntegerField())
    return to_people(ending().filter(_has_lead()).annotate(lead=person), person="lead")


def to_all_of_lab() -> QuerySet[Any]:
    """Select all of lab operations if there is no lab lead."""
    return to_people(ending().filter(~Q(_has_lead())), role=Role.LAB_OPS)


def to_people(rows: QuerySet[Contract], *, since: Any = None, **whom: Any) -> QuerySet[Any]:
    """Select the people to remind about each contract. Steps due before it was entered, or before `since`, are skipped."""
    return to_tell(
        rows,
        stream="stream",
        part=Concat(Value("contract:"), Cast("pk", CharField()), Value(":")),
        anchor="to_on",
        since=since or LocalDate("entered_at"),
        facts=JSONObject(contract=F("pk")),
        **whom,
    )


def letter(message: Message) -> MailParams:
    """Return the values for a message, from the contract as it is now."""
    contract = Contract.objects.select_related(*with_subject("stream")).get(pk=message.facts["contract"])
    return MailParams(mail.contract_params(contract))


CONTRACT_ENDS = Reminder(
    mail.CONTRACT_ENDS,
    schedule=Schedule(steps=(Step(days=-60), Step(days=-30), Step(days=-7)), counts_down=True),
    counted=lambda: counted_from(ending(), stream="stream", anchor="to_on"),
    concerned=[to_leads, to_all_of_lab],
    letter=letter,
    counts_from=_("the last day of the contract"),
)
