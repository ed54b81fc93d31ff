"""Reminders about plans for openness, and who gets them: the owner, or the lab lead, or lab operations (EL-57, EL-60)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Schedule, Step
from oversight.barriers.reminders import to_all, to_lead, to_owner
from oversight.models import OpennessPlan
from oversight.trust import mail


def open_plans() -> QuerySet[OpennessPlan]:
    return OpennessPlan.objects.filter(closed_on=None)


def _of_plan(rows: QuerySet[Any], **whom: Any) -> QuerySet[Any]:
    return to_tell(
        rows, stream="stream", part=Concat(Value("openness:"), Cast("pk", CharField()), Value(":")), anchor=F("next_review_on"),
        since=F("added_on"), facts=JSONObject(plan=F("pk")), **whom,
    )  # fmt: skip


def review_letter(message: Message) -> MailParams:
    """Return the plan and the link for reviewing it."""
    plan = OpennessPlan.objects.select_related("stream").get(pk=message.facts["plan"])
    days = {"due": date_format(plan.next_review_on, "j F Y"), "align_by": date_format(plan.align_by, "j F Y")}
    link = address_of("openness-plan", plan.subject.reference, plan.pk)
    return MailParams({"closed_part": plan.closed_part, "reason": plan.reason, "link": link, **days})


OPENNESS_REVIEW = Reminder(
    mail.OPENNESS_REVIEW,
    schedule=Schedule(steps=(Step(), Step(days=7)), every_days=14, most=6),
    counted=lambda: counted_from(open_plans(), stream="stream", anchor="next_review_on"),
    concerned=[partial(who, open_plans, _of_plan, "owner", "stream") for who in (to_owner, to_lead, to_all)],
    letter=review_letter,
    counts_from=gettext_lazy("the day the plan is due for review"),
)
