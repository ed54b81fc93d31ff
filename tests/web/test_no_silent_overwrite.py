"""Two who open the same form and save differently: the second is shown both, and nothing is overwritten (R14).

One scenario for every form that says which state of its row it was filled in from. A form without one fails
the guard at the end.
"""

from __future__ import annotations

import ast
import datetime
import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.models import AgreementVersion
from community.models import Colocation
from community.models.checklists import HABITS
from outbox.preferences.links import kinds_for, preference_of
from outbox.reminders.declare import turns
from outbox.reminders.schedule import in_a_sentence
from oversight.bodies.actions import add_body
from oversight.checklists.actions import reopen_task
from oversight.models import Budget, CostShare, FundingConfirmation, MoneyLine, ReportingPlan
from partnerships.organizations.actions import add_contact
from people.models import Person
from residencies.intake import actions as intake_actions
from residencies.models import Condition, ConditionFinding, Conversation, Graduation, Intake, Need, Question, Residency
from residencies.reminders import GRADUATION
from residencies.review import actions as review_actions
from teams.models import Champion, Destination, Seat, Service, Sprint, Training
from tests.agreements import factories as make_agreement
from tests.clock import TODAY
from tests.community.factories import (
    alumnus,
    desks,
    expert,
    giving,
    habit,
    matched,
    mentor_wanted,
    mentored,
    met,
    offering,
    owner_named,
    working_day,
)
from tests.factories import account, person
from tests.metrics.factories import metric
from tests.oversight import status, trusting
from tests.oversight.barriers import barrier, closed, defined, risk
from tests.oversight.factories import budget, contract, entry, this_year
from tests.oversight.task_rows import plan_part, task, tick
from tests.pages import text
from tests.partnerships import factories as partnering
from tests.reports import showcasing
from tests.residencies import conversing, rows
from tests.residencies import factories as make
from tests.residencies.pages import at
from tests.teams.factories import START, champion, seat, service, sprinting, training
from tests.teams.factories import residency as a_team
from tests.web.browsing import form_with, forms_of
from web.forms import ActForm
from web.templatetags.portal import dollars

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]


@dataclass
class Meeting:
    """Where two meet: the page, what each changes, how the saved text is read, and what the second must be shown of each."""

    page: str
    theirs: dict[str, Any]
    mine: dict[str, Any]
    saved: Callable[[], Any]
    shows: tuple[str, str]
    sent_to: str = ""
    user: Any = None
    mine_page: str = ""


SCENARIOS: dict[str, Callable[[], Meeting]] = {}


def meeting(form: str) -> Any:
    def register(build: Callable[[], Meeting]) -> Callable[[], Meeting]:
        SCENARIOS[form] = build
        return build

    return register


def fresh(row: Any, name: str) -> Callable[[], Any]:
    return lambda: getattr(type(row)._default_manager.get(pk=row.pk), name)


# ── Residencies ──────────────────────────────────────────────────────────────────────────────


@meeting("residencies.workspace.views.EditForm")
def edit() -> Meeting:
    row = make.draft_residency()
    return Meeting(
        at("residency-edit", row), {"product": "Their name"}, {"product": "My name"}, fresh(row, "product"), ("Their name", "My name")
    )


@meeting("residencies.graduation.forms.PlanPartForm")
def plan() -> Meeting:
    row = plan_part(make.draft_residency())
    page, kept = at("graduation-part", row.subject, row.pk), {"who": "open"}
    return Meeting(page, kept | {"note": "Their branch"}, kept | {"note": "My branch"}, fresh(row, "note"), ("Their branch", "My branch"))


@meeting("residencies.graduation.forms.StoryForm")
def story() -> Meeting:
    row = Graduation.objects.create(residency=rows.residency("graduated"))
    page = at("graduation-story", row.residency)
    return Meeting(page, {"story": "Their story"}, {"story": "My story"}, fresh(row, "story"), ("Their story", "My story"))


@meeting("residencies.graduation.forms.CorrectReleaseForm")
def release_date() -> Meeting:
    row, lead = rows.residency("live"), account("lab_lead")
    theirs, mine = (str(row.live_on - datetime.timedelta(days=days)) for days in (1, 2))
    page, kept = at("release-correct", row), {"reason": "It slipped."}
    return Meeting(
        page, kept | {"live_on": theirs}, kept | {"live_on": mine}, fresh(row, "live_on"), (_day(theirs), mine), user=lead,
    )  # fmt: skip


def _day(text: str) -> str:
    on = datetime.date.fromisoformat(text)
    return f"{on.day} {on:%B %Y}"


@meeting("teams.destinations.forms.DestinationForm")
def destination() -> Meeting:
    held = seat(rows.residency("live"))
    row = Destination.objects.create(team=held.team, person=held.person)
    page, kept = at("destination", row.team.subject, held.person_id), {"goes": "moves", "who": "open"}
    return Meeting(
        page, kept | {"place": "Their branch"}, kept | {"place": "My branch"}, fresh(row, "place"), ("Their branch", "My branch")
    )


@meeting("oversight.checklists.forms.PlanForm")
def task_plan() -> Meeting:
    row = task(make.draft_residency())
    page = at("task-plan", row.subject, row.pk)
    kept = {"who": "open"}
    return Meeting(page, kept | {"note": "Their note"}, kept | {"note": "My note"}, fresh(row, "note"), ("Their note", "My note"))


@meeting("oversight.checklists.forms.CompleteForm")
def task_done() -> Meeting:
    """The other marked it as done already, on another day."""
    row, earlier = task(make.draft_residency()), TODAY - datetime.timedelta(days=1)
    return Meeting(
        at("task", row.subject, row.pk), {"done_on": str(earlier)}, {"done_on": str(TODAY)}, fresh(row, "done_on"),
        (f"{earlier.day} {earlier:%B %Y}", str(TODAY)), sent_to=at("task-done", row.subject, row.pk),
    )  # fmt: skip


@meeting("oversight.checklists.forms.DismissForm")
def task_dismissed() -> Meeting:
    row = task(make.draft_residency())
    page = at("task-dismiss", row.subject, row.pk)
    return Meeting(page, {"reason": "Their reason"}, {"reason": "My reason"}, fresh(row, "reason"), ("Their reason", "My reason"))


@meeting("oversight.checklists.forms.ReopenForm")
def task_reopened() -> Meeting:
    """The other reopened it already."""
    row = task(make.draft_residency(), state="done", done_on=TODAY)
    return Meeting(at("task-reopen", row.subject, row.pk), {"reason": "Theirs"}, {"reason": "Mine"}, fresh(row, "revision"), ("", "Mine"))


@meeting("oversight.checklists.forms.TickForm")
def ticked() -> Meeting:
    """The other ticked it already, on another day."""
    residency, earlier = make.draft_residency(), TODAY - datetime.timedelta(days=1)
    row = tick(residency, HABITS, "chat", by=account("lab_ops"))
    reopened = reopen_task(row, reason="By mistake.", shown_revision=row.revision, by=account("lab_ops"))
    page = at("tick", residency, HABITS.code, "chat")
    theirs, mine = {"done_on": str(earlier), "note": "Their note"}, {"done_on": str(TODAY), "note": "My note"}
    return Meeting(page, theirs, mine, fresh(reopened, "note"), ("Their note", "My note"))


@meeting("oversight.checklists.forms.UndoForm")
def tick_undone() -> Meeting:
    """The other undid it already."""
    row = habit(make.draft_residency())
    return Meeting(at("task-reopen", row.subject, row.pk), {"reason": "Theirs"}, {"reason": "Mine"}, fresh(row, "revision"), ("", "Mine"))


@meeting("residencies.conversations.forms.HoldConversationForm")
def conversation() -> Meeting:
    residency, by = make.draft_residency(), account("lab_ops")
    row = conversing.opened(residency, by=by)
    who = conversing.invited(row, person(name="Dana Lee"), "adm", by=by)
    held = {"held_on": TODAY, "attendees": str(who.person_id), "outcome": "resolved"}
    return Meeting(
        at("conversation-hold", residency, row.pk), {**held, "notes": "Their notes"}, {**held, "notes": "My notes"},
        lambda: Conversation.objects.get(pk=row.pk).notes, ("Their notes", "My notes"),
    )  # fmt: skip


@meeting("residencies.conversations.forms.MeetingForm")
def conversation_time() -> Meeting:
    residency, by = make.draft_residency(), account("lab_ops")
    row = conversing.planned(conversing.opened(residency, by=by), by=by)
    page = at("conversation-plan", residency, row.conversation_id)
    return Meeting(page, {"place": "Their room"}, {"place": "My room"}, fresh(row, "place"), ("Their room", "My room"))


@meeting("residencies.conversations.forms.CancelMeetingForm")
def conversation_cancelled() -> Meeting:
    """The other moved it; a cancelled time is no one's to cancel again."""
    residency, by = make.draft_residency(), account("lab_ops")
    row = conversing.planned(conversing.opened(residency, by=by), by=by)
    moved, cancel = (at(f"conversation-{page}", residency, row.conversation_id) for page in ("plan", "cancel"))
    return Meeting(moved, {"place": "Their room"}, {"reason": "My reason"}, fresh(row, "place"), ("", "My reason"), mine_page=cancel)


@meeting("residencies.review.forms.DecideForm")
def finding() -> Meeting:
    residency = make.residency_in_review()
    findings = ConditionFinding.objects.filter(condition__residency=residency, condition__number=2)
    return Meeting(
        at("review", residency), {"c2-verdict": "met", "c2-reason": "Their reason"},
        {"c2-verdict": "not_met", "c2-reason": "My reason"},
        lambda: findings.get().reason, ("Their reason", "My reason"), sent_to=at("review-decide", residency),
    )  # fmt: skip


def draft() -> tuple[Residency, Any]:
    by = make.applicant()
    return make.draft_residency(by=by), by


@meeting("residencies.intake.forms.AreaForm")
def area() -> Meeting:
    row, by = draft()
    page = at("intake-area", row)
    return Meeting(page, {"product": "Their name"}, {"product": "My name"}, fresh(row, "product"), ("Their name", "My name"), user=by)


@meeting("residencies.intake.forms.ProblemForm")
def problem() -> Meeting:
    row, by = draft()
    saved = lambda: Intake.objects.get(residency=row).description
    page = at("intake-problem", row)
    return Meeting(page, {"description": "Their words"}, {"description": "My words"}, saved, ("Their words", "My words"), user=by)


@meeting("residencies.intake.forms.PeopleForm")
def people() -> Meeting:
    row, by = draft()
    saved = lambda: Intake.objects.get(residency=row).sponsors
    page = at("intake-people", row)
    return Meeting(page, {"sponsors": "Their sponsor"}, {"sponsors": "My sponsor"}, saved, ("Their sponsor", "My sponsor"), user=by)


@meeting("residencies.intake.forms.CaseForm")
def case() -> Meeting:
    row, by = draft()
    saved = lambda: Condition.objects.get(residency=row, number=3).case
    return Meeting(at("intake-condition-3", row), {"case": "Their case"}, {"case": "My case"}, saved, ("Their case", "My case"), user=by)


@meeting("residencies.intake.forms.NeedForm")
def need() -> Meeting:
    row, by = draft()
    need = intake_actions.add_need(row, statement="One page", by=by)
    saved = lambda: Need.objects.get(pk=need.pk).statement
    return Meeting(
        at("intake-problem", row), {"statement": "Their need"}, {"statement": "My need"}, saved, ("Their need", "My need"), user=by,
        sent_to=at("need-change", row, need.pk),
    )  # fmt: skip


@meeting("residencies.intake.forms.AnswerForm")
def answer() -> Meeting:
    by, reviewer = make.applicant(), make.ops()
    row = make.residency_in_review(by=by, reviewer=reviewer)
    review_actions.ask_for_more(row, question="For how many?", by=reviewer)
    question = Question.objects.get(review__residency=row)
    saved = lambda: Question.objects.get(pk=question.pk).answer
    return Meeting(
        at("intake-questions", row), {"answer": "Their answer"}, {"answer": "My answer"}, saved, ("Their answer", "My answer"), user=by,
        sent_to=at("intake-answer", row, question.pk),
    )  # fmt: skip


# ── Teams ────────────────────────────────────────────────────────────────────────────────────


def place(**facts: Any) -> Seat:
    return seat(make.draft_residency(), **facts)


def on_seat(name: str, row: Seat) -> str:
    return at(name, row.team.subject, row.pk)


@meeting("teams.roster.forms.EditForm")
def correct() -> Meeting:
    row = place()
    page = on_seat("seat-edit", row)
    return Meeting(page, {"successor": "Their Name"}, {"successor": "My Name"}, fresh(row, "successor"), ("Their Name", "My Name"))


@meeting("teams.roster.forms.ChangeForm")
def change() -> Meeting:
    """The other corrected the entry; mine would change it from a day on."""
    row = place()
    return Meeting(
        on_seat("seat-edit", row), {"share": 80}, {"share": 50, "on": TODAY}, fresh(row, "share"), ("80", "50"),
        mine_page=on_seat("seat-change", row),
    )  # fmt: skip


@meeting("teams.roster.forms.EndForm")
def end() -> Meeting:
    row = place()
    return Meeting(
        on_seat("seat-end", row), {"to_on": "2026-12-01"}, {"to_on": "2026-12-20"}, lambda: str(Seat.objects.get(pk=row.pk).to_on),
        ("1 December 2026", "20 December 2026"),
    )  # fmt: skip


@meeting("teams.roster.forms.FillForm")
def fill() -> Meeting:
    row = place(person=None)
    new = {"who": "new", "email": "", "from_on": START}
    return Meeting(
        on_seat("seat-fill", row), {**new, "name": "Their Person"}, {**new, "name": "My Person"},
        lambda: Seat.objects.get(pk=row.pk).who, ("Their Person", "My Person"),
    )  # fmt: skip


@meeting("teams.roster.forms.StrikeForm")
def strike() -> Meeting:
    """The other corrected the entry; mine would take it out."""
    row = place()
    return Meeting(
        on_seat("seat-edit", row), {"successor": "Their Name"}, {"reason": "A mistake"}, fresh(row, "successor"), ("", "A mistake"),
        mine_page=on_seat("seat-strike", row),
    )  # fmt: skip


def sprint() -> Sprint:
    return sprinting(make.draft_residency())[0]


def on_sprint(name: str, row: Sprint) -> str:
    return at(name, row.team.subject, row.pk)


@meeting("teams.sprints.forms.WriteForm")
def write() -> Meeting:
    row = sprint()
    page = on_sprint("sprint-write", row)
    return Meeting(page, {"goal": "Their goal"}, {"goal": "My goal"}, fresh(row, "goal"), ("Their goal", "My goal"))


@meeting("teams.sprints.forms.MoveForm")
def move() -> Meeting:
    row = sprint()
    page = on_sprint("sprint-move", row)
    theirs, mine = {"place": "Their room", "which": "alone"}, {"place": "My room", "which": "alone"}
    return Meeting(page, theirs, mine, fresh(row, "place"), ("Their room", "My room"))


@meeting("teams.sprints.forms.CallOffForm")
def call_off() -> Meeting:
    """The other moved the review; mine would call it off."""
    row = sprint()
    return Meeting(
        on_sprint("sprint-move", row), {"place": "Their room", "which": "alone"}, {"reason": "A storm"}, fresh(row, "place"), ("", "A storm"),
        mine_page=on_sprint("sprint-call-off", row),
    )  # fmt: skip


@meeting("teams.sprints.forms.HoldForm")
def hold() -> Meeting:
    """The other wrote what was shown; mine would close the review."""
    row = sprint()
    begun = timezone.localtime() - datetime.timedelta(minutes=1)
    Sprint.objects.filter(pk=row.pk).update(review_on=begun.date(), review_at=begun.time())
    return Meeting(
        on_sprint("sprint-write", row), {"demo": "Their demo"}, {}, fresh(row, "demo"), ("This was changed while you were editing", "Record as held"),
        mine_page=on_sprint("sprint-hold", row),
    )  # fmt: skip


@meeting("teams.sprints.forms.ReinstateForm")
def reinstate() -> Meeting:
    """The other wrote what was shown; mine would reinstate the review."""
    row = sprint()
    Sprint.objects.filter(pk=row.pk).update(called_off_at=timezone.now(), called_off_reason="A storm")
    return Meeting(
        on_sprint("sprint-write", row), {"demo": "Their demo"}, {}, fresh(row, "demo"), ("This was changed while you were editing", "Reinstate the review"),
        mine_page=on_sprint("sprint-reinstate", row),
    )  # fmt: skip


def on_champion(name: str, row: Champion) -> str:
    return at(name, row.team.subject, row.pk)


@meeting("teams.sprints.forms.ChampionEditForm")
def champion_edit() -> Meeting:
    row = champion(make.draft_residency())
    return Meeting(on_champion("champion-edit", row), {"role": "cfo"}, {"role": "cio"}, fresh(row, "role"), ("cfo", "cio"))


@meeting("teams.sprints.forms.ChampionEndForm")
def champion_end() -> Meeting:
    row = champion(make.draft_residency())
    return Meeting(
        on_champion("champion-end", row), {"to_on": "2026-12-01"}, {"to_on": "2026-12-20"}, lambda: str(Champion.objects.get(pk=row.pk).to_on),
        ("1 December 2026", "20 December 2026"),
    )  # fmt: skip


@meeting("teams.training.forms.HandLeadForm")
def hand_lead() -> Meeting:
    """The other said what they are; mine would make them lead."""
    row = champion(make.draft_residency())
    return Meeting(
        on_champion("champion-edit", row), {"role": "cfo"}, {}, fresh(row, "role"), ("This was changed while you were editing", "Hand over the lead"),
        mine_page=on_champion("champion-lead", row),
    )  # fmt: skip


def on_training(name: str, row: Training) -> str:
    return at(name, row.team.subject, row.pk)


@meeting("teams.training.forms.CertificateForm")
def certificate() -> Meeting:
    row = training(make.draft_residency())
    theirs, mine = ({"certificate_url": f"https://example.org/{whose}"} for whose in ("theirs", "mine"))
    saved = fresh(row, "certificate_url")
    return Meeting(on_training("certificate", row), theirs, mine, saved, ("example.org/theirs", "example.org/mine"))


@meeting("teams.training.forms.StrikeTrainingForm")
def cancel_training() -> Meeting:
    """The other took it out already."""
    row = training(make.draft_residency())
    return Meeting(
        on_training("training-strike", row), {"reason": "Their reason"}, {"reason": "My reason"}, fresh(row, "revision"), ("", "")
    )


@meeting("teams.lab.views.StrikeServiceForm")
def cancel_service() -> Meeting:
    """The other took it out already."""
    row = service(make.draft_residency())
    page = at("service-strike", row.team.subject, row.pk)
    gone = lambda: Service.objects.get(pk=row.pk).revision
    return Meeting(page, {"reason": "Their reason"}, {"reason": "My reason"}, gone, ("", ""))


# ── Community, experts, desks ────────────────────────────────────────────────────────────────


@meeting("community.forms.StrikeForm")
def cancel_giving() -> Meeting:
    """The other took it out already."""
    row = giving(make.draft_residency())
    return Meeting(at("giving-strike", row.residency, row.pk), {"reason": "Theirs"}, {"reason": "Mine"}, fresh(row, "revision"), ("", ""))


@meeting("community.forms.ColocationForm")
def colocation() -> Meeting:
    """Both are the first to say it."""
    residency = make.draft_residency()
    theirs, mine = ({"mode": "virtual", "plan": plan} for plan in ("Their plan", "My plan"))
    plan = lambda: Colocation.objects.get(residency=residency).plan
    return Meeting(at("colocation", residency), theirs, mine, plan, ("Their plan", "My plan"))


def on_session(name: str, row: Any) -> str:
    return at(name, row.residency, row.pk)


@meeting("community.experts.forms.MatchForm")
def move_session() -> Meeting:
    row = matched(make.draft_residency())
    theirs, mine = {"place": "Their room"}, {"place": "My room"}
    return Meeting(on_session("session-match", row), theirs, mine, fresh(row, "place"), ("Their room", "My room"))


@meeting("community.experts.forms.HoldForm")
def hold_session() -> Meeting:
    row = matched(make.draft_residency(), on=working_day(-3))
    theirs, mine = {"outcome": "Their words."}, {"outcome": "My words."}
    return Meeting(on_session("session-hold", row), theirs, mine, fresh(row, "outcome"), ("Their words.", "My words."))


@meeting("community.experts.forms.CallOffForm")
def call_off_session() -> Meeting:
    """The other moved the session; mine would call it off."""
    row = matched(make.draft_residency())
    return Meeting(
        on_session("session-match", row), {"place": "Their room"}, {"reason": "A storm"}, fresh(row, "place"), ("", "A storm"),
        mine_page=on_session("session-call-off", row),
    )  # fmt: skip


@meeting("community.experts.forms.ExpertEditForm")
def expert_edit() -> Meeting:
    row = expert()
    theirs, mine = {"availability": "Mondays"}, {"availability": "Fridays"}
    return Meeting(reverse("expert", args=[row.pk]), theirs, mine, fresh(row, "availability"), ("Mondays", "Fridays"))


@meeting("community.forms.DesksEditForm")
def desks_edit() -> Meeting:
    row = desks(make.draft_residency())
    theirs, mine = {"where": "Their corner"}, {"where": "My corner"}
    return Meeting(at("desks-change", row.residency, row.pk), theirs, mine, fresh(row, "where"), ("Their corner", "My corner"))


@meeting("community.forms.TakeBackForm")
def desks_back() -> Meeting:
    """The other took them back already."""
    row = desks(make.draft_residency())
    return Meeting(at("desks-take-back", row.residency, row.pk), {"reason": "Theirs"}, {"reason": "Mine"}, fresh(row, "revision"), ("", ""))


# ── Money ────────────────────────────────────────────────────────────────────────────────────


@meeting("oversight.money.forms.BudgetForm")
def money_budget() -> Meeting:
    """Both correct the same budget."""
    row = budget(make.draft_residency(), 900_000)
    theirs, mine = ({"amount_cents": amount, "reason": "Two more people."} for amount in ("1,000,000", "1,100,000"))
    saved = lambda: dollars(Budget.objects.current().get(stream=row.stream).amount_cents)
    return Meeting(at("money-budget", row.subject, row.fiscal_year), theirs, mine, saved, ("$1,000,000", "$1,100,000"))


@meeting("oversight.money.forms.ConfirmationForm")
def money_confirmation() -> Meeting:
    """Both are the first to record it."""
    residency = make.draft_residency()
    theirs, mine = ({"amount_cents": "900000", "confirmed_by": who} for who in ("Kofi Marchbanks, CFO", "Yuki Penhallow, CFO"))
    saved = lambda: FundingConfirmation.objects.current().get(stream=residency.stream).confirmed_by
    return Meeting(at("money-confirm", residency, this_year()), theirs, mine, saved, ("Kofi Marchbanks", "Yuki Penhallow"))


@meeting("oversight.money.forms.CorrectForm")
def money_entry() -> Meeting:
    row = entry(make.draft_residency())
    theirs, mine = ({"item": item, "reason": "It was entered wrongly."} for item in ("Their item", "My item"))
    saved = lambda: MoneyLine.objects.counting().get(stream=row.stream).item
    return Meeting(at("money-correct", row.subject, row.pk), theirs, mine, saved, ("Their item", "My item"))


@meeting("oversight.money.forms.RemoveForm")
def money_entry_removed() -> Meeting:
    """The other corrected it; mine would remove it."""
    row = entry(make.draft_residency())
    return Meeting(
        at("money-correct", row.subject, row.pk), {"item": "Their item", "reason": "Wrong."}, {"reason": "Twice."},
        lambda: MoneyLine.objects.current().get(stream=row.stream).removed, ("", "Twice."), mine_page=at("money-remove", row.subject, row.pk),
    )  # fmt: skip


@meeting("oversight.money.forms.PayerForm")
def money_payer() -> Meeting:
    """Both are the first to set it."""
    residency = make.draft_residency()
    saved = lambda: CostShare.objects.get(stream=residency.stream).note
    theirs, mine = ({"payer": "partner", "note": note} for note in ("Their note", "My note"))
    return Meeting(at("money-payer", residency, "hosting"), theirs, mine, saved, ("Their note", "My note"))


@meeting("oversight.money.forms.ContractEditForm")
def money_contract() -> Meeting:
    row = contract(make.draft_residency())
    theirs, mine = {"purpose": "Their work"}, {"purpose": "My work"}
    return Meeting(at("contract", row.subject, row.pk), theirs, mine, fresh(row, "purpose"), ("Their work", "My work"))


# ── People, agreements ───────────────────────────────────────────────────────────────────────


@meeting("people.forms.PersonForm")
def details() -> Meeting:
    row = person()
    page = reverse("person-edit", args=[row.pk])
    return Meeting(
        page, {"title": "Their title"}, {"title": "My title"}, lambda: Person.objects.get(pk=row.pk).title, ("Their title", "My title")
    )


@meeting("outbox.preferences.views.MailPreferenceForm")
def wish() -> Meeting:
    somebody = person()
    first, second = list(kinds_for(None))[:2]
    page = reverse("person-mail", args=[somebody.pk])
    saved = lambda: ", ".join(kind for kind in (first, second) if preference_of(somebody).wants(kind))
    shows = tuple(str(kinds_for(None)[kind].label) for kind in (first, second))
    return Meeting(page, {"kinds": first, "how": "daily"}, {"kinds": second, "how": "daily"}, saved, shows)


def on_draft(name: str, version: AgreementVersion) -> str:
    return reverse(name, args=[version.agreement.subject.reference])


@meeting("agreements.drafting.forms.HeaderForm")
def header() -> Meeting:
    row = make_agreement.draft()
    return Meeting(
        on_draft("agreement-header", row), {"product": "Their product"}, {"product": "My product"},
        lambda: AgreementVersion.objects.get(pk=row.pk).header["product"], ("Their product", "My product"),
    )  # fmt: skip


@meeting("agreements.drafting.forms.ConditionsForm")
def conditions() -> Meeting:
    row = make_agreement.draft()
    saved = lambda: row.clauses.get(kind="unique").text
    theirs, mine = ({"heading_1": "Data", "text_1": words} for words in ("Their terms.", "My terms."))
    return Meeting(on_draft("agreement-conditions", row), theirs, mine, saved, ("Their terms.", "My terms."))


@meeting("agreements.drafting.forms.SigningOrderForm")
def signing_order() -> Meeting:
    row = make_agreement.draft()
    saved = lambda: "side_by_side" if row.roles.filter(stage=3).exists() else "at_once"
    theirs, mine = {"order": "side_by_side"}, {"order": "at_once", "code_required": "on"}
    shows = ("This was changed while you were editing", "at_once")
    return Meeting(on_draft("agreement-order", row), theirs, mine, saved, shows)


@meeting("agreements.drafting.forms.VersionForm")
def circulate() -> Meeting:
    """The other edited the draft; mine would send it out, unread."""
    row = make_agreement.complete_draft()
    return Meeting(
        on_draft("agreement-header", row), {"product": "Their product"}, {},
        lambda: AgreementVersion.objects.get(pk=row.pk).header["product"], ("Someone edited the draft", "Read it again"),
        mine_page=on_draft("agreement-circulate", row),
    )  # fmt: skip


# ── Reminders ────────────────────────────────────────────────────────────────────────────────


def steps_saved() -> str:
    return in_a_sentence(turns(GRADUATION).now_and_then[-1][1], GRADUATION.audiences)


@meeting("outbox.pages.forms.ScheduleForm")
def schedule() -> Meeting:
    page = reverse("outbox-schedule", args=["graduation-due"])
    return Meeting(
        page, {"step_5_count": "20"}, {"step_5_count": "25"}, steps_saved, ("20 days before", "25 days before"), user=account("admin")
    )


@meeting("outbox.pages.forms.DefaultForm")
def default_schedule() -> Meeting:
    """The other set a schedule; mine would take it back unseen."""
    page = reverse("outbox-schedule", args=["graduation-due"])
    return Meeting(
        page, {"step_5_count": "20"}, {}, steps_saved, ("20 days before", "14 days before"), user=account("admin"),
        mine_page=reverse("outbox-schedule-default", args=["graduation-due"]),
    )  # fmt: skip


# ── Status reports ───────────────────────────────────────────────────────────────────────────


def report_pages(report: Any) -> tuple[str, str]:
    """Where a draft is edited, and where it is sent."""
    parts = [report.subject.reference, report.number]
    return reverse("status-edit", args=parts), reverse("status-send", args=parts)


@meeting("oversight.status.forms.ReportForm")
def edit_report() -> Meeting:
    row = status.edited(status.draft())
    page, _send = report_pages(row)
    return Meeting(page, {"summary": "Their words"}, {"summary": "My words"}, fresh(row, "summary"), ("Their words", "My words"))


@meeting("oversight.status.views.SendForm")
def send_report() -> Meeting:
    """The other edits the draft that I am about to send."""
    row = status.edited(status.draft())
    page, send = report_pages(row)
    return Meeting(page, {"summary": "Their words"}, {}, fresh(row, "state"), ("Their words", "draft"), sent_to="", mine_page=send)


@meeting("oversight.status.forms.PlanForm")
def plan_reports() -> Meeting:
    of = status.started()
    saved = lambda: ReportingPlan.objects.get(stream=of.stream).cadence
    return Meeting(
        reverse("status-plan", args=[of.reference]), {"cadence": "monthly"}, {"cadence": "quarterly"}, saved, ("Monthly", "Quarterly")
    )


@meeting("oversight.status.forms.AnswerForm")
def answer_decision() -> Meeting:
    row = status.asked()
    page, answers = reverse("decision-answer", args=[row.pk]), {"outcome": "accepted"}
    saved = lambda: row.answers.order_by("number")[0].text
    return Meeting(page, {"text": "Their reason", **answers}, {"text": "My reason", **answers}, saved, ("", "My reason"))


# ── Barriers, risks, and bodies ──────────────────────────────────────────────────────────────


def beside(kind: str, verb: str, mine: dict[str, Any], build: Callable[[], Any]) -> Callable[[], Meeting]:
    """The other describes it; mine was filled in on another of its pages."""

    def build_meeting() -> Meeting:
        row = build()
        described = reverse("barrier-describe" if kind == "barrier" else "risk-edit", args=[row.pk])
        page = reverse(f"{kind}-{verb}", args=[row.pk])
        return Meeting(described, {"text": "Their words"}, mine, fresh(row, "text"), ("", next(iter(mine.values()))), mine_page=page)

    return build_meeting


BARRIERS = "oversight.barriers.forms"
SCENARIOS |= {
    f"{BARRIERS}.MoveForm": beside("barrier", "move", {"reason": "My reason", "recommendation": "Ask."}, defined),
    f"{BARRIERS}.CloseForm": beside("barrier", "close", {"outcome": "My outcome"}, barrier),
    f"{BARRIERS}.RateForm": beside("risk", "rate", {"because_of": "My action"}, risk),
    f"{BARRIERS}.CloseRiskForm": beside("risk", "close", {"outcome": "My outcome"}, risk),
}


@meeting("oversight.barriers.forms.DescribeForm")
def describe_barrier() -> Meeting:
    row = barrier()
    page = reverse("barrier-describe", args=[row.pk])
    return Meeting(page, {"cause": "Their cause"}, {"cause": "My cause"}, fresh(row, "cause"), ("Their cause", "My cause"))


@meeting("oversight.barriers.forms.RiskDescribeForm")
def describe_risk() -> Meeting:
    row = risk()
    page = reverse("risk-edit", args=[row.pk])
    return Meeting(page, {"text": "Their words"}, {"text": "My words"}, fresh(row, "text"), ("Their words", "My words"))


@meeting("oversight.barriers.forms.OwnerForm")
def own_barrier() -> Meeting:
    row, new = barrier(), {"who": "new", "email": ""}
    page, saved = reverse("barrier-assign", args=[row.pk]), lambda: str(type(row).objects.get(pk=row.pk).owner)
    return Meeting(page, {**new, "name": "Their owner"}, {**new, "name": "My owner"}, saved, ("Their owner", "My owner"))


@meeting("oversight.barriers.forms.ReopenForm")
def reopen_barrier() -> Meeting:
    row = closed(barrier(), "accepted", accepted_until=TODAY + datetime.timedelta(days=30))
    page = reverse("barrier-reopen", args=[row.pk])
    return Meeting(page, {"reason": "Their reason"}, {"reason": "My reason"}, fresh(row, "state"), ("", "My reason"))


@meeting("oversight.bodies.forms.BodyForm")
def edit_body() -> Meeting:
    row = add_body(name="Working group", by=account("lab_ops"))
    page = reverse("body-edit", args=[row.pk])
    return Meeting(page, {"purpose": "Their purpose"}, {"purpose": "My purpose"}, fresh(row, "purpose"), ("Their purpose", "My purpose"))


@meeting("partnerships.organizations.views.OrganizationForm")
def edit_organization() -> Meeting:
    row = partnering.organization()
    page = reverse("organization-edit", args=[row.pk])
    return Meeting(page, {"region": "Their region"}, {"region": "My region"}, fresh(row, "region"), ("Their region", "My region"))


@meeting("partnerships.organizations.views.EditContactForm")
def edit_contact() -> Meeting:
    row = add_contact(partnering.organization(), person=person(), role="Leases", from_on=timezone.localdate(), by=account("lab_ops"))
    page = reverse("contact-edit", args=[row.pk])
    return Meeting(page, {"role": "Their role"}, {"role": "My role"}, fresh(row, "role"), ("Their role", "My role"))


@meeting("partnerships.sites.services.views.ServiceForm")
def edit_service() -> Meeting:
    row = partnering.provided_service()
    page = reverse("service-edit", args=[row.site.partnership.reference, row.pk])
    return Meeting(page, {"training": "Theirs"}, {"training": "Mine"}, fresh(row, "training"), ("Theirs", "Mine"))


@meeting("partnerships.sites.forms.EmergencyPlanForm")
def edit_emergency_plan() -> Meeting:
    row = partnering.emergency_plan(partnering.site(partnering.partnership()))
    page = reverse("emergency-plan-keep", args=[row.site.partnership.reference, row.site_id])
    theirs, mine = "https://example.org/theirs", "https://example.org/mine"
    who = {"who": "known", "person": row.keeper_id}
    return Meeting(page, {**who, "url": theirs}, {**who, "url": mine}, fresh(row, "url"), (theirs, mine))


def of_partnership(page: str, field: str, theirs: str, mine: str, **also: str) -> Meeting:
    """Two who change one field of a partnership on a page of it."""
    row = partnering.partnership()
    address = reverse(page, args=[row.reference])
    return Meeting(address, {field: theirs, **also}, {field: mine, **also}, fresh(row, field), (theirs, mine))


@meeting("partnerships.workspace.forms.IdeaForm")
def edit_idea() -> Meeting:
    return of_partnership("partnership-edit", "purpose", "Their purpose", "My purpose")


@meeting("partnerships.workspace.forms.NoteForm")
def edit_note() -> Meeting:
    return of_partnership("partnership-note", "note", "Their note", "My note", note_on=str(TODAY))


@meeting("partnerships.workspace.forms.EndingForm")
def edit_ending() -> Meeting:
    return of_partnership("partnership-ending-edit", "no_sunset_reason", "Their reason", "My reason")


@meeting("partnerships.workspace.forms.GovernanceForm")
def edit_governance() -> Meeting:
    row = partnering.partnership()
    theirs, mine = (add_body(name=name, by=account("lab_ops")) for name in ("Their board", "My board"))
    page = reverse("partnership-governance", args=[row.reference])
    return Meeting(
        page, {"board": str(theirs.pk)}, {"board": str(mine.pk)}, lambda: partnering.fresh(row).board.name, ("Their board", "My board")
    )


@meeting("partnerships.cases.forms.CaseForm")
def case_study() -> Meeting:
    row = partnering.case_study()
    page = reverse("case-edit", args=[row.pk])
    return Meeting(page, {"results": "Their results"}, {"results": "My results"}, fresh(row, "results"), ("Their results", "My results"))


@meeting("partnerships.sites.trips.views.ChecklistForm")
def checklist_of_a_trip() -> Meeting:
    row = partnering.trip(partnering.site(partnering.partnership()))
    page = reverse("trip-checklist", args=[row.partnership.reference, row.site_id, row.pk])
    theirs, mine = {"number_host": "250-555-0101"}, {"number_host": "250-555-0102"}
    return Meeting(page, theirs, mine, fresh(row, "numbers"), ("250-555-0101", "250-555-0102"))


@meeting("partnerships.workspace.incidents.views.IncidentForm")
def edit_incident() -> Meeting:
    row = partnering.incident(partnering.operating())
    page = reverse("incident-edit", args=[row.partnership.reference, row.pk])
    theirs, mine = ({"kind": "flood", "community": "Picton", "presence": hall} for hall in ("Their hall", "My hall"))
    return Meeting(page, theirs, mine, fresh(row, "presence"), ("Their hall", "My hall"))


@meeting("partnerships.sites.forms.SiteForm")
def edit_site() -> Meeting:
    row = partnering.site(partnering.partnership())
    page = reverse("site-edit", args=[row.partnership.reference, row.pk])
    return Meeting(page, {"parking": "Their places"}, {"parking": "My places"}, fresh(row, "parking"), ("Their places", "My places"))


@meeting("partnerships.sites.opening.forms.CalendarForm")
def edit_calendar() -> Meeting:
    row = partnering.calendar(partnering.site(partnering.partnership()))
    page = reverse("calendar-edit", args=[row.site.partnership.reference, row.site_id, row.pk])
    hours = {"holidays": "ON", "friday": "08:30-16:30"}
    theirs, mine = {**hours, "monday": "08:00-12:00"}, {**hours, "monday": "10:00-14:00"}
    return Meeting(page, theirs, mine, fresh(row, "monday"), ("08:00-12:00", "10:00-14:00"))


@meeting("partnerships.workspace.relationship.forms.RateForm")
def rating_of_a_partner() -> Meeting:
    """A coordinator in two windows: nobody else is shown what a partner gave."""
    row = partnering.rating_round().ratings.select_related("partner").earliest("pk")
    user = account("viewer")
    Person.objects.filter(pk=row.partner.coordinator_id).update(user=user)
    scores = {f"score_{code}": "4" for code in partnering.answers()["scores"]}
    theirs, mine = {**scores, "reason_ties": "Their reason"}, {**scores, "reason_ties": "My reason"}
    page = reverse("relationship-rate", args=[row.round.partnership.reference, row.pk])
    return Meeting(page, theirs, mine, fresh(row, "reasons"), ("Their reason", "My reason"), user=user)


@meeting("partnerships.workspace.meetings.views.PlanForm")
def meeting_of_partners() -> Meeting:
    row = partnering.planned_meeting(partnering.partnership())
    page = reverse("meeting-edit", args=[row.partnership.reference, row.pk])
    theirs, mine = {"on": str(row.on), "place": "Their place"}, {"on": str(row.on), "place": "My place"}
    return Meeting(page, theirs, mine, fresh(row, "place"), ("Their place", "My place"))


@meeting("partnerships.endings.forms.EvaluationForm")
def evaluation_of_a_pilot() -> Meeting:
    row, _final = partnering.pilot(partnering.partnership())
    page = reverse("pilot-evaluate", args=[row.partnership.reference, row.pk])
    theirs, mine = {"finding_cost": "Their words"}, {"finding_cost": "My words"}
    return Meeting(page, theirs, mine, fresh(row, "findings"), ("Their words", "My words"))


@meeting("partnerships.sites.comments.views.FollowUpForm")
def follow_up_of_a_comment() -> Meeting:
    row = partnering.comment(partnering.site(partnering.partnership()))
    kept = {"followed_up_on": str(row.site.today), "tone_after": "pleased"}
    theirs, mine = {**kept, "learned": "Their words"}, {**kept, "learned": "My words"}
    return Meeting(row.get_absolute_url(), theirs, mine, fresh(row, "learned"), ("Their words", "My words"))


def on_trust(name: str, row: Any) -> str:
    return reverse(name, args=[row.subject.reference, row.pk])


@meeting("oversight.trust.forms.EditApprovalForm")
def edit_approval() -> Meeting:
    row = trusting.approval()
    page = on_trust("approval-edit", row)
    return Meeting(page, {"what": "Their words"}, {"what": "My words"}, fresh(row, "what"), ("Their words", "My words"))


@meeting("oversight.trust.forms.ResolveForm")
def resolve_approval() -> Meeting:
    row = trusting.approval()
    edit, resolve = (on_trust(f"approval-{page}", row) for page in ("edit", "resolve"))
    return Meeting(edit, {"what": "Their words"}, {"outcome": "My outcome"}, fresh(row, "what"), ("", "My outcome"), mine_page=resolve)


@meeting("oversight.trust.forms.EditPlanForm")
def edit_plan() -> Meeting:
    row = trusting.plan()
    return Meeting(
        on_trust("openness-edit", row),
        {"reason": "Their reason"},
        {"reason": "My reason"},
        fresh(row, "reason"),
        ("Their reason", "My reason"),
    )


@meeting("oversight.trust.forms.ReviewForm")
def review_plan() -> Meeting:
    row = trusting.plan()
    edit, review = (on_trust(f"openness-{page}", row) for page in ("edit", "review"))
    return Meeting(edit, {"reason": "Their reason"}, {"note": "My note"}, fresh(row, "reason"), ("", "My note"), mine_page=review)


@meeting("oversight.trust.forms.ClosePlanForm")
def close_plan() -> Meeting:
    row = trusting.plan()
    edit, close = (on_trust(f"openness-{page}", row) for page in ("edit", "close"))
    return Meeting(edit, {"reason": "Their reason"}, {"outcome": "My outcome"}, fresh(row, "reason"), ("", "My outcome"), mine_page=close)


# ── The showcase and lessons ─────────────────────────────────────────────────────────────────


@meeting("reports.showcase.forms.EntryForm")
def showcase_entry() -> Meeting:
    row = showcasing.entry(showcasing.product())
    page = reverse("showcase-edit", args=[row.stream.residency.reference])
    return Meeting(page, {"summary": "Their words"}, {"summary": "My words"}, fresh(row, "summary"), ("Their words", "My words"))


@meeting("reports.lessons.forms.EditLessonForm")
def edit_lesson() -> Meeting:
    row = showcasing.lesson()
    page = reverse("lesson-edit", args=[row.pk])
    return Meeting(
        page, {"text": "Their words"}, {"text": "My words"}, fresh(row, "text"), ("Their words", "My words"), user=row.recorded_by
    )


# ── Alumni, mentors and benefit owners ───────────────────────────────────────────────────────


@meeting("community.alumni.forms.OfferForm")
def alumni_offer() -> Meeting:
    row = offering(alumnus())
    page = reverse("alumnus-offer", args=[row.person.alumnus.pk])
    return Meeting(page, {"text": "Their offer"}, {"text": "My offer"}, fresh(row, "text"), ("Their offer", "My offer"))


@meeting("community.alumni.forms.ListingForm")
def listing() -> Meeting:
    """One shows the address to teams; the other leaves it as it was."""
    row = alumnus()
    page = reverse("alumnus-listing", args=[row.pk])
    return Meeting(page, {"shows_email": "on"}, {}, fresh(row, "revision"), ("", ""))


def on_mentoring(page: str, row: Any) -> str:
    return reverse(f"mentoring-{page}", args=[row.pk])


@meeting("community.mentors.forms.MatchForm")
def mentor_match() -> Meeting:
    """Two match a mentor for one request at once."""
    ops = account("lab_ops")
    theirs, mine = (offering(alumnus(by=ops, name=name), by=ops).person for name in ("Zawadi Their", "Yara Mine"))
    row = mentor_wanted(a_team(), by=ops)
    page = on_mentoring("match", row)
    return Meeting(page, {"mentor": theirs.pk}, {"mentor": mine.pk}, fresh(row, "mentor_id"), ("Zawadi Their", str(mine.pk)))


@meeting("community.mentors.forms.FinishForm")
def mentoring_finished() -> Meeting:
    row = mentored(a_team())
    page = on_mentoring("finish", row)
    return Meeting(page, {"outcome": "Their outcome"}, {"outcome": "My outcome"}, fresh(row, "outcome"), ("Their outcome", "My outcome"))


@meeting("community.mentors.forms.CancelForm")
def mentoring_cancelled() -> Meeting:
    row = mentor_wanted(a_team())
    page = on_mentoring("cancel", row)
    return Meeting(page, {"reason": "Their reason"}, {"reason": "My reason"}, fresh(row, "reason"), ("Their reason", "My reason"))


@meeting("community.mentors.forms.RemoveMeetingForm")
def mentor_meeting_removed() -> Meeting:
    """The other removed it already."""
    row = met(mentored(a_team()))
    page = reverse("mentor-meeting-remove", args=[row.mentoring_id, row.pk])
    return Meeting(page, {"reason": "Their reason"}, {"reason": "My reason"}, fresh(row, "revision"), ("", "My reason"))


@meeting("community.benefits.views.SendForm")
def commitment_sent() -> Meeting:
    """The other withdrew the name in the meantime: nothing is sent to someone who was withdrawn."""
    row = owner_named(rows.residency("live"))
    withdraw, send = (at(f"benefit-owner-{page}", row.residency, row.pk) for page in ("withdraw", "send"))
    return Meeting(withdraw, {"reason": "Their reason"}, {}, fresh(row, "end_reason"), ("", ""), mine_page=send)


@meeting("community.benefits.views.WithdrawForm")
def owner_withdrawn() -> Meeting:
    row = owner_named(rows.residency("live"))
    page = at("benefit-owner-withdraw", row.residency, row.pk)
    return Meeting(page, {"reason": "Their reason"}, {"reason": "My reason"}, fresh(row, "end_reason"), ("Their reason", "My reason"))


# ── Metrics ──────────────────────────────────────────────────────────────────────────────────


def on_metric(page: str, row: Any) -> str:
    return at(f"metric-{page}", row.subject, row.pk)


@meeting("metrics.definition.forms.EditForm")
def metric_edit() -> Meeting:
    row = metric(rows.residency("in_residence"))
    page = on_metric("edit", row)
    return Meeting(page, {"method": "Their method"}, {"method": "My method"}, fresh(row, "method"), ("Their method", "My method"))


@meeting("metrics.definition.forms.GoalForm")
def metric_target() -> Meeting:
    row, kept = metric(rows.residency("in_residence"), target="15"), {"reason": "We learned more."}
    page = on_metric("target", row)
    return Meeting(page, kept | {"value": "14"}, kept | {"value": "13"}, fresh(row, "target_value"), ("14", "13"))


@meeting("metrics.definition.forms.RetireForm")
def metric_retired() -> Meeting:
    """The other edited it in the meantime."""
    row = metric(rows.residency("in_residence"))
    edit, retire = on_metric("edit", row), on_metric("retire", row)
    return Meeting(
        edit, {"method": "Their method"}, {"reason": "My reason"}, fresh(row, "retired_because"), ("", "My reason"), mine_page=retire
    )


# ── The promise ──────────────────────────────────────────────────────────────────────────────


def desk(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("form", sorted(SCENARIOS))
def test_the_second_to_save_is_shown_both_and_overwrites_nothing(form):
    """R14"""
    met = SCENARIOS[form]()
    user = met.user or account("lab_ops")
    them, me = desk(user), desk(user if met.user else account("lab_ops"))
    mine_page = met.mine_page or met.page
    their_form = form_with(them.get(met.page), *met.theirs, action=met.sent_to)
    my_form = form_with(me.get(mine_page), *(met.mine or ("shown_revision",)), action=met.sent_to)

    first = them.post(met.sent_to or met.page, their_form.fields | met.theirs)
    assert first.status_code == 302, text(first)
    theirs = met.saved()
    second = me.post(met.sent_to or mine_page, my_form.fields | met.mine)

    assert second.status_code in (200, 409, 422), "the second was taken as if the first had not been"
    assert met.saved() == theirs, "the first was overwritten"
    shown = text(second) + " ".join(value for form in forms_of(second) for value in form.fields.values())
    for words in met.shows:
        assert words in shown


@pytest.mark.parametrize("form", sorted(SCENARIOS))
def test_whoever_has_seen_both_may_save_theirs(form):
    """R14: the page that came back is sent as it is; what was typed is still in it."""
    met = SCENARIOS[form]()
    user = met.user or account("lab_ops")
    them, me = desk(user), desk(user)
    mine_page = met.mine_page or met.page
    their_form = form_with(them.get(met.page), *met.theirs, action=met.sent_to)
    my_form = form_with(me.get(mine_page), *(met.mine or ("shown_revision",)), action=met.sent_to)
    them.post(met.sent_to or met.page, their_form.fields | met.theirs)
    second = me.post(met.sent_to or mine_page, my_form.fields | met.mine)
    if form in ONCE:
        return

    kept = form_with(second, *(met.mine or ("shown_revision",)), action=met.sent_to)
    for name, value in met.mine.items():
        assert kept.fields[name] == str(value), f"{name} was lost"
    assert me.post(met.sent_to or mine_page, kept.fields).status_code == 302
    if not met.mine_page:
        assert met.shows[1] in str(met.saved()) or str(next(iter(met.mine.values()))) == str(met.saved())


# Acts that can't follow the other's: the seat is taken, the draft has to be read again; or nothing is typed that could be kept.
ONCE = {
    "residencies.conversations.forms.HoldConversationForm",  # held is final
    "community.experts.forms.HoldForm",  # likewise; a correction gives a reason
    "oversight.money.forms.ConfirmationForm",  # the second becomes a correction, which needs a reason
    "partnerships.sites.comments.views.FollowUpForm",  # what was learned is recorded once
    "oversight.barriers.forms.ReopenForm",  # it is open again
    "oversight.status.forms.AnswerForm",  # an answer is final; a correction names it
    "agreements.drafting.forms.VersionForm",
    "community.benefits.views.SendForm",  # nothing is sent to someone whose name was withdrawn
    "community.benefits.views.WithdrawForm",
    "community.mentors.forms.CancelForm",  # it is over
    "community.mentors.forms.FinishForm",
    "community.mentors.forms.RemoveMeetingForm",
    "outbox.pages.forms.DefaultForm",
    "community.forms.StrikeForm",
    "community.forms.TakeBackForm",
    "oversight.checklists.forms.CompleteForm",  # it is done, or doesn't apply: only a reason opens it again
    "oversight.checklists.forms.DismissForm",
    "oversight.checklists.forms.ReopenForm",
    "oversight.checklists.forms.TickForm",
    "oversight.checklists.forms.UndoForm",
    "teams.roster.forms.FillForm",
    "teams.lab.views.StrikeServiceForm",
    "teams.sprints.forms.HoldForm",
    "teams.training.forms.HandLeadForm",
    "teams.training.forms.StrikeTrainingForm",
}


# ── The guard ────────────────────────────────────────────────────────────────────────────────


def forms_with_a_version() -> set[str]:
    """Every form class that some view makes with `record=`, or that puts a version of its own in, by dotted path."""
    forms = set()
    for path in [*ROOT.glob("*/*views.py"), *ROOT.glob("*/*/*views.py"), *ROOT.glob("[a-z]*/*/*/views.py"), *ROOT.glob("*/views/*.py")]:
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
        for call in ast.walk(ast.parse(path.read_text())):
            form_class = _named(module, call.func) if isinstance(call, ast.Call) else None
            if inspect.isclass(form_class) and issubclass(form_class, ActForm):
                given = {keyword.arg for keyword in call.keywords}
                if "record" in given or (form_class is not ActForm and 'self.fields["shown_revision"]' in inspect.getsource(form_class)):
                    forms.add(f"{form_class.__module__}.{form_class.__qualname__}")
    return forms


def _named(module: Any, node: ast.expr) -> Any:
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute):
        return getattr(_named(module, node.value), node.attr, None)
    return None


def test_every_form_that_carries_a_version_has_a_scenario():
    """R14: a new one fails here until two have met in it."""
    assert forms_with_a_version() == set(SCENARIOS)
