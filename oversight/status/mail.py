"""Mail about status reports: due, sent, questions to people, and decisions needed from groups (EL-60, EL-96)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from oversight.models import DecisionAnswer, DecisionWanted, ReportLine, StatusReport
from people.models import BodySeat, Person

SITE = "https://portal.example.org"

REPORT_DUE = MessageKind(
    "status-report-due",
    _("A status report is due"),
    (
        Template(
            _("Due {day}: status report, {about}"),
            _(
                """Hello {name},

The next status report for {about} is due on {day}.

The portal drafts it from what has happened since the last one. You check the health, edit the text, and send it:
{link}

{lab}"""
            ),
            wording="ahead",
            when=_("up to the due date"),
        ),
        Template(
            _("Overdue: status report, {about}"),
            _(
                """Hello {name},

The status report for {about} was due on {day}.

The portal drafts it from what has happened since the last one. You check the health, edit the text, and send it:
{link}

You'll get more reminders until it is sent.

{lab}"""
            ),
            wording="late",
            when=_("after the due date"),
        ),
    ),
    places=(
        Place("day", _("the date it is due"), "31 August 2026"),
        Place("link", _("the page for writing it"), f"{SITE}/residencies/XL-2026-014/status/", needed=True),
    ),
    optional=True,
    may_wait=True,
)

QUESTION_PLACES = (
    Place("question", _("the question"), _("How many people used the service in October?"), needed=True),
    Place("asker", _("who asks"), "Noor Castellane"),
    Place("day", _("the date the answer is due"), "31 August 2026"),
    Place("answer_link", _("their own link for answering"), f"{SITE}/q/their-own-link", needed=True, minted=True),
)
QUESTION = MessageKind(
    "status-question",
    _("A question for a status report"),
    (
        Template(
            _("{asker} has a question about {about}"),
            _(
                """Hello {name},

{asker} is writing the status report for {about} and asks you:

{question}

Please answer by {day}. A sentence or two is enough, and you don't need an account:
{answer_link}

If someone else should answer, reply to this email with their name.

{lab}"""
            ),
        ),
    ),
    places=QUESTION_PLACES,
)
QUESTION_DUE = MessageKind(
    "status-question-due",
    _("An answer for a status report is due"),
    (
        Template(
            _("Your answer is due {day}: {about}"),
            _(
                """Hello {name},

{asker} is writing the status report for {about} and asked you:

{question}

Your answer is due on {day}. If you don’t answer, the report will say so. A sentence or two is enough:
{answer_link}

{lab}"""
            ),
        ),
    ),
    places=QUESTION_PLACES,
    optional=True,
)

REPORT_SENT = MessageKind(
    "status-report-sent",
    _("A status report for a group"),
    (
        Template(
            _("Status report {number}: {about}"),
            _(
                """Hello {name},

Status report {number} for {about}, for the {body}.

{health}

{decisions}

{link}

If you have a question, or want to answer a decision, reply to this email.

{lab}"""
            ),
        ),
    ),
    places=(
        Place("number", _("the number of the report"), "3"),
        Place("body", _("the group"), _("Steering committee")),
        Place("health", _("the colour of each dimension"), _("Scope: green. People: amber. Money: green. Risk: red.")),
        Place("decisions", _("the decisions needed, if any"), _("Decision needed by 3 March 2026: agree to a second vendor.")),
        Place(
            "link",
            _("the link to the report, for people with an account; empty for others"),
            f"Read the report:\n{SITE}/residencies/XL-2026-014/status/3/",
        ),
    ),
    may_wait=True,
)

DECISION_PLACES = (
    Place("decision", _("the decision needed"), _("Agree to extend the vendor’s contract by six months."), needed=True),
    Place("body", _("the group"), _("Steering committee")),
    Place("day", _("the date the decision is due"), "31 August 2026"),
    Place(
        "link",
        _("the link to the decision, for people with an account; empty for others"),
        f"Open the decision:\n{SITE}/status/decisions/7/",
    ),
)
DECISION_DUE = MessageKind(
    "decision-due",
    _("A decision is due"),
    (
        Template(
            _("Due {day}: decision needed from the {body}, {about}"),
            _(
                """Hello {name},

The {body} is asked to decide by {day}:

{decision}

{link}

You can also reply to this email, and the lab records the answer.

{lab}"""
            ),
            wording="ahead",
            when=_("up to the due date"),
        ),
        Template(
            _("Overdue: decision needed from the {body}, {about}"),
            _(
                """Hello {name},

The {body} was asked to decide by {day}, and there is no answer yet:

{decision}

{link}

You can also reply to this email, and the lab records the answer.

{lab}"""
            ),
            wording="late",
            when=_("after the due date"),
        ),
    ),
    places=DECISION_PLACES,
    optional=True,
    may_wait=True,
)
DECISION_ANSWERED = MessageKind(
    "decision-answered",
    _("A group answered a decision"),
    (
        Template(
            _("{outcome} by the {body}: {about}"),
            _(
                """Hello {name},

The {body} answered what your status report asked.

Decision needed: {decision}
Answer: {outcome}, {day}
{reason}

{link}

{lab}"""
            ),
        ),
    ),
    places=(
        *DECISION_PLACES,
        Place("outcome", _("the answer"), _("Accepted")),
        Place("reason", _("the reason"), _("The team needs both vendors until graduation.")),
    ),
    optional=True,
    may_wait=True,
)


def key_of(line: ReportLine) -> str:
    return f"question:{line.pk}:"


def question_params(line: ReportLine) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values of the placeholders of a question, and what is issued at sending."""
    params = {"question": line.question, "asker": str(line.asked_by), "day": date_format(line.due_on, "j F Y")}
    return params, {"answer_link": ["oversight.links.issue_line", {"line": line.pk}]}


def question_asked(line: ReportLine) -> None:
    """Queue the email with a question."""
    params, mint = question_params(line)
    queue(QUESTION, to=line.contributor, about=line.report.stream, key=key_of(line), params=params, mint=mint)


def report_sent(report: StatusReport, bodies: Collection[int]) -> None:
    """Queue the email to the members of the groups that a report was sent to, once to each person."""
    ratings = [f"{rating.get_dimension_display()}: {rating.shown.label}." for rating in report.ratings.all()]
    wanted = list(report.decisions.select_related("body"))
    for person, held in members_of(bodies).items():
        asked = [decision for decision in wanted if decision.body_id in {seat.body_id for seat in held}]
        params = {
            "number": report.number,
            "body": held[0].body.name,
            "health": " ".join(ratings),
            "decisions": "\n".join(map(_wanted, asked)),
            "link": _read(report) if person.user_id else "",
        }
        queue(REPORT_SENT, to=person, about=report.stream, key=f"report:{report.pk}", params=params)


def members_of(bodies: Collection[int]) -> dict[Person, list[BodySeat]]:
    """Return today's members of some groups who can be emailed, each with their seats; one query."""
    seats = BodySeat.objects.filter(body__in=bodies).on(timezone.localdate()).select_related("person", "body").order_by("body__name", "pk")
    people: dict[Person, list[BodySeat]] = {}
    for seat in seats:
        if seat.person.email or seat.person.user_id:
            people.setdefault(seat.person, []).append(seat)
    return people


def _read(report: StatusReport) -> str:
    return _now("Read the report:") + "\n" + address_of("status-report", report.subject.reference, report.number)


def _wanted(decision: DecisionWanted) -> str:
    params = {"decision": decision.text, "day": date_format(decision.due_on, "j F Y")}
    return _now("Decision needed by %(day)s: %(decision)s") % params


def decision_params(decision: DecisionWanted, *, has_account: bool) -> dict[str, Any]:
    day = decision.waits_until or decision.due_on
    link = _now("Open the decision:") + "\n" + address_of("decision", decision.pk) if has_account else ""
    return {"decision": decision.text, "body": decision.body.name, "day": date_format(day, "j F Y"), "link": link}


def decision_answered(answer: DecisionAnswer) -> None:
    """Queue the email about an answer to the account that sent the report, unless it recorded the answer itself."""
    decision = answer.decision
    sender = decision.report.sent_by
    person = getattr(sender, "person", None) if sender else None
    if person is None or sender == answer.recorded_by:
        return
    params = {
        **decision_params(decision, has_account=True),
        "outcome": str(answer.get_outcome_display()),
        "reason": answer.text,
        "day": date_format(answer.answered_on, "j F Y"),
    }
    queue(DECISION_ANSWERED, to=person, about=decision.report.stream, key=f"answer:{answer.pk}", params=params)
