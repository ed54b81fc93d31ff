"""When follow-ups are asked about, and whom: the contact, and the fallback contact if the first can't be reached or doesn't answer (EL-56)."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dates.database import LocalDate
from outbox.catalogue.messages import MailParams
from outbox.models import Message, State
from outbox.reminders.declare import Reminder, counted_from, read_on, to_tell
from outbox.reminders.schedule import Schedule, Step
from oversight.followups import mail
from oversight.followups.rules import LINK_DAYS, MONTHS
from oversight.models import FollowUp

ASKED, FALLBACK = "", "fallback"
BOTH = (ASKED, FALLBACK)


def unanswered() -> QuerySet[FollowUp]:
    return FollowUp.objects.unanswered()


def _reached() -> Q:
    """Return a condition: the contact has an address or an account that is open, and no email about this failed for good."""
    failed = Message.objects.filter(
        person=OuterRef("contact"), stream=OuterRef("stream"), occasion=mail.FOLLOW_UP_DUE.key, state=State.FAILED
    )
    has_address = Q(contact__user__is_active=True) | (Q(contact__user=None) & ~Q(contact__email=""))
    return Q(contact__isnull=False) & has_address & ~Q(Exists(failed))


def to_contact() -> QuerySet[Any]:
    return _to_tell(unanswered().filter(contact__isnull=False), "contact")


def to_fallback_in_their_place() -> QuerySet[Any]:
    """Select the fallback contacts of follow-ups whose contact can't be reached: they are asked from the due date on."""
    return _to_tell(unanswered().filter(~_reached(), fallback__isnull=False), "fallback")


def to_fallback_too() -> QuerySet[Any]:
    """Select the other fallback contacts: they are asked once the contact hasn't answered for two weeks."""
    return _to_tell(unanswered().filter(_reached(), fallback__isnull=False), "fallback", FALLBACK)


def _to_tell(rows: QuerySet[FollowUp], person: str, audience: str = ASKED) -> QuerySet[Any]:
    return to_tell(
        rows,
        stream="stream",
        part=Concat(Value("follow-up:"), Cast("pk", CharField()), Value(":")),
        anchor="due_on",
        since=LocalDate("made_at"),
        person=person,
        audience=audience,
        facts=JSONObject(follow_up=F("pk")),
    )


def letter(message: Message) -> MailParams:
    """Return how long ago the residency ended, and the recipe of the link for this person."""
    row = FollowUp.objects.select_related("contact").get(pk=message.facts["follow_up"])
    params = {"months": MONTHS[row.kind], "days": LINK_DAYS, "contact": row.contact.name if row.contact else _("the product owner")}
    mint = {"answer_link": ["oversight.links.follow_up", {"follow_up": row.pk, "person": message.person_id}]}
    if message.person_id != row.contact_id:
        return MailParams(params, "fallback", mint)
    return MailParams(params, "again" if row.due_on < read_on(message) and _was_asked(message, row) else "first", mint)


def _was_asked(message: Message, row: FollowUp) -> bool:
    """Return whether the person has had an email about this follow-up before."""
    sent = Message.objects.filter(stream=row.stream_id, occasion=message.occasion, person=message.person_id, state=State.SENT)
    return sent.filter(facts__follow_up=row.pk).exclude(pk=message.pk).exists()


FOLLOW_UP_DUE = Reminder(
    mail.FOLLOW_UP_DUE,
    # Useful for a month each, so that an outage delays the questions and doesn't lose them.
    schedule=Schedule(steps=(Step(), Step(days=14, to=BOTH), Step(days=28, to=BOTH)), every_days=28, most=6),
    counted=lambda: counted_from(unanswered(), stream="stream", anchor="due_on"),
    concerned=[to_contact, to_fallback_in_their_place, to_fallback_too],
    letter=letter,
    counts_from=gettext_lazy("the day the follow-up is due"),
    after_end=True,
    audiences={ASKED: gettext_lazy("the contact"), FALLBACK: gettext_lazy("the fallback contact")},
)
