"""Reminders about mentors: a request that waits, and a team that hasn't met its mentor for 30 days; and alumni's yearly check (EL-54, EL-60)."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, Greatest, JSONObject
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.alumni import mail as alumni_mail
from community.mentors import mail
from community.models import Alumnus, AlumnusPlace, Mentoring
from dates.database import LocalDate
from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, to_tell
from outbox.reminders.schedule import Schedule, Step
from people.models import Role
from residencies.models.states import ENDED
from residencies.reminders import looked_after


def waiting() -> QuerySet[Mentoring]:
    return Mentoring.objects.waiting()


def matched() -> QuerySet[Mentoring]:
    return Mentoring.objects.under_way().exclude(residency__state__in=ENDED)


ASKED_ON = LocalDate("requested_at")


def _to(rows: QuerySet[Any], anchor: Any, since: Any, **whom: Any) -> QuerySet[Any]:
    part = Concat(Value("mentoring:"), Cast("pk", CharField()), Value(":"))
    facts = JSONObject(mentoring=F("pk"))
    return to_tell(rows, stream="residency__stream", part=part, anchor=anchor, since=since, facts=facts, **whom)


def to_lead(rows: Any, anchor: Any) -> QuerySet[Any]:
    """Select the lab lead."""
    return _to(rows().filter(looked_after("residency__")), anchor, anchor, person="residency__owner__person")


def to_all_of_lab(rows: Any, anchor: Any) -> QuerySet[Any]:
    """Select all of lab operations if there is no lab lead."""
    return _to(rows().filter(~looked_after("residency__")), anchor, anchor, role=Role.LAB_OPS)


def to_contacts() -> QuerySet[Any]:
    """Select the team's own contacts, for what happened since they became one."""
    rows = matched().filter(residency__memberships__to_at=None, residency__memberships__isnull=False)
    since = Greatest(LocalDate("residency__memberships__from_at"), F("last_met_on"))
    return _to(rows, F("last_met_on"), since, person="residency__memberships__user__person")


def waiting_letter(message: Message) -> MailParams:
    mentoring = Mentoring.objects.for_list().get(pk=message.facts["mentoring"])
    return MailParams(_params(mentoring) | {"since": date_format(timezone.localdate(mentoring.requested_at), "j F Y")})


def quiet_letter(message: Message) -> MailParams:
    mentoring = Mentoring.objects.for_list().get(pk=message.facts["mentoring"])
    return MailParams(_params(mentoring) | {"since": date_format(mentoring.last_met_on or timezone.localdate(), "j F Y")})


def _params(mentoring: Mentoring) -> dict[str, Any]:
    return {
        "topic": mentoring.get_topic_display(),
        "question": mentoring.question,
        "mentor": mentoring.mentor.name if mentoring.mentor else "",
        "link": address_of("mentoring", mentoring.pk),
    }


WAITING = Reminder(
    mail.WAITING,
    schedule=Schedule(steps=(Step(days=5), Step(days=10)), every_days=7, most=12),
    counted=lambda: counted_from(waiting(), stream="residency__stream", anchor=ASKED_ON),
    concerned=[partial(to_lead, waiting, ASKED_ON), partial(to_all_of_lab, waiting, ASKED_ON)],
    letter=waiting_letter,
    counts_from=gettext_lazy("the day the team asked for a mentor"),
)
QUIET = Reminder(
    mail.QUIET,
    schedule=Schedule(steps=(Step(days=30),), every_days=14, most=4),
    counted=lambda: counted_from(matched(), stream="residency__stream", anchor=F("last_met_on")),
    concerned=[to_contacts],
    letter=quiet_letter,
    counts_from=gettext_lazy("the day of the last meeting, or at first the day the mentor was matched"),
)


# ── Alumni ───────────────────────────────────────────────────────────────────────────────────


def latest_places() -> QuerySet[AlumnusPlace]:
    """Return each listed alum's latest residency, so that each gets one message."""
    later = AlumnusPlace.objects.filter(alumnus=OuterRef("alumnus"), pk__gt=OuterRef("pk"))
    return AlumnusPlace.objects.filter(~Exists(later), alumnus__in=Alumnus.objects.listed())


def to_alumni() -> QuerySet[Any]:
    part = Concat(Value("alumnus:"), Cast("alumnus_id", CharField()), Value(":"))
    return to_tell(
        latest_places(), stream="residency__stream", part=part, anchor=F("alumnus__checked_on"), since=F("alumnus__checked_on"),
        facts=JSONObject(alumnus=F("alumnus_id")), person="alumnus__person",
    )  # fmt: skip


def check_letter(message: Message) -> MailParams:
    """Return what is on record about the person, to compare."""
    alumnus = Alumnus.objects.for_list().get(pk=message.facts["alumnus"])
    person = alumnus.person
    title = ", ".join(filter(None, [person.title, person.organisation])) or _("not on record")
    return MailParams({"title": title, "offer": _offered(alumnus), "link": alumni_mail.page_for(alumnus)})


def _offered(alumnus: Alumnus) -> str:
    offer = alumnus.offer
    if offer is None:
        return _("nothing yet")
    teams = ngettext("Mentors %(count)d team.", "Mentors up to %(count)d teams.", offer.teams_at_once) % {"count": offer.teams_at_once}
    return f"{', '.join(offer.topic_labels)}. {teams if offer.teams_at_once else ''}".strip()


DETAILS_CHECK = Reminder(
    alumni_mail.DETAILS_CHECK,
    schedule=Schedule(steps=(Step(months=12), Step(months=13))),
    counted=lambda: counted_from(latest_places(), stream="residency__stream", anchor=F("alumnus__checked_on")),
    concerned=[to_alumni],
    letter=check_letter,
    counts_from=gettext_lazy("the day on which the person’s details were last confirmed"),
    after_end=True,
)
