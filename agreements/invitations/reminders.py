"""Whom agreements give cause to remind: those who have not signed; and the sponsors, of graduation (EL-60)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Greatest, JSONObject
from django.utils.translation import gettext_lazy

from agreements.invitations import mail
from agreements.models import PARTNERSHIP, Invitation, Party, Signature, State
from dates.database import LocalDate
from ledger import subjects
from outbox.catalogue.messages import MailParams
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Schedule, Step
from residencies.models import states
from residencies.reminders import CLOCK_STARTED, GRADUATION, part

SPONSORS = "program"  # the key, in templates for residencies, of the side whose leaders stand behind one
INVITED_ON = LocalDate("made_at")


def unsigned() -> QuerySet[Any]:
    """Invitations to sign that stand, that nobody declined, and whose role has not signed."""
    signed = Signature.objects.filter(version=OuterRef("version__content_sha256"), role=OuterRef("party__role"))
    return Invitation.objects.filter(
        ~Exists(signed), purpose=Invitation.Purpose.SIGN, revoked_at=None, party__to_at=None, version__state=State.CIRCULATED,
        version__agreement__voided_at=None, decline=None,
    )  # fmt: skip


def still_asked() -> QuerySet[Any]:
    """Unsigned invitations about subjects under way, and about ended ones if the agreement's purpose outlasts the end."""
    stream = "version__agreement__stream"
    outlasts = Q(pk__in=[])
    for kind in subjects.kinds():
        for purpose, ends in kind.after_end.items():
            outlasts |= Q(**{"version__agreement__purpose": purpose, f"{stream}__{kind.related_name}__state__in": ends})
    return unsigned().filter(~subjects.has_ended(stream) | outlasts)


def to_signers() -> QuerySet[Any]:
    return to_tell(
        still_asked(),
        stream="version__agreement__stream",
        part=Concat(Value("invitation:"), Cast("pk", CharField()), Value(":")),
        anchor=INVITED_ON,
        since=INVITED_ON,
        person="party__person",
        facts=JSONObject(invitation=F("pk")),
    )


def signing_letter(message: Message) -> MailParams:
    """As the invitation was, with a new link, and since when it waits (EL-28)."""
    invitation = Invitation.objects.select_related("version__agreement__template_version", "party__role", "sent_by").get(
        pk=message.facts["invitation"]
    )
    return MailParams(mail.missing_params(invitation), mint=mail.new_link(invitation))


UNSIGNED = Reminder(
    mail.SIGNATURE_MISSING,
    schedule=Schedule(steps=(Step(days=3), Step(days=7), Step(days=14)), every_days=14, most=8, useful_days=14),
    counted=lambda: counted_from(still_asked(), stream="version__agreement__stream", anchor=INVITED_ON),
    concerned=[to_signers],
    letter=signing_letter,
    counts_from=gettext_lazy("the invitation date"),
    after_end=True,
)


def to_sponsors(anchor: str) -> QuerySet[Any]:
    """Those who stand behind a live residency: the program side of its agreement in force."""
    residency = "agreement__stream__residency__"
    rows = Party.objects.filter(
        Q(**{f"{residency}state": states.State.LIVE}), to_at=None, role__side=SPONSORS, agreement__voided_at=None,
        agreement__purpose=PARTNERSHIP, agreement__versions__state=State.IN_FORCE,
    )  # fmt: skip
    return to_tell(
        rows, stream="agreement__stream", part=part(residency), anchor=f"{residency}{anchor}", person="person",
        since=Greatest(LocalDate("from_at"), F(f"{residency}live_on")),
    )  # fmt: skip


for reminder, anchor in ((GRADUATION, "graduation_due_on"), (CLOCK_STARTED, "live_on")):
    reminder.concerned.append(partial(to_sponsors, anchor))
