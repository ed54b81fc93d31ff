"""Acts on status reports: plan them, draft, edit, update the facts, send, discard (EL-96).

Every act locks the subject first, then the report, and appends its event last (ledger.subjects.lock).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, account_of, act, part
from acts.revisions import refuse_if_stale
from findings import Refused, blocking, refuse
from ledger import subjects
from ledger.actions import append
from ledger.canonical import sha256_of
from ledger.models import Stream
from ledger.subjects import Subject, lock
from oversight.choices import DecisionState, Dimension, ReportCadence, ReportState
from oversight.documents.actions import issue_document
from oversight.models import CountedRows, DecisionWanted, Document, HealthRating, ReportingPlan, ReportRecipient, StatusReport
from oversight.status import mail, rules
from oversight.status.document_kinds import KIND, content_of
from oversight.status.facts import Gathered, gather, summary_of
from oversight.status.queries import usual_cadence
from oversight.status.rules import PLACE, Proposal
from oversight.status.sources import Period
from people.actions import known_or_new
from people.models import Body, Person, Role

DAY = datetime.timedelta(days=1)
RATED = ["proposed", "because", "colour", "reason", "decided_by"]
FIRST_DAYS = datetime.timedelta(days=31)  # what the first report looks back on if the subject has no start


# ── The plan ─────────────────────────────────────────────────────────────────────────────────


@act("oversight.plan_status")
def plan_reports(
    subject: Subject,
    *,
    cadence: str,
    next_due_on: datetime.date | None,
    bodies: Iterable[Body],
    shown_revision: int,
    by: Actor,
    person: Person | None = None,
    name: str = "",
    email: str = "",
) -> ReportingPlan:
    """Set how often a subject reports, when next, who writes the reports, and which groups usually get them.

    Without `next_due_on` it is one period from today. Raises `Stale`, and `Refused` (`report-due-past`, `ended`).
    """
    lock(subject.stream)
    plan = _plan_of(subject.stream)
    refuse_if_stale(plan, shown_revision, {"cadence": cadence, "next_due_on": next_due_on})
    today, chosen = timezone.localdate(), ReportCadence(cadence)
    regular = usual_cadence(subject, today) if chosen == ReportCadence.USUAL else chosen
    due_on = next_due_on or rules.due_after(today, regular)
    due_on = None if regular == ReportCadence.NONE else due_on
    if due_on is not None and due_on < today and due_on != plan.next_due_on:
        raise refuse("report-due-past", _("The next report can’t be due in the past."), _("Choose today or a later date."), PLACE)
    if person is None and name.strip():
        person = known_or_new(name=name, email=email, by=by)
    if due_on != plan.next_due_on:
        plan.due_since = today if due_on else None
    plan.cadence, plan.next_due_on, plan.writer = chosen, due_on, person
    plan.revision += 1
    plan.save()
    groups = list(bodies)
    plan.bodies.set(groups)
    facts = {
        "cadence": str(chosen.label),
        "next_due_on": due_on,
        "name": person.name if person else "",
        "bodies": [body.name for body in groups],
    }
    append(subject.stream, "reports-planned", by=by, facts=facts)
    return plan


@act(system=SYSTEM, whole=False)
def plan_missing_reports(*, by: Actor) -> int:
    """Give every subject that reports its status, and has no plan yet, one with the lab's usual cadence; returns how many got one."""
    have = ReportingPlan.objects.values("stream")
    rows = [kind.reporting().exclude(stream__in=have) for kind in subjects.kinds() if kind.reporting]
    # Every kind is read before the first plan is written, so that a fault while reading leaves nothing half done.
    waiting = [subject for of_kind in rows for subject in of_kind.select_related("stream").order_by("pk")]
    return sum(_plan_first(subject.stream, by) for subject in waiting)


@transaction.atomic
def _plan_first(stream: Stream, by: Actor) -> bool:
    """Add the plan if the subject still needs it. Checks again under the subject's lock, because another worker may be doing the same."""
    subject = lock(stream)
    today = timezone.localdate()
    if not subject.is_under_way or ReportingPlan.objects.filter(stream=stream).exists():
        return False
    due_on = rules.due_after(max(subject.anchors()["start"] or today, today - FIRST_DAYS), usual_cadence(subject, today))
    # A subject that began long ago isn't overdue on the day the portal first asks for a report.
    due_on = due_on and max(due_on, today + 7 * DAY)
    ReportingPlan.objects.create(stream=stream, next_due_on=due_on, due_since=today if due_on else None)
    append(stream, "reports-planned", by=by, facts={"cadence": str(ReportCadence.USUAL.label), "next_due_on": due_on})
    return True


def _plan_of(stream: Stream) -> ReportingPlan:
    """Return the subject's plan, locked, and add an empty one if there is none; the caller holds the subject's lock."""
    plan = ReportingPlan.objects.select_for_update().filter(stream=stream).first()
    return plan or ReportingPlan.objects.create(stream=stream, revision=0)


# ── Drafts ───────────────────────────────────────────────────────────────────────────────────


@act("oversight.keep_status")
def draft_report(subject: Subject, *, by: Actor) -> StatusReport:
    """Draft the next report from the subject's own data since the last one, addressed to the groups that usually get it.

    Raises `Refused` (`report-draft`, `ended`).
    """
    current = lock(subject.stream)
    last = StatusReport.objects.filter(stream=subject.stream).order_by("-number").first()
    before = StatusReport.objects.sent().filter(stream=subject.stream).order_by("-number").first()
    gathered = gather(current, _period(current, before))
    report = StatusReport.objects.create(
        stream=subject.stream, number=last.number + 1 if last else 1, from_on=gathered.period.start, to_on=gathered.period.today,
        summary=summary_of(gathered.proposals), done=gathered.done, upcoming=gathered.upcoming, figures=gathered.figures,
        facts_at=timezone.now(), written_by=account_of(by),
    )  # fmt: skip
    HealthRating.objects.bulk_create(
        HealthRating(report=report, dimension=dimension, proposed=row.colour, because="\n".join(row.because))
        for dimension, row in gathered.proposals.items()
    )
    usual = Body.objects.filter(reporting_plans__stream=subject.stream).order_by("name")
    ReportRecipient.objects.bulk_create(ReportRecipient(report=report, body=body) for body in usual)
    append(subject.stream, "report-drafted", by=by, facts={**_facts(report), "from_on": report.from_on})
    return report


def _period(subject: Subject, before: StatusReport | None) -> Period:
    """Return the days since the last report was sent, or since the subject started."""
    today = timezone.localdate()
    start = before.to_on + DAY if before else subject.anchors()["start"] or today - FIRST_DAYS
    return Period(min(start, today), today)


@act("oversight.keep_report")
def edit_report(
    report: StatusReport,
    *,
    summary: str,
    done: str,
    upcoming: str,
    health: Mapping[str, tuple[str, str]],
    bodies: Collection[Body],
    shown_revision: int,
    by: Actor,
) -> StatusReport:
    """Save a draft. `health` maps each dimension to a colour, empty to follow the proposal, and the reason for another colour.

    Raises `Stale`, and `Refused` (`report-not-draft`, `health-no-reason`, `ended`).
    """
    current = locked_draft(report)
    refuse_if_stale(current, shown_revision, {"summary": summary.strip(), "done": done.strip(), "upcoming": upcoming.strip()})
    ratings = list(current.ratings.select_for_update())
    unexplained = [rating for rating in ratings if _differs(rating, health) and not health[rating.dimension][1].strip()]
    if unexplained:
        message = _("The reason for another colour is missing: %(dimension)s.")
        raise Refused(
            blocking(
                "health-no-reason",
                message % {"dimension": rating.get_dimension_display()},
                _("Say why you see it differently, or follow the proposal."),
                PLACE,
            )
            for rating in unexplained
        )
    for rating in ratings:
        colour, reason = health.get(rating.dimension, ("", ""))
        differs = _differs(rating, health)
        rating.colour, rating.reason = (colour, reason.strip()) if differs else ("", "")
        rating.decided_by = account_of(by) if differs else None
        rating.save(update_fields=["colour", "reason", "decided_by"])
    _address(current, bodies)
    current.summary, current.done, current.upcoming = summary.strip(), done.strip(), upcoming.strip()
    current.revision += 1
    current.save(update_fields=["summary", "done", "upcoming", "revision"])
    append(current.stream, "report-edited", by=by, facts=_facts(current))
    return current


def _differs(rating: HealthRating, health: Mapping[str, tuple[str, str]]) -> bool:
    colour, _reason = health.get(rating.dimension, ("", ""))
    return bool(colour) and colour != rating.proposed


def _address(report: StatusReport, bodies: Collection[Body]) -> None:
    """Make `bodies` the groups that the draft is for."""
    before = {row.body_id: row for row in report.recipients.all()}
    wanted = {body.pk: body for body in bodies}
    for key in before.keys() - wanted.keys():
        before[key].delete()
    ReportRecipient.objects.bulk_create(ReportRecipient(report=report, body=wanted[key]) for key in wanted.keys() - before.keys())


@act("oversight.keep_report")
def update_facts(report: StatusReport, *, by: Actor) -> StatusReport:
    """Gather a draft's facts and figures again. Its texts stay as written. A colour that was chosen against an older proposal has to be chosen again.

    Raises `Refused` (`report-not-draft`, `ended`).
    """
    current = locked_draft(report)
    gathered = gather(current.subject, Period(current.from_on, timezone.localdate()))
    for rating in current.ratings.select_for_update():
        proposal = gathered.proposals[Dimension(rating.dimension)]
        if rating.proposed != proposal.colour:
            rating.colour, rating.reason, rating.decided_by = "", "", None
        _propose(rating, proposal)
        rating.save(update_fields=RATED)
    _take(current, gathered)
    append(current.stream, "report-facts-updated", by=by, facts=_facts(current))
    return current


def _propose(rating: HealthRating, proposal: Proposal) -> None:
    rating.proposed, rating.because = proposal.colour, "\n".join(proposal.because)


def _take(report: StatusReport, gathered: Gathered) -> None:
    report.to_on, report.figures, report.facts_at = gathered.period.today, gathered.figures, timezone.now()
    report.__dict__.pop("figures_data", None)
    report.revision += 1
    report.save(update_fields=["to_on", "figures", "facts_at", "revision"])


@act("oversight.keep_report")
def discard_report(report: StatusReport, *, by: Actor) -> StatusReport:
    """Discard a draft. It stays on record, its questions need no answer, and the next draft covers its days too."""
    current = locked_draft(report)
    discard(current)
    append(current.stream, "report-discarded", by=by, facts=_facts(current))
    return current


@part
def discard(report: StatusReport) -> None:
    """Discard a draft and withdraw what it was going to ask of groups; the caller holds its lock and appends the event."""
    DecisionWanted.objects.filter(report=report).update(state=DecisionState.WITHDRAWN, waits_until=None)
    report.state = ReportState.DISCARDED
    report.revision += 1
    report.save(update_fields=["state", "revision"])


# ── Sending ──────────────────────────────────────────────────────────────────────────────────


@act("oversight.keep_report")
def send_report(report: StatusReport, *, shown_revision: int, by: Actor) -> StatusReport:
    """Send a draft to its groups: freeze it with the figures of now and the rows they were counted from (EL-97), open its decisions,
    email the members, and set the next due date.

    No colour is sent that wasn't shown: if the facts now propose another one, the report isn't sent. Raises `Stale`, and `Refused`
    with everything that is wrong: `report-empty`, `report-no-body`, `report-facts-changed`, `report-choice-outdated`,
    `report-not-draft`, `letter-unprintable`, `ended`.
    """
    current = locked_draft(report)
    refuse_if_stale(current, shown_revision)
    gathered = gather(current.subject, Period(current.from_on, timezone.localdate()))
    ratings = list(current.ratings.select_for_update(of=("self",)).select_related("decided_by"))
    recipients = list(current.recipients.select_related("body"))
    _refuse_to_send(current, gathered, ratings, recipients)
    # Issued before the rows are written, so that the event of sending has their hashes.
    for rating in ratings:
        rating.colour = rating.shown
        _propose(rating, gathered.proposals[Dimension(rating.dimension)])
    document = _issue(current, gathered, ratings, recipients, by)
    rows = gathered.kept_rows
    CountedRows.objects.create(report=current, rows=rows.decode(), rows_sha256=sha256_of(rows))
    for rating in ratings:
        rating.save(update_fields=RATED)
    decisions = list(current.decisions.select_for_update())
    for decision in decisions:
        decision.state, decision.waits_until = DecisionState.OPEN, decision.due_on
        decision.save(update_fields=["state", "waits_until"])
    # The ratings and recipients before the report: once it is sent, they are frozen.
    current.state, current.sent_at, current.sent_by, current.sent_as = ReportState.SENT, timezone.now(), account_of(by), _role_of(by)
    current.to_on, current.figures, current.facts_at = gathered.period.today, gathered.figures, timezone.now()
    current.document = document
    current.__dict__.pop("figures_data", None)
    current.revision += 1
    current.save()
    _plan_next(current)
    facts = {
        **_facts(current),
        "bodies": [row.body.name for row in recipients],
        "health": {rating.dimension: rating.colour for rating in ratings},
        "decisions": len(decisions),
    }
    append(current.stream, "report-sent", by=by, facts=facts)
    mail.report_sent(current, [row.body_id for row in recipients])
    return current


def _issue(
    report: StatusReport, gathered: Gathered, ratings: Sequence[HealthRating], recipients: Sequence[ReportRecipient], by: Actor
) -> Document:
    """Issue the report as a document, which is sealed in the background."""
    content = content_of(
        report,
        gathered,
        ratings=ratings,
        bodies=[row.body.name for row in recipients],
        lines=report.lines.select_related("contributor"),
        decisions=report.decisions.select_related("body"),
    )
    return issue_document(report.stream, kind=KIND, title=str(report), content=content, by=by)


def _refuse_to_send(
    report: StatusReport,
    gathered: Gathered,
    ratings: Sequence[HealthRating],
    recipients: Sequence[ReportRecipient],
) -> None:
    moved = [rating for rating in ratings if rating.proposed != gathered.proposals[Dimension(rating.dimension)].colour]
    faults = rules.send_faults(
        done=report.done,
        upcoming=report.upcoming,
        has_bodies=bool(recipients),
        changed=[str(rating.get_dimension_display()) for rating in moved if not rating.differs],
        outdated=[str(rating.get_dimension_display()) for rating in moved if rating.differs],
    )
    if findings := list(faults):
        raise Refused(findings)


def _role_of(by: Actor) -> str:
    """Return the role in which an account reports: the lab's before the program area's."""
    roles = (Role.LAB_OPS, Role.LAB_LEAD, Role.PRODUCT_OWNER)
    account = account_of(by)
    return next((role.value for role in roles if account and account.has_role(role)), "other")


def _plan_next(report: StatusReport) -> None:
    """Set the day the next report is due, and remember the groups if none were remembered yet."""
    plan, today = _plan_of(report.stream), timezone.localdate()
    cadence = usual_cadence(report.subject, today) if plan.cadence == ReportCadence.USUAL else ReportCadence(plan.cadence)
    due_on = rules.next_due(plan.next_due_on, today, cadence)
    if due_on != plan.next_due_on:
        plan.next_due_on, plan.due_since = due_on, today if due_on else None
    plan.revision += 1
    plan.save(update_fields=["next_due_on", "due_since", "revision"])
    if not plan.bodies.exists():
        plan.bodies.set([row.body_id for row in report.recipients.all()])


# ── Parts ────────────────────────────────────────────────────────────────────────────────────


@part
def locked_draft(report: StatusReport) -> StatusReport:
    """Lock the subject, then the report, and return it as it is now. Raises `Refused` (`report-not-draft`)."""
    stream = report.stream
    lock(stream)
    current = StatusReport.objects.select_for_update().get(pk=report.pk)
    current.stream = stream
    if not current.is_draft:
        raise Refused([rules.sent_fault()])
    return current


def _facts(report: StatusReport) -> dict[str, Any]:
    return {"report": report.number}
