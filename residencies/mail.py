"""Mail about intakes, reviews and graduation: the default words, and the functions that queue it in the transaction of an act (EL-60)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue, withdraw
from people.actions import person_of
from people.lab import lab_leadership, lab_staff_among
from people.models import Person, User
from residencies.models import Graduation, Residency, Review
from residencies.models.states import Referral, State

LINK = "https://portal.example.org/residencies/XL-2026-014/"
DAY = "31 August 2026"


REVIEW_PAGE = Place("link", _("the address of the review"), f"{LINK}review/", needed=True)
QUESTIONS_PAGE = Place("link", _("the address of the questions"), f"{LINK}intake/questions/", needed=True)
INTAKE_PAGE = Place("link", _("the address of the intake"), f"{LINK}intake/")
AGREEMENT_PAGE = Place("link", _("the address of the agreement"), f"{LINK}agreement/")
PLAN_PAGE = Place("link", _("the address of the graduation plan"), f"{LINK}graduation/")
REASON = Place("reason", _("the reason given"), "The solution is already known, so the lab can’t add much.", needed=True)
ENDED_ON = Place("day", _("the date it ended"), "28 November 2026", needed=True)
WHY_ENDED = Place("reason", _("the reason given"), "Two agencies will deliver this together from April.")
LETTER_PAGE = Place("letter", _("the page with the letter"), "https://portal.example.org/residencies/XL-2026-014/", needed=True)
BRANCH = Place("branch", _("the branch the team joined, after graduation"), "Digital Services Branch")
CEREMONY = Place("ceremony", _("when and where the ceremony is, if that is on record"), "The ceremony is on 4 December 2026 at the lab.")
DUE_DAY = Place("day", _("the date graduation is due"), DAY)
PLAN = Place("plan", _("the parts of the plan that are still open"), "Still open:\n- The plan doesn’t name who is responsible for it.")
SINCE = Place("since", _("the date it has been waiting since"), "3 March 2026")

INTAKE_SUBMITTED = MessageKind(
    "intake-submitted",
    _("Intake to review"),
    (
        Template(
            _("Intake to review: {about}"),
            _("{area} has sent the intake for {about} to the lab (round {round}).\n\nRead and review it:\n{link}"),
        ),
    ),
    places=(
        Place("area", _("the program area that sent it"), "Parks Reservations, Ministry of Environment"),
        Place("round", _("the round: how many times the intake was sent"), 1),
        REVIEW_PAGE,
    ),
    may_wait=True,
)

HANDED_OVER = MessageKind(
    "review-handed-over",
    _("Review waiting for a decision by leadership"),
    (
        Template(
            _("Waiting for your decision: {about}"),
            _(
                """Hello {name},

{by} has reviewed the intake for {about} and handed it over to you. {met} of 6 conditions are met, as drafted by {reviewers}.

{note}

Only lab leadership can qualify or decline an intake. Read the findings, then decide:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        Place("by", _("who handed the review over"), "Noor Castellane"),
        Place("met", _("how many of the six conditions are met"), 5),
        Place("reviewers", _("who drafted the findings"), "Noor Castellane"),
        Place("note", _("their message to leadership, if there is one"), "Condition 4 is close: please call the sponsor first."),
        REVIEW_PAGE,
    ),
    may_wait=True,
)

REVIEW_REOPENED = MessageKind(
    "review-reopened",
    _("Review reopened"),
    (
        Template(
            _("Review reopened: {about}"),
            _(
                """Hello {name},

Lab leadership reopened the review of {about}.

Why: {reason}

What this means: any agreement is void, and there is nothing left to sign. Everything written so far is kept.

The lab reviews the six conditions again and will write to you with its decision, or with questions:
{link}

{lab}"""
            ),
        ),
    ),
    places=(REASON, INTAKE_PAGE),
    may_wait=True,
)

MORE_ASKED = MessageKind(
    "more-asked",
    _("Questions from the lab"),
    (
        Template(
            _("The lab has questions: {about}"),
            _(
                "The lab has read your intake for {about} and needs more information before it can decide:\n\n{questions}\n\n"
                "You can edit the intake again. Answer the questions, make any other changes, and send it back:\n{link}"
            ),
        ),
    ),
    places=(
        Place("questions", _("the questions, numbered"), "1. How many people use the service?\n2. Who pays for it?", needed=True),
        QUESTIONS_PAGE,
    ),
    may_wait=True,
)

QUALIFIED = MessageKind(
    "qualified",
    _("Residency qualified"),
    (
        Template(
            _("Qualified: {about}"),
            _(
                "Good news: the lab found that {about} meets all six conditions.\n\n"
                "Next, lab operations will prepare the partnership agreement with you. Read the lab’s findings:\n{link}"
            ),
        ),
    ),
    places=(INTAKE_PAGE,),
    may_wait=True,
)

DECLINED = MessageKind(
    "declined",
    _("Residency declined"),
    (
        Template(
            _("Declined: {about}"),
            _(
                "The lab will not take on {about} as a residency.\n\nWhy: {reason}\n\n"
                "Where you can get help instead: {track}.\n\nRead the lab’s finding on each condition:\n{link}"
            ),
        ),
    ),
    places=(REASON, Place("track", _("the service that can help instead"), "Support by the delivery network"), INTAKE_PAGE),
    may_wait=True,
)

RESIDENCY_ENDED = MessageKind(
    "residency-ended",
    _("Residency ended"),
    (
        Template(
            _("Pivoted: {about}"),
            _(
                """Hello {name},

Lab leadership decided to end the lab's partnership on {about} in a pivot. It takes effect on {day}.

Why: {reason}

What stops: upcoming sprint reviews and expert sessions are cancelled, reminders have stopped, and there is nothing left for you to sign. From {day}, the team no longer has priority for lab services.

What doesn't stop: you can still read the record, and the program area can apply to the lab again.

Read the letter and download it as a sealed PDF:
{letter}

If you don't have an account, or have questions, reply to this email. The lab will send you the letter.

{lab}"""
            ),
            wording="pivoted",
            when=_("after a pivot"),
            places=(LETTER_PAGE,),
        ),
        Template(
            _("Graduated: {about}"),
            _(
                """Hello {name},

{about} graduated from the lab on {day}. The team and its product are now part of {branch}. {ceremony}

What this means: upcoming sprint reviews and expert sessions are cancelled, and reminders have stopped. You can still read the record.

Thank you for your part in it. If you have questions, reply to this email.

{lab}"""
            ),
            wording="graduated",
            when=_("after graduation"),
        ),
        Template(
            _("Withdrawn: {about}"),
            _(
                """Hello {name},

{about} was withdrawn on {day}.

Why: {reason}

What this means: you don’t need to do anything. Reminders have stopped, and there is nothing left for you to sign. You can still read the record. The program area can apply to the lab again.

If you have questions, reply to this email.

{lab}"""
            ),
            wording="withdrawn",
            when=_("after a withdrawal"),
        ),
    ),
    places=(ENDED_ON, WHY_ENDED, BRANCH, CEREMONY),
    may_wait=True,
)

AGREEMENT_VOID = MessageKind(
    "agreement-void",
    _("Agreement void"),
    (
        Template(
            _("The agreement is void: {about}"),
            _(
                "The agreement for {about} is now void and no longer in force.\n\nWhy: {reason}\n\n"
                "Lab operations will prepare a new one with you. See the progress:\n{link}"
            ),
        ),
    ),
    places=(REASON, AGREEMENT_PAGE),
)

GRADUATION_DUE = MessageKind(
    "graduation-due",
    _("Graduation due"),
    (
        Template(
            _("{about} graduates {when}"),
            _(
                """Hello {name},

{about} is due to graduate on {day}, {when}. By then, the team and its product should be settled in the ministry.

{plan}

Read the graduation plan, or edit it if it is yours:
{link}

If the team can't meet this date, reply to this email now. Lab leadership can give more time when there is a good reason.

{lab}"""
            ),
            wording="ahead",
            when=_("before the day"),
            places=(DUE_DAY, Place("when", _("how many days are left"), "in 31 days"), PLAN, PLAN_PAGE),
        ),
        Template(
            _("Today: {about} graduates"),
            _(
                """Hello {name},

{about} is due to graduate today, {day}.

{plan}

Read the graduation plan, or edit it if it is yours:
{link}

If the team has moved to its ministry, reply to this email and the lab will record the graduation. If it hasn’t, ask lab leadership for more time today.

{lab}"""
            ),
            wording="today",
            when=_("on the day"),
            places=(DUE_DAY, PLAN, PLAN_PAGE),
        ),
        Template(
            _("Overdue: {about} was due to graduate {when}"),
            _(
                """Hello {name},

{about} was due to graduate on {day}, {when}. The lab has no record yet that the team has moved to its ministry.

{plan}

Read the graduation plan, or edit it if it is yours:
{link}

Please reply to this email to agree with the lab on what happens next: graduate, ask for more time, or discuss the blockers. You’ll get this email each week until then.

{lab}"""
            ),
            wording="late",
            when=_("after the day"),
            places=(DUE_DAY, Place("when", _("how many days ago that was"), "7 days ago"), PLAN, PLAN_PAGE),
        ),
    ),
    may_wait=True,
)

GRADUATION_CLOCK = MessageKind(
    "graduation-clock",
    _("Graduation clock started"),
    (
        Template(
            _("The clock to graduation has started: {about}"),
            _(
                """Hello {name},

{about} went live on {live}, which started the clock to graduation. The team is due to graduate into its ministry by {day}.

We’ll remind you each month. See the graduation plan and the days left:
{link}

{lab}"""
            ),
        ),
    ),
    places=(Place("live", _("the date it went live"), "28 February 2026"), DUE_DAY, PLAN_PAGE),
    may_wait=True,
)

REVIEW_WAITING = MessageKind(
    "review-waiting",
    _("Intake waiting for the lab"),
    (
        Template(
            _("Intake waiting: {about}"),
            _(
                """Hello {name},

{about} sent its intake on {since} and is still waiting for the lab’s reply.

Continue the review:
{link}

{lab}"""
            ),
        ),
    ),
    places=(SINCE, REVIEW_PAGE),
    optional=True,
    may_wait=True,
    for_lab=True,
)

ANSWERS_WAITING = MessageKind(
    "answers-waiting",
    _("Questions waiting for the program area"),
    (
        Template(
            _("The lab is waiting for your answers: {about}"),
            _(
                """Hello {name},

The lab sent you questions about {about} on {since}. The review continues once you answer.

Answer the questions here. You can stop at any time and come back:
{link}

If you don’t want to continue, you can withdraw the intake there too.

{lab}"""
            ),
        ),
    ),
    places=(SINCE, QUESTIONS_PAGE),
    optional=True,
    may_wait=True,
)


def tell_lab(residency: Residency, round_number: int) -> None:
    """An intake has arrived: to whoever at the lab looks after it, else to all of lab operations."""
    params = {"area": residency.program_area, "round": round_number, "link": _link("review", residency)}
    _tell(residency, lab_staff_among([residency.owner]), INTAKE_SUBMITTED, f"round-{round_number}", params)


def tell_handed_over(residency: Residency, review: Review, *, met: int, reviewers: str) -> None:
    """Tell lab leadership, who alone can qualify or decline, that the findings are ready (EL-12). What still waits is replaced."""
    withdraw_hand_over(residency)
    params = {
        "by": review.handed_over_by,
        "met": met,
        "reviewers": reviewers,
        "note": review.handed_over_note,
        "link": _link("review", residency),
    }
    _tell(residency, lab_leadership(), HANDED_OVER, f"round-{review.number}-{review.handed_over_at}", params)


def withdraw_hand_over(residency: Residency) -> None:
    """Withdraw what still waits: the round is over, and there is nothing left to decide."""
    withdraw(HANDED_OVER, residency.stream)


def tell_review_reopened(residency: Residency, round_number: int, reason: str) -> None:
    """The review is open again: to everybody who keeps the residency, and to whoever at the lab reviews it."""
    params = {"reason": reason, "link": _link("intake", residency)}
    readers = dict.fromkeys([*members(residency), *lab_staff_among([residency.owner])])
    _tell(residency, readers, REVIEW_REOPENED, f"round-{round_number}", params)


def tell_more_asked(residency: Residency, round_number: int, questions: Iterable[str]) -> None:
    """The lab needs more: to everybody who keeps the residency, with the questions."""
    listed = "\n".join(f"{number}. {text}" for number, text in enumerate(questions, start=1))
    params = {"questions": listed, "link": _link("intake-questions", residency)}
    _tell(residency, members(residency), MORE_ASKED, f"round-{round_number}", params)


def tell_qualified(residency: Residency) -> None:
    """All six conditions are met: to everybody who keeps the residency."""
    _tell(residency, members(residency), QUALIFIED, "qualified", {"link": _link("intake", residency)})


def tell_declined(residency: Residency, reason: str) -> None:
    """The lab declined, with the reason and who can help instead: to everybody who keeps the residency."""
    params = {"reason": reason.strip(), "track": Referral(residency.referred_to).label, "link": _link("intake", residency)}
    _tell(residency, members(residency), DECLINED, "declined", params)


def tell_agreement_void(residency: Residency, agreement: Any, recipients: Collection[int]) -> None:
    """Tell the residency's members that its agreement is void, but for those among `recipients` (persons), who heard of it as a party."""
    params = {"reason": agreement.void_reason, "link": _link("agreement", residency)}
    parties = set(Person.objects.filter(pk__in=recipients).values_list("user", flat=True))
    readers = [account for account in members(residency) if account.pk not in parties]
    _tell(residency, readers, AGREEMENT_VOID, f"void-{agreement.pk}", params)


def tell_ended(residency: Residency, people: Iterable[Person]) -> None:
    """A residency was withdrawn, pivoted or graduated: to everybody concerned, each once, with what that means (EL-82, EL-85).

    What a decline says goes to its program area alone (`tell_declined`).
    """
    if residency.state == State.DECLINED or residency.ended_on is None:
        return
    day = residency.pivot.effective_on if residency.state == State.PIVOTED else residency.ended_on
    params = {
        "day": date_format(day, "j F Y"),
        "reason": residency.end_reason,
        "branch": residency.reintegrated_into,
        "ceremony": _ceremony(residency) if residency.state == State.GRADUATED else "",
        **({"letter": _link("residency", residency)} if residency.state == State.PIVOTED else {}),
    }
    for person in people:
        if person.email:
            queue(RESIDENCY_ENDED, to=person, about=residency.stream, key=str(residency.pk), params=params, wording=residency.state)


def _ceremony(residency: Residency) -> str:
    """Say when and where the ceremony is; "" if that isn't on record or it was before graduation."""
    record = Graduation.objects.filter(residency=residency).first()
    if record is None or record.ceremony_on is None or residency.ended_on is None or record.ceremony_on < residency.ended_on:
        return ""
    params = {"day": date_format(record.ceremony_on, "j F Y"), "place": record.ceremony_place}
    return (gettext("The ceremony is on %(day)s: %(place)s.") if record.ceremony_place else gettext("The ceremony is on %(day)s.")) % params


def members(residency: Residency) -> list[User]:
    """Who keeps the residency now."""
    return list(User.objects.filter(is_active=True, residency_memberships__residency=residency, residency_memberships__to_at=None))


def _tell(residency: Residency, readers: Iterable[User], kind: MessageKind, key: str, params: Mapping[str, Any]) -> None:
    for account in readers:
        queue(kind, to=person_of(account, by=SYSTEM), about=residency.stream, key=f"{residency.pk}|{key}", params=params)


def _link(name: str, residency: Residency) -> str:
    return address_of(name, residency.reference)
