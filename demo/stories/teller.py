"""Tells the stories: each step runs the act that people use, on the step's day, as the account that would do it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from acts.act import SYSTEM
from community.experts import actions as experts_actions
from community.mentors import actions as mentors_actions
from demo.accounts import DEMO
from demo.clock import Clock
from demo.stories import agreements, graduation, intakes, money, phases, tasks, teams, trust
from demo.stories import barriers as stories_barriers
from demo.stories import benefits as stories_benefits
from demo.stories import community as stories_community
from demo.stories import conversations as stories_conversations
from demo.stories import mentors as stories_mentors
from demo.stories import metrics as stories_metrics
from demo.stories import showcase as stories_showcase
from demo.stories import status as stories_status
from demo.stories.intakes import products
from demo.stories.partnerships import Partnerships
from demo.stories.scripts import Step, Story
from oversight.checklists.actions import make_leaving_lists
from oversight.status.actions.reports import plan_missing_reports
from partnerships.endings.actions import raise_decisions
from people.actions import add_person
from people.models import Person, User
from reports.lessons.actions import install_standard_categories
from reports.portfolio.actions import seal_portfolio
from reports.value.actions import seal_value_report
from residencies.graduation import actions as graduation_actions
from residencies.importing import actions as importing_actions
from residencies.importing.workbook import Row
from residencies.intake import actions as intake_actions
from residencies.lifecycle import actions as lifecycle_actions
from residencies.lifecycle import reapplication
from residencies.lifecycle import residency as residency_acts
from residencies.models import Condition, Question, Residency
from residencies.review import actions as review_actions


@dataclass
class Case:
    """A story in progress: its product, the people who lead it, and its residency once there is one."""

    story: Story
    row: Row
    manager: User
    product_owner: Person
    director: Person
    deputy: Person
    residency: Residency | None = None
    alliance: list[Person] = field(default_factory=list)

    @property
    def now(self) -> Residency:
        """The residency, freshly read from the database."""
        assert self.residency is not None  # noqa: S101 - a story begins with `begin` or `past`
        self.residency.refresh_from_db()
        return self.residency


class Teller:
    """Runs stories: one method per step, called with the case and the step's facts by name."""

    def __init__(self, clock: Clock, accounts: dict[str, User]) -> None:
        self.clock, self.accounts = clock, accounts
        self.ops, self.lead = accounts["ops"], accounts["lead"]
        self.later: list[Residency] = []
        self.crowd = teams.names({user.name for user in accounts.values()})
        self.deputy = self._somebody("Assistant Deputy Minister responsible for the lab", "Citizens' Services")
        opened_on = clock.set(days_ago=1490)
        stories_community.open_lab(self._somebody, opened_on, by=self.ops)
        stories_barriers.open_bodies(self._somebody, opened_on, by=self.ops)
        install_standard_categories(by=SYSTEM)

    def tell(self, stories: tuple[Story, ...]) -> list[Residency]:
        """Run all stories together, day by day; returns the residencies in the order of `stories`, then those that applied again."""
        cases = [self._case(story) for story in stories]
        steps = [(step.days_ago, _hour(case), partial(self._take, step, case)) for case in cases for step in case.story.steps]
        steps += [(days_ago, 12, partial(self._partner, days_ago, act)) for days_ago, act in Partnerships(self._somebody, self.ops).steps()]
        for _days_ago, _hour_of_day, take in sorted(steps, key=lambda step: (-step[0], step[1])):
            take()
        self.today = self.clock.set(days_ago=0)
        make_leaving_lists(by=SYSTEM)
        raise_decisions(by=SYSTEM)
        plan_missing_reports(by=SYSTEM)
        for case in cases:
            tasks.leave(case.now, owners=(case.product_owner, case.director), on=self.today, by=self.ops)
        return [*(case.now for case in cases), *self.later]

    def _case(self, story: Story) -> Case:
        manager = self.accounts[story.applicant or "ops"]
        row = products()[story.product]
        leader = self.accounts.get(story.product_owner)
        owner = leader.person if leader else self._somebody("Director and product owner", row.ministry)
        director = self._somebody("Executive Director", row.ministry)
        return Case(story, row, manager, owner, director, deputy=self._somebody("Assistant Deputy Minister", row.ministry))

    def _somebody(self, title: str, organisation: str, *, reached: bool = True) -> Person:
        name, email = next(self.crowd)
        return add_person(name=name, email=email if reached else "", title=title, organisation=organisation, by=DEMO)

    def _take(self, step: Step, case: Case) -> None:
        self.today = self.clock.set(step.days_ago, hour=_hour(case))
        getattr(self, step.act)(case, **step.facts)

    def _partner(self, days_ago: int, act: Callable[..., None]) -> None:
        """Take a step of a service partnership."""
        act(today=self.clock.set(days_ago, hour=12))

    # ── Intake and review ────────────────────────────────────────────────────────────────────

    def begin(self, case: Case) -> None:
        area = residency_acts.program_area_for(
            importing_actions.ministry_for(case.row.ministry, by=self.ops), case.row.program_area, by=self.ops
        )
        case.residency = residency_acts.start_intake(program_area=area, product=case.row.product, problem=case.row.problem, by=case.manager)
        for url in case.row.repositories:
            importing_actions.add_repository(case.residency, url, by=case.manager)

    def past(self, case: Case) -> None:
        area = residency_acts.program_area_for(
            importing_actions.ministry_for(case.row.ministry, by=self.ops), case.row.program_area, by=self.ops
        )
        case.residency = importing_actions.record_past(program_area=area, product=case.row.product, problem=case.row.problem, by=self.ops)
        for url in case.row.repositories:
            importing_actions.add_repository(case.residency, url, by=self.ops)

    def write(self, case: Case, half: bool = False) -> None:
        brief = intakes.brief(case.story, case.row.problem, case.product_owner.name, case.deputy.name)
        changes = {name: value for name, value in brief.items() if name in intakes.HALF} if half else brief
        intake_actions.save_intake(case.now, changes=changes, by=case.manager)
        for number, text in intakes.cases(case.story, case.row.problem).items():
            if number <= 2 or not half:
                intake_actions.save_case(case.now, number, case=text, by=case.manager)
        if not half:
            intake_actions.add_need(case.now, **intakes.need(case.story), by=case.manager)
            self._give_evidence(case)

    def _give_evidence(self, case: Case) -> None:
        links = {1: "User research summary", 2: "This year's service plan", 5: "Teams that could reuse it"}
        for condition in Condition.objects.filter(residency=case.now, number__in=links):
            url = f"https://example.org/evidence/{case.now.reference.lower()}/{condition.number}"
            intake_actions.add_evidence_link(condition, title=links[condition.number], url=url, by=case.manager)

    def submit(self, case: Case) -> None:
        intake_actions.submit_intake(case.now, by=case.manager, on=self.today)

    def take_up(self, case: Case) -> None:
        review_actions.take_up(case.now, by=self.ops, on=self.today)

    def decide(self, case: Case, only: tuple[int, ...] = (1, 2, 3, 4, 5, 6), unmet: tuple[int, ...] = ()) -> None:
        for condition in Condition.objects.filter(residency=case.now, number__in=only):
            met = condition.number not in unmet
            reason = "The evidence supports this." if met else "The solution is already known, so there's nothing to explore."
            review_actions.decide_condition(condition, verdict="met" if met else "not_met", reason=reason, by=self.ops)

    def ask(self, case: Case, number: int, reason: str) -> None:
        condition = Condition.objects.get(residency=case.now, number=number)
        review_actions.decide_condition(condition, verdict="more_needed", reason=reason, by=self.ops)
        review_actions.ask_for_more(case.now, by=self.ops, on=self.today)

    def answer(self, case: Case, text: str) -> None:
        for question in Question.objects.filter(review__residency=case.now, answer=""):
            intake_actions.answer_question(question, answer=text, by=case.manager)

    def qualify(self, case: Case) -> None:
        review_actions.qualify(case.now, by=self.lead, on=self.today)

    def decline(self, case: Case, reason: str, track: str) -> None:
        review_actions.decline(case.now, reason=reason, referred_to=track, by=self.lead, on=self.today)

    def withdraw(self, case: Case, reason: str) -> None:
        lifecycle_actions.withdraw(case.now, reason=reason, by=case.manager, on=self.today)

    # ── Agreement ────────────────────────────────────────────────────────────────────────────

    def prepare(self, case: Case, unique: str = "") -> None:
        case.alliance = [self._somebody("Chief Financial Officer", case.row.ministry), self._somebody("Ministry CIO", case.row.ministry)]
        people = {
            "lab": (self.deputy, self.lead.person, self.ops.person),
            "program": (case.deputy, case.director, case.product_owner),
            "alliance": tuple(case.alliance),
        }
        agreements.draw_up(case.now, people, unique=unique, by=self.ops)

    def lab_last(self, case: Case, code: bool = False) -> None:
        agreements.lab_last(case.now, code=code, by=self.ops)

    def circulate(self, case: Case) -> None:
        agreements.send_out(case.now, by=self.ops)

    def discuss(self, case: Case) -> None:
        agreements.discuss(case.now, by=self.ops)

    def sign(self, case: Case, leave: int = 0) -> None:
        agreements.sign(case.now, leave=leave)

    def decline_to_sign(self, case: Case, role: str, reason: str) -> None:
        agreements.decline(case.now, role=role, reason=reason)

    def hand_over(self, case: Case, role: str, name: str, reason: str) -> None:
        email = f"{name.lower().replace(' ', '.')}@example.test"
        agreements.propose_hand_over(case.now, role=role, name=name, email=email, reason=reason)

    def ask_to_amend(self, case: Case, **asked: Any) -> None:
        agreements.propose(case.now, **asked)

    def reject(self, case: Case, clause: str, reason: str) -> None:
        agreements.reject(case.now, clause=clause, reason=reason, by=self.ops)

    def accept(self, case: Case, clauses: tuple[str, ...], reason: str) -> None:
        agreements.accept(case.now, clauses=clauses, reason=reason, by=self.ops)

    # ── Team and stay ────────────────────────────────────────────────────────────────────────

    def roster(self, case: Case, kind: str) -> None:
        teams.fill(case.now, kind, owner=case.product_owner, somebody=self._somebody, on=self.today, by=self.ops)

    def start(self, case: Case) -> None:
        lifecycle_actions.start(case.now, on=self.today, by=self.ops)

    def phase(self, case: Case, name: str, note: str = "") -> None:
        phases.enter(case.now, name, on=self.today, note=note, by=self.ops)

    def tick(self, case: Case, signs: tuple[str, ...]) -> None:
        phases.tick(case.now, *signs, on=self.today, by=self.ops)

    def untick(self, case: Case, sign: str, reason: str) -> None:
        phases.undo(case.now, sign, reason=reason, by=self.ops)

    def release(self, case: Case, stage: str, note: str) -> None:
        graduation_actions.record_release(case.now, stage=stage, released_on=self.today, note=note, by=case.manager)

    def assess(self, case: Case) -> None:
        tasks.assess(case.now, owner=case.product_owner, on=self.today, by=case.manager)

    def wrap_up(self, case: Case) -> None:
        tasks.wrap_up(case.now, owners=(case.product_owner, case.director), on=self.today, by=self.ops)

    def tasks(self, case: Case, settled: bool = False) -> None:
        tasks.work_on(case.now, owners=(case.product_owner, case.director), on=self.today, settled=settled, by=self.ops)

    # ── Champions and sprints ────────────────────────────────────────────────────────────────

    def champions(self, case: Case) -> None:
        teams.name_champions(case.now, adm=case.deputy, ed=case.director, others=case.alliance, by=self.ops)

    def sprints(self, case: Case) -> None:
        teams.plan(case.now, on=self.today, by=self.ops)

    def reviews(self, case: Case, missing: tuple[str, ...]) -> None:
        teams.hold(case.now, self.today, missing={getattr(case, who).pk for who in missing}, by=self.ops)

    def training(self, case: Case) -> None:
        lab = [self.lead.person, self.deputy]
        teams.learn(case.now, self.today, leaders=[case.deputy, case.director], lab=lab, by=self.ops)

    def services(self, case: Case) -> None:
        teams.serve(case.now, self.today, by=self.ops)

    def pause(self, case: Case) -> None:
        teams.pause(case.now, self.today, by=self.ops)

    # ── Money ────────────────────────────────────────────────────────────────────────────────

    def fund(self, case: Case, dollars: int, confirmed: bool = True) -> None:
        confirmed_by = f"{case.director.name}, Executive Director" if confirmed else ""
        since = case.now.started_on or self.today
        money.fund(case.now, self.today, since=since, dollars=dollars, confirmed_by=confirmed_by, by=case.manager)

    def books(self, case: Case, salaries: int, vendor: str, invoice: int) -> None:
        since = case.now.started_on or self.today
        money.keep_books(case.now, self.today, since=since, salaries=salaries, vendor=vendor, invoice=invoice, by=case.manager)

    def commit(self, case: Case, dollars: int, item: str, vendor: str = "") -> None:
        money.commit(case.now, self.today, dollars=dollars, item=item, vendor=vendor, by=self.ops)

    def correct_money(self, case: Case) -> None:
        money.correct(case.now, self.today, by=case.manager)

    def contract(self, case: Case, vendor: str, dollars: int, days: int, ends: int, planned: bool = False) -> None:
        money.contract(case.now, self.today, vendor=vendor, dollars=dollars, days=days, ends=ends, planned=planned, by=case.manager)

    def share_costs(self, case: Case) -> None:
        money.share_costs(case.now, by=self.ops)

    def next_budget(self, case: Case, dollars: int) -> None:
        money.plan_next_year(case.now, self.today, dollars=dollars, by=case.manager)

    # ── Value ────────────────────────────────────────────────────────────────────────────────

    def metric(
        self,
        case: Case,
        example: str,
        baseline: float | None,
        target: float | None = None,
        in_days: int = 365,
        star: bool = False,
        name: str = "",
    ) -> None:
        owner = case.product_owner if star else case.director
        goals: dict[str, Any] = {"baseline": baseline, "target": target, "in_days": in_days}
        stories_metrics.define(case.now, self.today, example=example, **goals, star=star, name=name, owner=owner, by=case.manager)

    def readings(self, case: Case, name: str, values: tuple[float | tuple[int, int], ...], every: int = 30, note: str = "") -> None:
        stories_metrics.report(case.now, self.today, name=name, values=values, every=every, note=note, by=case.manager)

    def correct_reading(self, case: Case, name: str, value: float, reason: str) -> None:
        stories_metrics.correct(case.now, name=name, value=value, reason=reason, by=case.manager)

    def retarget(self, case: Case, name: str, value: float, in_days: int, reason: str) -> None:
        stories_metrics.retarget(case.now, self.today, name=name, value=value, in_days=in_days, reason=reason, by=case.manager)

    def retire_metric(self, case: Case, name: str, reason: str) -> None:
        stories_metrics.retire(case.now, name=name, reason=reason, by=case.manager)

    def saving(self, case: Case, name: str, **facts: Any) -> None:
        stories_metrics.save(case.now, self.today, name=name, by=case.manager, **facts)

    def correct_saving(self, case: Case, name: str, thousands: tuple[int, int, int], reason: str) -> None:
        stories_metrics.correct_saving(case.now, name=name, thousands=thousands, reason=reason, by=case.manager)

    def seal_value_report(self, case: Case) -> None:
        seal_value_report(case.now, by=self.ops)

    def seal_portfolio(self, case: Case) -> None:
        seal_portfolio(by=self.ops)

    def reuse(self, case: Case, component: str, product: str) -> None:
        stories_metrics.reuse(case.now, self.today, component=component, product=product, by=self.ops)

    def share_saving(self, case: Case, name: str, keeps: int, product: str, part: int) -> None:
        stories_metrics.share(case.now, name=name, keeps=keeps, product=product, part=part, by=self.ops)

    # ── Community, experts, desks ────────────────────────────────────────────────────────────

    def habits(self, case: Case, habits: tuple[str, ...]) -> None:
        stories_community.take_up_habits(case.now, habits, self.today, by=case.manager)

    def gave(self, case: Case) -> None:
        stories_community.give(case.now, self.today, by=case.manager)

    def ask_expert(self, case: Case, discipline: str, question: str) -> None:
        experts_actions.request_session(case.now, discipline=discipline, question=question, by=case.manager)

    def find_expert(self, case: Case, in_days: int, hour: int) -> None:
        stories_community.match(case.now, self.today + datetime.timedelta(days=in_days), hour=hour, by=self.ops)

    def learned(self, case: Case, outcome: str) -> None:
        stories_community.record(case.now, outcome, by=self.ops)

    def together(self, case: Case, desks: int, begins: int, weeks: int) -> None:
        stories_community.work_together(case.now, self.today, desks=desks, begins=begins, weeks=weeks, by=self.ops)

    # ── Alumni and mentors ───────────────────────────────────────────────────────────────────

    def alumni_offer(self, case: Case, count: int) -> None:
        stories_mentors.offer(case.now, count, by=self.ops)

    def opt_out(self, case: Case) -> None:
        stories_mentors.opt_out(case.now, by=self.ops)

    def team_offer(self, case: Case, topics: tuple[str, ...], text: str) -> None:
        fields: dict[str, Any] = {"topics": topics, "text": text, "teams_at_once": 1, "shown_revision": 0}
        mentors_actions.offer_mentor(case.now, person=case.product_owner, **fields, by=case.manager)

    def ask_mentor(self, case: Case, topic: str, question: str) -> None:
        mentors_actions.request_mentor(case.now, topic=topic, question=question, by=case.manager)

    def find_mentor(self, case: Case) -> None:
        stories_mentors.match(case.now, by=self.ops)

    def meet_mentor(self, case: Case, notes: str) -> None:
        stories_mentors.meet(case.now, self.today, notes, by=case.manager)

    def finish_mentoring(self, case: Case, outcome: str) -> None:
        stories_mentors.finish(case.now, outcome, by=case.manager)

    # ── Barriers and risks ───────────────────────────────────────────────────────────────────

    def barrier(self, case: Case, text: str, **facts: Any) -> None:
        stories_barriers.raise_barrier(case.now, text, **facts, by=case.manager)

    def define(self, case: Case, category: str, cause: str, solution: str, owned: bool = True) -> None:
        owner = case.product_owner if owned else None
        stories_barriers.define(case.now, category, cause, solution, owner, by=case.manager)

    def escalate(self, case: Case, to: str, recommend: str, reason: str) -> None:
        by = case.manager if to == "lab-operations" else self.ops
        stories_barriers.move(case.now, to, recommend, reason, by=by)

    def close_barrier(self, case: Case, state: str, outcome: str, in_days: int = 0) -> None:
        until = self.today + datetime.timedelta(days=in_days) if in_days else None
        stories_barriers.close(case.now, state, outcome, until, by=self.lead)

    def risk(self, case: Case, text: str, in_days: int, **facts: Any) -> None:
        review_on = self.today + datetime.timedelta(days=in_days)
        stories_barriers.add_risk(case.now, text, review_on, case.product_owner, **facts, by=case.manager)

    def rate(self, case: Case, because: str, in_days: int, **rating: int) -> None:
        stories_barriers.rate(case.now, because, self.today + datetime.timedelta(days=in_days), **rating, by=case.manager)

    # ── Status reports ───────────────────────────────────────────────────────────────────────

    def report(self, case: Case, **health: tuple[str, str]) -> None:
        stories_status.send(case.now, health, by=case.manager)

    def want(self, case: Case, text: str, in_days: int) -> None:
        stories_status.want(case.now, text, self.today + datetime.timedelta(days=in_days), by=case.manager)

    def decide_wanted(self, case: Case, outcome: str, text: str) -> None:
        stories_status.decide(case.now, self.today, outcome=outcome, text=text, by=self.ops)

    def ask_for_report(self, case: Case, question: str, in_days: int) -> None:
        stories_status.ask(case.now, case.director, question, self.today + datetime.timedelta(days=in_days), by=case.manager)

    def trust(self, case: Case, vision: str, outcomes: str, decisions: str = "", dollars: int = 0) -> None:
        sides = (case.product_owner, case.director, case.deputy)
        trust.agree(case.now, sides, vision, outcomes, decisions, dollars, self.today, by=case.manager)

    def wait(self, case: Case, what: str, waiting_for: str) -> None:
        trust.wait(case.now, what, waiting_for, self.today, by=case.manager)

    def stop_waiting(self, case: Case, outcome: str) -> None:
        trust.resolve(case.now, outcome, self.today, by=case.manager)

    def keep_closed(self, case: Case, part: str, reason: str, plan: str, in_days: int) -> None:
        review_on = self.today + datetime.timedelta(days=in_days)
        trust.keep_closed(case.now, part, reason, plan, case.product_owner, review_on, by=case.manager)

    def review_openness(self, case: Case, note: str, in_days: int) -> None:
        trust.review(case.now, note, self.today + datetime.timedelta(days=in_days), by=case.manager)

    def benefit_owner(self, case: Case, measure: str, unit: str = "", asked: bool = False, accepts: bool = False) -> None:
        """Name the executive director as benefit owner; with `asked`, also send the commitment, and with `accepts`, sign it."""
        stories_benefits.name(case.now, case.director, measure, unit, by=case.manager)
        if asked or accepts:
            stories_benefits.ask(case.now, by=self.ops)
        if accepts:
            stories_benefits.accept(case.now)

    def report_benefit(self, case: Case, values: tuple[float, ...]) -> None:
        stories_benefits.report(case.now, values, self.today)

    # ── The showcase ─────────────────────────────────────────────────────────────────────────

    def lesson(self, case: Case, number: int) -> None:
        stories_showcase.learn(case.now, number, by=case.manager, ops=self.ops)

    def describe(self, case: Case, named: int = 0, again: bool = False) -> None:
        """Write the product's page; `named` alumni agree to be on it."""
        stories_showcase.describe(case.now, again=again, by=case.manager)
        stories_showcase.name_alumni(case.now, named, self.today, by=case.manager)

    def show(self, case: Case) -> None:
        """Publish the page: the program area releases it, then lab operations."""
        stories_showcase.publish(case.now, first=case.manager, second=self.ops)

    def offer_page(self, case: Case, by_lab: bool = False) -> None:
        """Release the page for one side; the other hasn't yet."""
        stories_showcase.propose(case.now, by=self.ops if by_lab else case.manager)

    # ── Live, home, or another way ───────────────────────────────────────────────────────────

    def plan(self, case: Case) -> None:
        owners = (case.director, case.product_owner)
        words = {"home": f"{case.row.program_area}, led by {case.director.name}.", **intakes.PLAN}
        tasks.write_plan(case.now, words, owners=owners, by=case.manager)

    def go_live(self, case: Case) -> None:
        lifecycle_actions.go_live(case.now, released_on=self.today, note="Open to everyone.", by=self.ops)

    def carry_out(self, case: Case, but: tuple[str, ...] = ()) -> None:
        tasks.carry_out_plan(case.now, on=self.today, by=case.manager, but=but)

    def destinations(self, case: Case, but: int = 0) -> None:
        graduation.decide_all(case.now, case.director, on=self.today, by=case.manager, but=but)

    def graduate(self, case: Case) -> None:
        lifecycle_actions.graduate(
            case.now,
            on=self.today,
            reintegrated_into=case.row.program_area,
            story=graduation.STORY,
            ceremony_on=self.today + datetime.timedelta(days=9),
            ceremony_place="The Exchange Lab, Victoria",
            by=self.ops,
        )

    def answer_follow_up(self, case: Case, kind: str, in_use: str = "yes", gone: int = 0, changed: str = "") -> None:
        graduation.answer(case.now, kind, in_use, gone, changed)

    def extend(self, case: Case, days: int, reason: str) -> None:
        due = case.now.graduation_due_on
        assert due is not None  # noqa: S101 - stories only extend live residencies
        graduation_actions.extend_graduation(case.now, to_on=due + datetime.timedelta(days=days), reason=reason, by=self.lead)

    def converse(self, case: Case, expectation: str, raised_by: str, clause: str = "") -> None:
        stories_conversations.open_one(case.now, expectation, raised_by, clause, self.today, by=self.ops)

    def meet(self, case: Case, in_days: int, answering: tuple[str, ...] = ()) -> None:
        stories_conversations.plan(case.now, self.today + datetime.timedelta(days=in_days), answering, by=self.ops)

    def hold(self, case: Case, outcome: str, notes: str, missing: tuple[str, ...] = ()) -> None:
        stories_conversations.hold(case.now, outcome, notes, missing, self.today, by=self.ops)

    def follow_up(self, case: Case, swap: tuple[str, str]) -> None:
        stories_conversations.propose(case.now, *swap, by=self.ops)

    def pivot(self, case: Case, reason: str) -> None:
        lifecycle_actions.pivot(case.now, reason=reason, on=self.today + datetime.timedelta(days=30), by=self.lead)

    def apply_again(self, case: Case) -> None:
        self.later.append(reapplication.apply_again(case.now, by=case.manager))


def _hour(case: Case) -> int:
    """Return the hour of the day when things happen in this story, so that they don't all happen at once."""
    return 8 + len(case.row.product) % 8
