"""Acts on residencies, from their beginning to their end."""

import datetime
from functools import partial

from dates.working_days import on_or_after
from people.models import User
from residencies.conversations import actions as conversation_actions
from residencies.graduation import actions as graduation_actions
from residencies.importing import actions as importing_actions
from residencies.importing.workbook import Row
from residencies.intake import actions as intake_actions
from residencies.lifecycle import actions as lifecycle_actions
from residencies.lifecycle import reapplication
from residencies.lifecycle import residency as residency_acts
from residencies.lifecycle.phases import actions as phases_actions
from residencies.ministries import actions as ministries_actions
from residencies.models import Conversation, Ministry, Residency
from residencies.models.states import State
from residencies.reference_data import set_figure
from residencies.review import actions as review_actions
from tests.acts import Act, scenario
from tests.clock import TODAY
from tests.factories import account, person
from tests.residencies import conversing
from tests.residencies import factories as make
from tests.residencies.walks import walked_residency


def everybody() -> User:
    """An account that may do everything, for acts whose permission is tested elsewhere."""
    return account("lab_ops", "lab_lead", "product_owner", "admin")


def at(state: str) -> tuple[Residency, User]:
    """A residency at `state` that meets every gate, put there directly, and an account that may do everything."""
    by = everybody()
    residency = walked_residency(by)
    dates = {"live_on": TODAY, "graduation_due_on": TODAY + datetime.timedelta(days=180)} if state == State.LIVE else {}
    Residency.objects.filter(pk=residency.pk).update(state=state, **dates)
    return Residency.objects.get(pk=residency.pk), by


# ── Beginning ────────────────────────────────────────────────────────────────────────────────


@scenario("residencies.lifecycle.residency.program_area_for")
def program_area_for() -> Act:
    ministry = Ministry.objects.create(name="Forests")
    return partial(residency_acts.program_area_for, ministry, "Range Branch", by=everybody())


@scenario("residencies.lifecycle.residency.start_intake")
def start_intake() -> Act:
    return partial(residency_acts.start_intake, program_area=make.program_area(), product="P", problem="Q", by=make.applicant())


@scenario("residencies.lifecycle.residency.edit_residency")
def edit_residency() -> Act:
    residency = make.draft_residency()
    return partial(residency_acts.edit_residency, residency, shown_revision=residency.revision, product="Another name", by=everybody())


@scenario("residencies.lifecycle.residency.assign")
def assign() -> Act:
    return partial(residency_acts.assign, make.draft_residency(), to=make.ops(), by=everybody())


@scenario("residencies.lifecycle.residency.add_member")
def add_member() -> Act:
    return partial(residency_acts.add_member, make.draft_residency(), make.applicant(), by=everybody())


@scenario("residencies.lifecycle.residency.end_membership")
def end_membership() -> Act:
    return partial(residency_acts.end_membership, make.draft_residency().memberships.get(), by=everybody())


@scenario("residencies.importing.actions.import_residencies")
def import_residencies() -> Act:
    rows = [
        Row(line=2, product="One", ministry="Forests", program_area="Range", standing="resident", problem="A.", repositories=()),
        Row(line=3, product="Two", ministry="Health", program_area="Plan", standing="alumni", problem="B.", repositories=("https://example.org/r",)),
    ]  # fmt: skip
    return partial(importing_actions.import_residencies, rows, by=everybody(), source="teams.csv")


@scenario("residencies.importing.actions.record_past")
def record_past() -> Act:
    return partial(importing_actions.record_past, program_area=make.program_area(), product="P", problem="Q", by=everybody())


@scenario("residencies.importing.actions.ministry_for")
def ministry_for() -> Act:
    return partial(importing_actions.ministry_for, "Ministry of New Things", by=everybody())


@scenario("residencies.importing.actions.add_repository")
def add_repository() -> Act:
    return partial(importing_actions.add_repository, make.draft_residency(), "https://example.org/code", by=everybody())


# ── Ministries and program areas ─────────────────────────────────────────────────────────────


def ministry() -> Ministry:
    area = make.program_area(ministry="Ministry of Old Names")
    return area.ministry


@scenario("residencies.ministries.actions.add_ministry")
def add_ministry() -> Act:
    return partial(ministries_actions.add_ministry, name="Ministry of New Things", by=everybody())


@scenario("residencies.ministries.actions.correct_ministry")
def correct_ministry() -> Act:
    return partial(ministries_actions.correct_ministry, ministry(), name="Ministry of Older Names", short_name="Old", by=everybody())


@scenario("residencies.ministries.actions.rename_ministry")
def rename_ministry() -> Act:
    return partial(ministries_actions.rename_ministry, ministry(), name="Ministry of New Names", by=everybody())


@scenario("residencies.ministries.actions.retire_ministry")
def retire_ministry() -> Act:
    return partial(ministries_actions.retire_ministry, ministry(), by=everybody())


@scenario("residencies.ministries.actions.offer_ministry")
def offer_ministry() -> Act:
    retired = ministries_actions.retire_ministry(ministry(), by=everybody())
    return partial(ministries_actions.offer_ministry, retired, by=everybody())


@scenario("residencies.ministries.actions.rename_program_area")
def rename_program_area() -> Act:
    return partial(ministries_actions.rename_program_area, make.program_area(), name="Another name", by=everybody())


# ── Intake ───────────────────────────────────────────────────────────────────────────────────


def draft() -> tuple[Residency, User]:
    by = make.applicant()
    return make.draft_residency(by=by), by


@scenario("residencies.intake.actions.save_intake")
def save_intake() -> Act:
    residency, by = draft()
    return partial(intake_actions.save_intake, residency, changes={"description": "Growers wait."}, by=by)


@scenario("residencies.intake.actions.save_case")
def save_case() -> Act:
    residency, by = draft()
    return partial(intake_actions.save_case, residency, 3, case="Many rules meet here.", by=by)


@scenario("residencies.intake.actions.save_product")
def save_product() -> Act:
    residency, by = draft()
    return partial(intake_actions.save_product, residency, shown_revision=residency.revision, changes={"product": "Another name"}, by=by)


@scenario("residencies.intake.actions.add_need")
def add_need() -> Act:
    residency, by = draft()
    return partial(intake_actions.add_need, residency, statement="One answer on one page", by=by)


def need() -> tuple:
    residency, by = draft()
    return intake_actions.add_need(residency, statement="One answer on one page", by=by), by


@scenario("residencies.intake.actions.change_need")
def change_need() -> Act:
    row, by = need()
    return partial(intake_actions.change_need, row, changes={"statement": "One form"}, by=by)


@scenario("residencies.intake.actions.remove_need")
def remove_need() -> Act:
    row, by = need()
    return partial(intake_actions.remove_need, row, by=by)


@scenario("residencies.intake.actions.add_evidence_link")
def add_evidence_link() -> Act:
    residency, by = draft()
    return partial(
        intake_actions.add_evidence_link, residency.conditions.get(number=1), title="Analytics", url="https://example.org/a", by=by
    )


@scenario("residencies.intake.actions.add_evidence_file")
def add_evidence_file() -> Act:
    residency, by = draft()
    condition = residency.conditions.get(number=1)
    return partial(intake_actions.add_evidence_file, condition, title="Tally", name="tally.csv", content=b"month,calls\nMay,210\n", by=by)


@scenario("residencies.intake.actions.withdraw_evidence")
def withdraw_evidence() -> Act:
    residency, by = draft()
    evidence = intake_actions.add_evidence_link(residency.conditions.get(number=1), title="Analytics", url="https://example.org/a", by=by)
    return partial(intake_actions.withdraw_evidence, evidence, by=by)


@scenario("residencies.intake.actions.submit_intake")
def submit_intake() -> Act:
    by = make.applicant()
    make.ops()
    return partial(intake_actions.submit_intake, make.complete_draft(by=by), by=by)


@scenario("residencies.intake.actions.share_intake")
def share_intake() -> Act:
    residency, by = draft()
    return partial(intake_actions.share_intake, residency, email=make.applicant().email, by=by)


@scenario("residencies.intake.actions.stop_sharing")
def stop_sharing() -> Act:
    residency, by = draft()
    shared = intake_actions.share_intake(residency, email=make.applicant().email, by=by)
    return partial(intake_actions.stop_sharing, shared, by=by)


@scenario("residencies.intake.actions.answer_question")
def answer_question() -> Act:
    by, reviewer = make.applicant(), make.ops()
    residency = make.residency_in_review(by=by, reviewer=reviewer)
    review_actions.ask_for_more(residency, question="For how many people?", by=reviewer)
    question = residency.reviews.get().questions.get()
    return partial(intake_actions.answer_question, question, answer="Two thousand.", by=by)


# ── Review ───────────────────────────────────────────────────────────────────────────────────


@scenario("residencies.review.actions.take_up")
def take_up() -> Act:
    return partial(review_actions.take_up, make.submitted_residency(), by=make.ops())


@scenario("residencies.review.actions.decide_condition")
def decide_condition() -> Act:
    reviewer = make.ops()
    residency = make.residency_in_review(reviewer=reviewer)
    return partial(review_actions.decide_condition, residency.conditions.get(number=2), verdict="met", reason="Funded.", by=reviewer)


@scenario("residencies.review.actions.decide_conditions")
def decide_conditions() -> Act:
    reviewer = make.ops()
    residency = make.residency_in_review(reviewer=reviewer)
    drafts = {2: {"verdict": "met", "reason": "Funded."}, 3: {"verdict": "not_met", "reason": "Nobody leads it."}}
    return partial(review_actions.decide_conditions, residency, drafts, by=reviewer)


@scenario("residencies.review.actions.hand_over")
def hand_over() -> Act:
    reviewer = make.ops()
    drafts = {number: {"verdict": "met", "reason": "Seen."} for number in range(1, 7)}
    return partial(review_actions.hand_over, make.residency_in_review(reviewer=reviewer), drafts=drafts, note="All clear.", by=reviewer)


@scenario("residencies.review.actions.ask_for_more")
def ask_for_more() -> Act:
    reviewer = make.ops()
    return partial(review_actions.ask_for_more, make.residency_in_review(reviewer=reviewer), question="For how many people?", by=reviewer)


@scenario("residencies.review.actions.qualify")
def qualify() -> Act:
    reviewer = make.ops()
    return partial(review_actions.qualify, make.find_all(make.residency_in_review(reviewer=reviewer), by=reviewer), by=make.lead())


@scenario("residencies.review.actions.decline")
def decline() -> Act:
    return partial(review_actions.decline, make.residency_in_review(), reason="It is small.", referred_to="network", by=make.lead())


# ── Life ─────────────────────────────────────────────────────────────────────────────────────


@scenario("residencies.lifecycle.actions.follow_agreement_prepared")
def follow_agreement_prepared() -> Act:
    residency, by = at(State.QUALIFIED)
    return partial(lifecycle_actions.follow_agreement_prepared, residency, by=by, purpose="partnership")


@scenario("residencies.lifecycle.actions.start")
def start() -> Act:
    residency, by = at(State.AGREEMENT)
    return partial(lifecycle_actions.start, residency, on=TODAY, by=by)


@scenario("residencies.lifecycle.actions.go_live")
def go_live() -> Act:
    residency, by = at(State.IN_RESIDENCE)
    return partial(lifecycle_actions.go_live, residency, released_on=TODAY, by=by)


@scenario("residencies.lifecycle.actions.graduate")
def graduate() -> Act:
    residency, by = at(State.LIVE)
    return partial(lifecycle_actions.graduate, residency, on=TODAY, reintegrated_into="Digital branch", by=by)


@scenario("residencies.lifecycle.actions.reopen_review")
def reopen_review() -> Act:
    residency = make.qualified_residency()
    return partial(lifecycle_actions.reopen_review, residency, reason="The funding was withdrawn.", by=make.lead())


@scenario("residencies.lifecycle.actions.pivot")
def pivot() -> Act:
    residency, by = at(State.IN_RESIDENCE)
    return partial(lifecycle_actions.pivot, residency, reason="It came to that.", on=TODAY, by=by)


@scenario("residencies.lifecycle.reapplication.apply_again")
def apply_again() -> Act:
    residency, by = at(State.SUBMITTED)
    lifecycle_actions.withdraw(residency, reason="We changed our mind.", by=by)
    return partial(reapplication.apply_again, residency, by=by)


@scenario("residencies.lifecycle.actions.withdraw")
def withdraw() -> Act:
    residency, by = at(State.SUBMITTED)
    return partial(lifecycle_actions.withdraw, residency, reason="We changed our mind.", by=by)


# ── Clocks and conversations ─────────────────────────────────────────────────────────────────


@scenario("residencies.graduation.actions.record_release")
def record_release() -> Act:
    return partial(
        graduation_actions.record_release, at(State.IN_RESIDENCE)[0], stage="alpha", released_on=TODAY, note="First", by=everybody()
    )


@scenario("residencies.graduation.actions.correct_release")
def correct_release() -> Act:
    residency, by = at(State.LIVE)
    earlier = residency.live_on - datetime.timedelta(days=1)
    fields = {"live_on": earlier, "reason": "It slipped.", "shown_revision": residency.revision}
    return partial(graduation_actions.correct_release, residency, **fields, by=by)


@scenario("residencies.graduation.actions.extend_graduation")
def extend_graduation() -> Act:
    residency, by = at(State.LIVE)
    later = residency.graduation_due_on + datetime.timedelta(days=30)
    return partial(graduation_actions.extend_graduation, residency, to_on=later, reason="Hiring takes longer.", by=by)


@scenario("residencies.conversations.actions.open_conversation")
def open_conversation() -> Act:
    return partial(
        conversation_actions.open_conversation, at(State.IN_RESIDENCE)[0], expectation="Full time", raised_by="The lab", by=everybody()
    )


@scenario("residencies.conversations.actions.hold_conversation")
def hold_conversation() -> Act:
    residency, by = at(State.IN_RESIDENCE)
    conversation_actions.open_conversation(residency, expectation="Full time", raised_by="The lab", by=by)
    conversation = Conversation.objects.get(residency=residency, held_on=None)
    return partial(
        conversation_actions.hold_conversation,
        conversation,
        shown_revision=conversation.revision,
        **conversing.outcome(),
        by=by,
    )


@scenario("residencies.conversations.actions.correct_conversation")
def correct_conversation() -> Act:
    residency, by = at(State.IN_RESIDENCE)
    held = Conversation.objects.get(residency=residency)
    return partial(conversation_actions.correct_conversation, held, **conversing.outcome(), reason="It was resolved.", by=by)


@scenario("residencies.conversations.actions.link_amendment")
def link_amendment() -> Act:
    residency, by = at(State.IN_RESIDENCE)
    held = conversing.held(conversing.opened(residency, by=by), outcome="amended", by=by)
    return partial(conversation_actions.link_amendment, held, agreement="XL-2026-001-A1", amendment=7, place="1.1 Team", by=by)


@scenario("residencies.conversations.meetings.plan_meeting")
def plan_meeting() -> Act:
    residency, by = at(State.IN_RESIDENCE)
    return partial(
        conversing.meetings.plan_meeting,
        conversing.opened(residency, by=by),
        on=on_or_after(TODAY + datetime.timedelta(days=3)),
        at=conversing.NINE,
        minutes=60,
        by=by,
    )


@scenario("residencies.conversations.meetings.cancel_meeting")
def cancel_meeting() -> Act:
    residency, by = at(State.IN_RESIDENCE)
    meeting = conversing.planned(conversing.opened(residency, by=by), by=by)
    return partial(conversing.meetings.cancel_meeting, meeting, reason="Illness.", shown_revision=meeting.revision, by=by)


@scenario("residencies.conversations.meetings.invite")
def invite() -> Act:
    residency, by = at(State.IN_RESIDENCE)
    return partial(conversing.meetings.invite, conversing.opened(residency, by=by), person=person(), group="partners", by=by)


@scenario("residencies.conversations.meetings.uninvite")
def uninvite() -> Act:
    residency, by = at(State.IN_RESIDENCE)
    row = conversing.invited(conversing.opened(residency, by=by), person(), "partners", by=by)
    return partial(conversing.meetings.uninvite, row, by=by)


@scenario("residencies.conversations.meetings.answer_invitation")
def answer_invitation() -> Act:
    residency, by = at(State.IN_RESIDENCE)
    conversation = conversing.opened(residency, by=by)
    row = conversing.invited(conversation, person(), "partners", by=by)
    conversing.planned(conversation, by=by)
    return partial(conversing.meetings.answer_invitation, row, answer="yes", by=by)


# ── Phases and figures ───────────────────────────────────────────────────────────────────────


@scenario("residencies.lifecycle.phases.actions.enter_phase")
def enter_phase() -> Act:
    return partial(phases_actions.enter_phase, make.draft_residency(), "align", on=TODAY, note="Sponsors met.", by=everybody())


@scenario("residencies.reference_data.set_figure")
def figure() -> Act:
    return partial(set_figure, "team_most", 8, valid_from=TODAY, by=everybody(), reason="Smaller rooms")


@scenario("residencies.ministries.actions.import_ministries")
def import_ministries() -> Act:
    text = "Ministry,Short name,Program area\nMinistry of New Things,New,Range\nMinistry of New Things,,Timber"
    return partial(ministries_actions.import_ministries, text, by=everybody())


@scenario("residencies.ministries.actions.remove_ministry")
def remove_ministry() -> Act:
    return partial(ministries_actions.remove_ministry, Ministry.objects.create(name="Added by mistake"), by=everybody())


@scenario("residencies.ministries.actions.remove_program_area")
def remove_program_area() -> Act:
    return partial(ministries_actions.remove_program_area, make.program_area(), by=everybody())
