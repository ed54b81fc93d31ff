"""Of what the lab and the program side are reminded about residencies (EL-60, EL-83).

Apps on higher floors add people to `GRADUATION` and `CLOCK_STARTED`: the team's product owner, the sponsors who signed.
"""

from __future__ import annotations

import datetime
from functools import partial
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat, Greatest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dates.database import LocalDate
from findings.gates import ask
from outbox.catalogue.messages import MailParams, address_of
from outbox.models import Message
from outbox.reminders.declare import Reminder, counted_from, read_on, to_tell
from outbox.reminders.schedule import Leaves, Schedule, Step
from oversight.money.reminders import CONTRACT_ENDS, ending, to_people
from people.lab import is_lab_staff
from people.models import Role
from residencies import mail
from residencies.lifecycle import rules
from residencies.lifecycle.moves import BY_VERB
from residencies.models import Membership, Residency, Review
from residencies.models.states import State

EVERYBODY, LEAD = "", "lead"
ALSO_LEAD = (EVERYBODY, LEAD)

# EL-60: counted from the day graduation is due; lab leadership hears of it from that day on.
LADDER = Schedule(
    steps=(
        Step(months=-5), Step(months=-4), Step(months=-3), Step(months=-2), Step(months=-1), Step(days=-14), Step(to=ALSO_LEAD),
    ),
    every_days=7,
)  # fmt: skip


def part(path: str = "") -> Any:
    """How a key names the residency."""
    return Concat(Value("residency:"), Cast(f"{path}pk", CharField()), Value(":"))


def looked_after(path: str = "") -> Exists:
    """Whether somebody at the lab looks after the residency: whoever has left the lab does no more, and it is nobody's then."""
    return is_lab_staff(f"{path}owner")


def live(anchor: str) -> QuerySet[Any]:
    return counted_from(Residency.objects.filter(state=State.LIVE), stream="stream", anchor=anchor)


def to_lab(anchor: str) -> QuerySet[Any]:
    """Whoever at the lab looks after a live residency."""
    rows = Residency.objects.filter(looked_after(), state=State.LIVE)
    return to_tell(rows, stream="stream", part=part(), anchor=anchor, since="live_on", person="owner__person")


def to_all_of_lab(anchor: str) -> QuerySet[Any]:
    """All of lab operations, where nobody looks after a live residency."""
    rows = Residency.objects.filter(~looked_after(), state=State.LIVE)
    return to_tell(rows, stream="stream", part=part(), anchor=anchor, since="live_on", role=Role.LAB_OPS)


def to_leadership(anchor: str) -> QuerySet[Any]:
    rows = Residency.objects.filter(state=State.LIVE)
    return to_tell(rows, stream="stream", part=part(), anchor=anchor, since="live_on", role=Role.LAB_LEAD, audience=LEAD)


def to_managers(anchor: str) -> QuerySet[Any]:
    """Those on the program side who keep a live residency."""
    rows = Membership.objects.filter(to_at=None, residency__state=State.LIVE)
    return to_tell(
        rows, stream="residency__stream", part=part("residency__"), anchor=f"residency__{anchor}", person="user__person",
        since=Greatest(LocalDate("from_at"), F("residency__live_on")),
    )  # fmt: skip


def reviews() -> QuerySet[Any]:
    return Review.objects.filter(closed_at=None)


def to_reviewer() -> QuerySet[Any]:
    """Whoever at the lab has an intake to answer."""
    rows = reviews().filter(looked_after("residency__"))
    return to_tell(rows, **OF_REVIEW, part=part("residency__"), person="residency__owner__person")


def to_all_reviewers() -> QuerySet[Any]:
    """All of lab operations, where nobody looks after the residency yet."""
    rows = reviews().filter(~looked_after("residency__"))
    return to_tell(rows, **OF_REVIEW, part=part("residency__"), role=Role.LAB_OPS)


OF_REVIEW: dict[str, Any] = {"stream": "residency__stream", "anchor": LocalDate("opened_at"), "since": LocalDate("opened_at")}


def awaiting_answer() -> QuerySet[Any]:
    """The latest reviews of drafts: the lab asked for more, and the program area has not sent its answer."""
    later = Review.objects.filter(residency=OuterRef("residency"), number__gt=OuterRef("number"))
    return Review.objects.filter(~Exists(later), outcome=Review.Outcome.MORE_NEEDED, residency__state=State.DRAFT)


def to_answer() -> QuerySet[Any]:
    """Those on the program side who keep a draft to which the lab has put questions."""
    rows = awaiting_answer().filter(residency__memberships__to_at=None, residency__memberships__isnull=False)
    return to_tell(
        rows, stream="residency__stream", part=part("residency__"), anchor=LocalDate("closed_at"), since=LocalDate("closed_at"),
        person="residency__memberships__user__person",
    )  # fmt: skip


def to_contract_managers() -> QuerySet[Any]:
    """Select the program contacts of a residency with a vendor's contract, because managing contracts stays with the ministry (EL-72)."""
    members = "stream__residency__memberships"
    rows = ending().filter(**{f"{members}__to_at": None, f"{members}__isnull": False})
    since = Greatest(LocalDate(f"{members}__from_at"), LocalDate("entered_at"))
    return to_people(rows, person=f"{members}__user__person", since=since)


def graduation_letter(message: Message) -> MailParams:
    """How many days are left or past, the state of the plan, and where to write it."""
    residency = message.subject_matter
    today = read_on(message)
    days = rules.days_left(residency.graduation_due_on, today)
    params = {
        "day": date_format(residency.graduation_due_on, "j F Y"),
        "when": _when(days),
        "plan": _plan(residency, today),
        "link": _link("graduation", residency),
    }
    return MailParams(params, "ahead" if days > 0 else "late" if days < 0 else "today")


def clock_letter(message: Message) -> MailParams:
    """That the clock runs, and until when."""
    residency = message.subject_matter
    params = {
        "live": date_format(residency.live_on, "j F Y"),
        "day": date_format(residency.graduation_due_on, "j F Y"),
        "link": _link("graduation", residency),
    }
    return MailParams(params)


def review_letter(message: Message) -> MailParams:
    """That an intake waits for the lab, and since when."""
    residency = message.subject_matter
    review = reviews().get(residency=residency)
    return MailParams({"since": _day_of(review.opened_at), "link": _link("review", residency)})


def answer_letter(message: Message) -> MailParams:
    """That the lab waits for answers, and since when."""
    residency = message.subject_matter
    review = awaiting_answer().get(residency=residency)
    return MailParams({"since": _day_of(review.closed_at), "link": _link("intake-questions", residency)})


def _day_of(moment: datetime.datetime) -> str:
    return date_format(timezone.localdate(moment), "j F Y")


def _when(days: int) -> str:
    if days < 0:
        return ngettext("%(count)d day ago", "%(count)d days ago", -days) % {"count": -days}
    return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}


def _plan(residency: Residency, today: datetime.date) -> str:
    """Return what is still open before graduation, as the gates say it, destinations of the team included."""
    missing = [finding.message for finding in ask(BY_VERB["graduate"].gates, [residency], today)[residency.stream_id]]
    if not missing:
        return _("The plan has been carried out. The only thing left is to record the graduation.")
    return _("Still open:\n%(list)s") % {"list": "\n".join(f"- {message}" for message in missing)}


def _link(name: str, residency: Residency) -> str:
    return address_of(name, residency.reference)


GRADUATION = Reminder(
    mail.GRADUATION_DUE,
    schedule=LADDER,
    counted=partial(live, "graduation_due_on"),
    concerned=[partial(whom, "graduation_due_on") for whom in (to_lab, to_all_of_lab, to_leadership, to_managers)],
    letter=graduation_letter,
    counts_from=gettext_lazy("the day graduation is due"),
    audiences={EVERYBODY: gettext_lazy("the program contacts, the lab lead and the sponsor"), LEAD: gettext_lazy("lab leadership")},
    leaves=Leaves.ON_THE_DAY_ITSELF,
)
CLOCK_STARTED = Reminder(
    mail.GRADUATION_CLOCK,
    schedule=Schedule(steps=(Step(),)),
    counted=partial(live, "live_on"),
    concerned=[partial(whom, "live_on") for whom in (to_lab, to_all_of_lab, to_managers)],
    letter=clock_letter,
    counts_from=gettext_lazy("the day the product went live"),
)
REVIEW = Reminder(
    mail.REVIEW_WAITING,
    schedule=Schedule(steps=(Step(days=7), Step(days=14)), every_days=7, most=12),
    counted=lambda: counted_from(reviews(), stream="residency__stream", anchor=LocalDate("opened_at")),
    concerned=[to_reviewer, to_all_reviewers],
    letter=review_letter,
    counts_from=gettext_lazy("the day the intake was sent"),
)
ANSWERS = Reminder(
    mail.ANSWERS_WAITING,
    schedule=Schedule(steps=(Step(days=7), Step(days=14)), every_days=14, most=6),
    counted=lambda: counted_from(awaiting_answer(), stream="residency__stream", anchor=LocalDate("closed_at")),
    concerned=[to_answer],
    letter=answer_letter,
    counts_from=gettext_lazy("the day the lab asked its questions"),
)
CONTRACT_ENDS.concerned.append(to_contract_managers)
