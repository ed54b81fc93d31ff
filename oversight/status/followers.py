"""What happens to status reports when their subject ends, or when a person is merged or leaves (EL-16, EL-96)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ledger.actions import append
from ledger.models import Stream
from ledger.subjects import ENDED, Ending, Subject, follows, with_subject
from oversight.choices import DecisionState, ReportState
from oversight.models import DecisionWanted, ReportingPlan, StatusReport
from oversight.status.actions.decisions import withdraw_decisions
from oversight.status.actions.reports import discard
from people import leaving
from people.leaving import Holding
from people.merging import FATES, Moves, Stays
from people.models import User

FATES.update(
    {
        "oversight.ReportingPlan.writer": Moves("stream"),
        "oversight.ReportLine.contributor": Moves("report__stream", only=lambda rows: rows.filter(report__state=ReportState.DRAFT)),
        "oversight.DecisionAnswer.person": Stays("it is evidence of who answered"),
    }
)


@follows(ENDED)
def close_reports(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Discard the draft of a subject that ends, withdraw the decisions it still waits for, and ask for no further reports."""
    plan = ReportingPlan.objects.select_for_update().filter(stream=stream, next_due_on__isnull=False).first()
    draft = StatusReport.objects.select_for_update().filter(stream=stream, state=ReportState.DRAFT).first()
    decisions = list(DecisionWanted.objects.select_for_update().filter(report__stream=stream, state=DecisionState.OPEN).order_by("pk"))
    if plan is None and draft is None and not decisions:
        return
    yield
    if plan:
        plan.next_due_on, plan.due_since = None, None
        plan.save(update_fields=["next_due_on", "due_since"])
    if draft:
        discard(draft)
    withdraw_decisions(decisions)
    if draft or decisions:
        facts = {"report": draft.number if draft else None, "decisions": [decision.text for decision in decisions]}
        append(stream, "reports-ended", by=ending.by, facts=facts)


@leaving.HOLDINGS.add
def holdings(account: User) -> Iterator[Holding]:
    """List the subjects whose status reports a person who leaves writes."""
    plans = ReportingPlan.objects.filter(writer__user=account, next_due_on__isnull=False)
    labels = [str(plan.subject) for plan in plans.select_related("stream", *with_subject("stream")).order_by("pk")]
    yield Holding("reports", _("Status reports they write"), labels, None, _("These aren’t transferred. Choose who writes them instead."))
