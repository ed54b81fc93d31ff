"""Residencies as subjects: what every app above and below needs to know of them (ledger/subjects.py)."""

import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger import subjects
from ledger.subjects import Section, SubjectKind, Tab
from residencies.lifecycle.journey import frame_of
from residencies.lifecycle.moves import LIFECYCLE
from residencies.models import Release, Residency
from residencies.models.states import ENDED, Phase, State

VIEW = "residencies.view_residency"
AGREED = ("residencies.lifecycle.gates.six_conditions_met", "residencies.lifecycle.gates.takes_agreements")


def open_conversations(residency: Residency) -> int:
    """How many conversations wait to be held."""
    return len(frame_of(residency, timezone.localdate()).conversations)


HAPPENED = {
    **{stage.value: _("%(stage)s released") % {"stage": stage.label} for stage in Release.Stage},
    **{phase.value: _("%(phase)s phase began") % {"phase": phase.label} for phase in Phase},
}


def milestones(residency: Residency) -> list[tuple[datetime.date, str]]:
    """Return a residency's releases and the beginnings of its phases, for charts; one query."""
    releases = residency.releases.order_by().values_list("released_on", "stage")
    phases = residency.phase_spans.order_by().values_list("from_on", "phase")
    return [(on, str(HAPPENED[code])) for on, code in sorted(releases.union(phases))]


TABS = (
    Tab(_("Overview"), (Section("overview", _("Overview"), "residency"),)),
    Tab(
        _("Application"),
        (Section("qualification", _("Review"), "review", "residencies.view_queue"), Section("intake", _("Application"), "intake")),
    ),
    Tab(_("Agreement"), (Section("agreement", _("Agreement"), "agreement"),), since=State.QUALIFIED),
    Tab(
        _("Team"),
        (
            Section("team", _("Roster"), "team"),
            Section("champions", _("Champions"), "champions"),
            Section("training", _("Training"), "training"),
            Section("community", _("Community"), "community"),
        ),
        since=State.QUALIFIED,
    ),
    Tab(
        _("Delivery"),
        (
            Section("phases", _("Phases"), "residency-phases"),
            Section("sprints", _("Sprints"), "sprints"),
            Section("services", _("Services"), "services"),
            Section("status", _("Status"), "status", "oversight.view_status"),
            Section("trust", _("Trust and openness"), "trust", "oversight.view_trust"),
        ),
        since=State.AGREEMENT,
    ),
    Tab(
        _("Value"),
        (
            Section("value", _("Metrics"), "value", "metrics.view_metrics"),
            Section("savings", _("Savings"), "savings", "metrics.view_metrics"),
            Section("return", _("Return"), "value-return", "reports.view_return"),
            Section("value-report", _("Report"), "value-report", "reports.view_return"),
            Section("showcase", _("Showcase"), "showcase-entry", "reports.view_showcase"),
            Section("lessons", _("Lessons"), "residency-lessons", "reports.view_showcase"),
        ),
        since=State.AGREEMENT,
    ),
    Tab(
        _("Money and risk"),
        (
            Section("money", _("Money"), "money", "oversight.view_money"),
            Section("tasks", _("Tasks"), "tasks", "oversight.view_tasks"),
            Section("barriers", _("Barriers"), "barriers", "oversight.view_barriers"),
        ),
        since=State.IN_RESIDENCE,
    ),
    Tab(
        _("Graduation"),
        (
            Section("graduation", _("Plan and releases"), "graduation"),
            Section("conversations", _("Conversations"), "conversations", count="residencies.subject.open_conversations"),
        ),
        since=State.IN_RESIDENCE,
    ),
    Tab(
        _("History"),
        (
            Section("history", _("What happened"), "residency-history"),
            Section("documents", _("Documents"), "documents", "oversight.view_documents"),
            Section("mail", _("Upcoming messages"), "residency-mail"),
        ),
    ),
)

subjects.register(
    SubjectKind(
        name="residency",
        related_name="residency",
        view_permission=VIEW,
        prefix="residencies",
        base="residencies/workspace.html",
        tabs=TABS,
        come_to="residencies.lifecycle.journey.come_to",
        listed=("reference", "product", "state"),
        members=lambda residency: Q(residency_memberships__residency=residency, residency_memberships__to_at=None),
        gates={"prepare_agreement": AGREED, "circulate_agreement": AGREED, "sign_agreement": AGREED},
        hooks={
            "agreement_prepared": "residencies.lifecycle.actions.follow_agreement_prepared",
            "agreement_voided": "residencies.lifecycle.actions.follow_agreement_voided",
        },
        contact="owner",
        visible_to=lambda user: Residency.objects.visible_to(user),
        search_text="search_text",
        ended=lambda: Residency.objects.filter(state__in=ENDED),
        lifecycle=LIFECYCLE,
        yearly_cost="residencies.reference_data.yearly_cost",
        milestones="residencies.subject.milestones",
        after_signing=_(
            "Once the team starts, you’ll get an invitation to each sprint review. Please come and see what the team has built."
        ),
        guide=(_("What happens in each phase"), "phase-guide"),
        reporting=lambda: Residency.objects.filter(state__in=[State.IN_RESIDENCE, State.LIVE]),
        report_weeks="residencies.reference_data.report_weeks",
        after_end={"benefit": (State.GRADUATED,)},
        graduating=lambda day: Residency.objects.filter(state=State.LIVE, graduation_due_on__lte=day),
    )
)
