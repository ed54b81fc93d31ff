"""Facts that gates ask about, switched on and off by hand, for walks through the lifecycle."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from acts.act import SYSTEM
from agreements.drafting.templates import install_standard_template
from agreements.models import Agreement, AgreementVersion
from oversight.models import ChecklistItem, TaskState
from residencies.lifecycle import residency as residency_acts
from residencies.lifecycle.checklists import GRADUATION_PLAN
from residencies.models import (
    Condition,
    ConditionFinding,
    Conversation,
    Intake,
    Ministry,
    ProgramArea,
    Question,
    Residency,
    Review,
)
from teams.choices import TeamRole
from teams.models import Destination, Seat
from tests.clock import TODAY
from tests.oversight.task_rows import assess, checklist, plan_part, unassess, write_plan
from tests.residencies import factories
from tests.teams.factories import all_stay, ready_team

FACTS = (
    "intake", "question", "conditions", "in_force", "team", "devops", "assessments", "plan", "carried_out", "destinations", "conversation",
)  # fmt: skip


def walked_residency(by: Any) -> Residency:
    """A complete draft with everything that any gate asks for, each thing there to be switched off."""
    ministry = Ministry.objects.create(name="Ministry of Walks")
    area = ProgramArea.objects.create(ministry=ministry, name="Paths")
    residency = residency_acts.start_intake(program_area=area, product="Path Finder", problem="Nobody finds the path.", by=by)
    factories.fill_in(residency, by=by)
    earlier = Review.objects.create(residency=residency, number=98, closed_at=timezone.now(), outcome=Review.Outcome.MORE_NEEDED)
    for condition in Condition.objects.filter(residency=residency):
        ConditionFinding.objects.create(
            review=earlier,
            condition=condition,
            verdict="met",
            reason="Seen.",
            reviewer=by,
            sent_at=timezone.now(),
            case_version=condition.revision,
        )
    asking = Review.objects.create(residency=residency, number=99)
    Question.objects.create(review=asking, text="Why?", answer="Because.", asked_by=by)
    ready_team(residency)
    write_plan(residency)
    conversation(residency, "pivot")
    agreement_in_force(residency, by)
    facts = Facts(residency, by)
    facts.set("assessments", True)
    facts.set("carried_out", True)
    facts.set("destinations", True)
    return residency


def conversation(residency: Residency, outcome: str, **fields: Any) -> Conversation:
    """One that was held today."""
    days = {"opened_on": TODAY, "due_on": TODAY, "held_on": TODAY}
    return Conversation.objects.create(residency=residency, expectation="Time", raised_by="The lab", outcome=outcome, **days, **fields)


class Facts:
    """Switches for what the gates ask of one residency; `set` is plain SQL, so that thousands of walks are quick."""

    def __init__(self, residency: Residency, by: Any) -> None:
        self.of = residency
        self.by = by

    def set(self, fact: str, holds: bool) -> None:
        getattr(self, f"_{fact}")(holds)

    def _intake(self, holds: bool) -> None:
        Intake.objects.filter(residency=self.of).update(description="Growers wait." if holds else "")

    def _question(self, holds: bool) -> None:
        Review.objects.filter(residency=self.of, number=99).update(closed_at=None if holds else timezone.now())

    def _conditions(self, holds: bool) -> None:
        sent = ConditionFinding.objects.get(condition__residency=self.of, condition__number=3)  # frozen: its case changes instead
        Condition.objects.filter(pk=sent.condition_id).update(revision=sent.case_version if holds else sent.case_version + 1)

    def _in_force(self, holds: bool) -> None:
        agreements = Agreement.objects.filter(stream=self.of.stream)
        if holds and not AgreementVersion.objects.filter(agreement__in=agreements, state="in_force").exists():
            agreement_in_force(self.of, self.by)  # the one before was made void for good, as its review was reopened
            return
        agreements.filter(versions__state="in_force").update(
            voided_at=None if holds else timezone.now(), void_reason="" if holds else "Off for a test."
        )

    def _team(self, holds: bool) -> None:
        self._seat(TeamRole.PRODUCT_OWNER, holds)

    def _devops(self, holds: bool) -> None:
        self._seat(TeamRole.DEVOPS, holds)

    def _seat(self, role: str, holds: bool) -> None:
        Seat.objects.filter(team__stream=self.of.stream_id, role=role).update(struck_at=None if holds else timezone.now())

    def _assessments(self, holds: bool) -> None:
        (assess if holds else unassess)(self.of)

    def _plan(self, holds: bool) -> None:
        plan_part(self.of, "home", note="Digital branch" if holds else "")

    def _carried_out(self, holds: bool) -> None:
        parts = ChecklistItem.objects.filter(checklist=checklist(self.of, GRADUATION_PLAN.code))
        parts.update(state=TaskState.DONE if holds else TaskState.OPEN, done_on=TODAY if holds else None)

    def _destinations(self, holds: bool) -> None:
        if holds:
            all_stay(self.of)
        else:
            Destination.objects.filter(team__stream=self.of.stream_id).update(goes="")

    def _conversation(self, holds: bool) -> None:
        pivots = Conversation.objects.to_a_pivot().filter(residency=self.of)  # frozen: one more is held, or it is corrected
        if holds and not pivots.exists():
            conversation(self.of, "pivot")
        for held in [] if holds else pivots:
            conversation(self.of, "resolved", corrects=held, correction_reason="Off for a test.")


def agreement_in_force(residency: Residency, by: Any) -> Agreement:
    """An agreement in force, its rows written directly: what makes one is tested elsewhere."""
    template = install_standard_template(by=SYSTEM)
    number = Agreement.objects.filter(stream=residency.stream).count() + 1
    agreement = Agreement.objects.create(
        stream=residency.stream, template_version=template, number=number, reference=f"{residency.reference}-A{number}", made_by=by
    )
    now = timezone.now()
    AgreementVersion.objects.create(
        agreement=agreement,
        number=1,
        state="in_force",
        canonical=b"words",
        content_sha256=f"{number:a>64}",
        circulated_at=now,
        in_force_at=now,
    )
    return agreement
