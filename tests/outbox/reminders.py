"""A lab in which every reminder is due."""

from __future__ import annotations

import datetime

from django.utils import timezone

from acts.act import SYSTEM
from agreements.models import Invitation
from dates.months import months_after
from dates.working_days import working_days_before
from metrics.models import Metric
from oversight.models import Checklist, ReportingPlan
from partnerships.models import ClientComment, Decision, EmergencyPlan, Partner, Partnership, PilotEvaluation, SiteChange, SunsetCriterion
from people.models import RoleGrant, User
from residencies.models import Conversation, ConversationMeeting, Membership, Residency, Review
from residencies.models.states import State
from teams.choices import ChampionRole
from teams.models import RoleFinding, Sprint
from teams.roster.actions import keep_checks
from teams.training.actions import log_training
from tests.agreements import factories as agreements
from tests.community.factories import (
    a_quiet_mentoring,
    a_session_without_an_expert,
    a_session_without_an_outcome,
    a_team_without_a_mentor,
    an_unconfirmed_alumnus,
)
from tests.factories import account, person
from tests.oversight import status, trusting
from tests.oversight.barriers import barrier, days_ago, levels, risk
from tests.oversight.factories import a_contract_that_ends
from tests.oversight.follow_ups import follow_up
from tests.oversight.task_rows import task
from tests.partnerships import factories as partnerships
from tests.reports import showcasing
from tests.residencies import conversing
from tests.residencies.rows import residency
from tests.teams import factories as teams


def days(number: int) -> datetime.timedelta:
    return datetime.timedelta(days=number)


def one_of_each_due() -> None:
    """Graduation ahead, today and late; a clock that began; a review, questions, a signature and two sessions with experts that wait.

    Training not taken; a barrier, a risk and two conversations; a status report with a question and a decision; a follow-up.
    """
    today, now = timezone.localdate(), timezone.now()
    Invitation.objects.filter(version=agreements.circulated()).update(made_at=now - days(3))
    alumni_and_mentors(today)
    team = teams.checked(teams.residency())
    Residency.objects.filter(pk=team.pk).update(started_on=today - days(28))
    teams.champion(team)
    half = teams.champion(team, role=ChampionRole.ED).person
    log_training(team, course=teams.course(), finished_on=today, people=[half], by=account("lab_ops"))
    teams.product_owner(team, agile_trained_on=None, from_on=today)
    ops, _lead = account("lab_ops"), account("lab_lead")
    for ahead in (30, 14, 0, -7):
        row = residency("live", kept_by=account("product_owner"))
        Residency.objects.filter(pk=row.pk).update(live_on=today - days(100), graduation_due_on=today + days(ahead))
    begun = residency("live", kept_by=account("product_owner"))
    Residency.objects.filter(pk=begun.pk).update(live_on=today, graduation_due_on=today + days(182))
    residency("in_review").reviews.create(number=1, opened_at=now - days(7))
    asked = residency("draft", kept_by=account("product_owner"))
    asked.reviews.create(number=1, opened_at=now - days(17), closed_at=now - days(7), outcome=Review.Outcome.MORE_NEEDED)
    told_of_a_review()
    tasks_due(begun)
    for state, started_on in ((State.AGREEMENT, None), (State.IN_RESIDENCE, months_after(today, -6))):
        unready(state, started_on)
    asks = residency("in_residence", owner=person(user=ops, email=ops.email).user)
    a_session_without_an_expert(asks, days=5, by=ops), a_session_without_an_outcome(asks, days=3, by=ops)
    a_contract_that_ends(asks, days=30, by=ops)
    told_of_barriers(asks, ops)
    told_of_reports(asks, ops)
    told_of_conversations(asks, ops)
    readings_due(asks)
    showcase_release_due(ops)
    showcasing.dead_link(residency("in_residence", kept_by=account("product_owner")))
    partnership_ends(ops)
    follow_up(residency("graduated", ended_on=months_after(today, -6)))
    for model in (RoleGrant, Membership):
        model.objects.update(from_at=now - days(300))


def alumni_and_mentors(today: datetime.date) -> None:
    """A team that waits for a mentor, one that hasn't met its mentor, and an alum whose details are to be confirmed."""
    by = account("lab_ops")
    a_team_without_a_mentor(teams.residency(by=by), days=5, by=by)
    a_quiet_mentoring(teams.residency(by=by, kept_by=account("product_owner")), days=30, by=by)
    an_unconfirmed_alumnus((today - months_after(today, -12)).days, by=by)


def readings_due(of: Residency) -> None:
    """Metrics whose owners get a reminder today: one of a residency under way, one that is reported after the end."""
    today = timezone.localdate()
    ended = residency("pivoted")
    for row, until in ((of, None), (ended, today + days(700))):
        Metric.objects.create(
            stream=row.stream, name="Days to a decision", kind="user-value", unit="days", direction="down", cadence="monthly",
            method="Counted.", owner=person(), defined_on=today - days(60), next_due_on=today, after_end_until=until,
        )  # fmt: skip


def showcase_release_due(ops: User) -> None:
    """A product's page that lab operations released today and the product owner hasn't."""
    of = showcasing.product(started_on=None)
    showcasing.waiting_row(of, by=ops)


def partnership_ends(ops: User) -> None:
    """A partnership whose sunset date, review and last day of the agreement are 30 days ahead, and about which a decision is due today.

    A pilot of it is to be evaluated today.
    A case study of another has waited for its partners' answers for two weeks.
    A rapid response of it has been open for a week, a site changed as long ago, and the site's lease ends in three months.
    """
    today = timezone.localdate()
    row = partnerships.operating(by=ops)
    partnerships.agreement_in_force(row, until=today + days(30), by=ops)
    SunsetCriterion.objects.create(partnership=row, kind="date", text="The lease ends", on=today + days(30), added_on=today - days(200))
    Decision.objects.create(partnership=row, occasion="Too few clients", met_on=today - days(30), due_on=today)
    Partnership.objects.filter(pk=row.pk).update(review_on=today + days(30), started_on=today - days(300))
    half, _final = partnerships.pilot(row, by=ops)
    partnerships.planned_meeting(row, by=ops, days=7)
    to_meet = partnerships.operating(by=ops)
    Partnership.objects.filter(pk=to_meet.pk).update(meets_every=3, meet_by=today, made_at=timezone.now() - days(300))
    Partner.objects.filter(partnership=to_meet).update(joined_on=today - days(300))
    PilotEvaluation.objects.filter(pk=half.pk).update(due_on=today)
    Partner.objects.filter(partnership=row).update(joined_on=today - days(300))
    site = partnerships.site(row, name="Library", by=ops)
    facts = {"channel": "box", "tone": "displeased", "text": "It was cold.", "contact": "250-555-0100", "consent": True}
    ClientComment.objects.create(site=site, received_on=today - days(20), due_on=today - days(1), **facts)
    with days_ago(14):
        partnerships.rating_round(row, by=ops, days=14)
    partnerships.incident(row, called_at=timezone.now() - days(7), by=ops)
    plan = partnerships.emergency_plan(site, by=ops)
    EmergencyPlan.objects.filter(pk=plan.pk).update(test_due_on=today, reminds_on=today, made_at=timezone.now() - days(300))
    site = partnerships.site(row, name="Mall", chosen=True, lease_ends_on=months_after(today, 3), by=ops)
    partnerships.trip(site, on=site.today + days(1), by=ops)
    SiteChange.objects.create(site=site, kind=SiteChange.Kind.REFIT, note="New counters", made_at=timezone.now() - days(7))
    Partnership.objects.filter(pk=row.pk).update(made_at=timezone.now() - days(300))
    with days_ago(14):
        partnerships.asked(by=ops)


def told_of_a_review() -> None:
    """A champion and somebody of the team, a week before a review."""
    row = residency(State.IN_RESIDENCE)
    teams.champion(row), teams.seat(row)
    first = teams.sprinting(row)[0]
    Sprint.objects.filter(pk=first.pk).update(review_on=timezone.localdate() + days(7), changed_at=timezone.now() - days(30))


def tasks_due(of: Residency) -> None:
    """Tasks whose owners get a reminder today: one due, one overdue, and one on a list for after a pivot."""
    today, owner = timezone.localdate(), person(name="Jordan Whitefeather")
    task(of, "pia", owner=owner, due_on=today)
    task(of, "team-hr", owner=owner, due_on=today - days(7))
    pivoted = residency(State.PIVOTED)
    task(pivoted, "data", of="transition-list", owner=owner, due_on=today)
    Checklist.objects.update(made_at=timezone.now() - days(300))


def told_of_barriers(row: Residency, ops: User) -> None:
    """A barrier that is overdue at the team's level, and a risk and a plan for openness due for review today."""
    today = timezone.localdate()
    allowed = levels()["team"].allowed_days
    with days_ago((today - working_days_before(today - days(1), allowed)).days):
        barrier(row, by=ops), risk(row, by=ops, next_review_on=today), trusting.plan(row, by=ops, next_review_on=today)


def told_of_conversations(row: Residency, ops: User) -> None:
    """A conversation that is overdue since yesterday, and one that is tomorrow."""
    today, now = timezone.localdate(), timezone.now()
    late, planned = (conversing.opened(row, by=ops, expectation=words) for words in ("Time", "Money"))
    Conversation.objects.filter(pk=late.pk).update(opened_on=today - days(20), due_on=today - days(1))
    ConversationMeeting.objects.create(conversation=planned, on=today + days(1), at=conversing.NINE, minutes=60, changed_at=now - days(9))


def told_of_reports(row: Residency, ops: User) -> None:
    """A status report, an answer for it and a decision that are due today."""
    today = timezone.localdate()
    with days_ago(40):
        decision = status.asked(row, by=ops, due_on=today)
        status.question(status.draft(row, by=ops), by=ops, due_on=today + days(1))
    ReportingPlan.objects.filter(stream=decision.report.stream).update(next_due_on=today, due_since=today - days(40))


def unready(state: State, started_on: datetime.date | None) -> Residency:
    """A residency whose team's checks stand in the way of its next step, today being a day on which that is told."""
    row = residency(state, kept_by=account("product_owner"))
    Residency.objects.filter(pk=row.pk).update(state_since=timezone.now() - days(21), started_on=started_on)
    keep_checks(by=SYSTEM)
    RoleFinding.objects.filter(team__stream=row.stream_id).update(opened_at=timezone.now() - days(60))
    return row
