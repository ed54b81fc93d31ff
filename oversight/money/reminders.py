"""Of the end of a vendor's contract the lab lead is reminded, or lab operations where there is none (EL-60, EL-70).

Apps on higher floors add the people of the other side to `CONTRACT_ENDS` (`to_people`).
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BigIntegerField, CharField, Exists, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject
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
    """Contracts whose end someone has to decide on; how near it is, the steps say."""
    return Contract.objects.watched()


def _leads() -> list[str]:
    """The paths from a contract to the account at the lab that leads its subject, one for each kind."""
    return [f"stream__{kind.related_name}__{kind.contact}" for kind in subjects.kinds() if kind.contact]


def _has_lead() -> Q | Exists:
    return reduce(or_, (Q(is_lab_staff(path)) for path in _leads()), Q(pk__in=[]))


def to_leads() -> QuerySet[Any]:
    """Whoever at the lab leads the subject."""
    person = Coalesce(*(F(f"{path}__person") for path in _leads()), Value(None), output_field=BigIntegerField())
    return to_people(ending().filter(_has_lead()).annotate(lead=person), person="lead")


def to_all_of_lab() -> QuerySet[Any]:
    """All of lab operations, where nobody leads it."""
    return to_people(ending().filter(~Q(_has_lead())), role=Role.LAB_OPS)


def to_people(rows: QuerySet[Contract], *, since: Any = None, **whom: Any) -> QuerySet[Any]:
    """Contracts as people to tell. What was due before a contract was entered, or before `since`, is not made up for."""
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
    """The contract as it is now."""
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
