"""Two people who do the same thing at one moment; only PostgreSQL's locks and constraints can prove that it happens once."""

import datetime
from collections import Counter
from functools import partial
from itertools import pairwise

import pytest

from acts.revisions import Stale
from community.benefits.actions import name_owner
from community.mentors.actions import match_mentor
from community.models import BenefitOwner
from findings import Refused
from ledger.models import Event
from outbox.models import Message
from oversight.checklists.library import TRANSITION
from oversight.followups.actions import answer_follow_up
from oversight.models import DecisionAnswer, StatusReport
from oversight.status.actions.reports import send_report
from residencies.graduation.actions import correct_release, extend_graduation
from residencies.lifecycle.actions import pivot
from residencies.lifecycle.phases.actions import enter_phase
from residencies.models import Extension, Graduation, Pivot, Residency
from residencies.models.states import State
from tests.acts import SCENARIOS
from tests.clock import TODAY
from tests.community.factories import alumnus, live, mentor_wanted, offering
from tests.factories import account, person
from tests.oversight.follow_ups import by_link, follow_up
from tests.oversight.status import answered, asked, draft, edited
from tests.races import at_once
from tests.residencies import rows
from tests.residencies.walks import conversation
from tests.teams.factories import residency

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DAY = datetime.timedelta(days=1)


def two(act):
    """How each of two ended: "done", "stale", or the codes it was refused for."""

    def hand(n):
        try:
            act(n)
        except Stale:
            return "stale"
        except Refused as refused:
            return ", ".join(sorted(refused.codes))
        return "done"

    return Counter(at_once(hand, 2))


def events(act):
    return Event.objects.filter(act=act).count()


def test_a_decision_is_answered_once():
    """EL-96"""
    ops = account("lab_ops")
    decision = asked(by=ops)
    assert two(lambda n: answered(decision, by=ops, outcome=("accepted", "declined")[n]))["done"] == 1
    assert (DecisionAnswer.objects.count(), events("decision-answered")) == (1, 1)


def test_a_status_report_is_sent_once():
    """EL-96: one sealed document, one email each."""
    ops = account("lab_ops")
    report = edited(draft(by=ops), by=ops)
    assert two(lambda _n: send_report(report, shown_revision=report.revision, by=ops))["done"] == 1
    report = StatusReport.objects.get()
    assert report.is_sent
    assert (report.stream.documents.count(), events("report-sent")) == (1, 1)


def test_two_who_extend_one_graduation_are_both_on_record_in_order():
    """EL-83: the second moves the day from where the first has left it."""
    row, lead = rows.residency(State.LIVE), account("lab_lead")
    first = row.graduation_due_on
    ended = two(lambda n: extend_graduation(row, to_on=first + (n + 1) * 30 * DAY, reason="Hiring.", by=lead))
    steps = list(Extension.objects.order_by("pk").values_list("from_on", "to_on"))
    assert ended["done"] == len(steps) >= 1
    assert steps[0][0] == first
    assert all(earlier[1] == later[0] for earlier, later in pairwise(steps))
    assert Residency.objects.get().graduation_due_on == steps[-1][1]


def test_the_final_release_is_corrected_once_from_what_was_shown():
    """EL-80"""
    row, lead = rows.residency(State.LIVE), account("lab_lead")
    move = lambda n: correct_release(row, live_on=row.live_on - (n + 1) * DAY, reason="It slipped.", shown_revision=row.revision, by=lead)
    assert two(move) == {"done": 1, "stale": 1}
    assert events("release-corrected") == 1


@pytest.mark.parametrize("first", [0, 1])
def test_of_a_graduation_and_a_pivot_at_one_moment_one_happens_whole_and_the_other_is_told(first):
    """EL-82, EL-85: the other leaves no letter, no transition list, no follow-up and no mail; the sentence says what happened."""
    graduation = SCENARIOS["residencies.lifecycle.actions.graduate"]()
    [row] = graduation.args
    conversation(row, "pivot")
    Residency.objects.update(started_on=row.live_on)  # so that a pivot has a transition list
    end_early = partial(pivot, row, reason="It came to that.", on=TODAY, by=account("lab_lead"))
    acts = [graduation, end_early][:: -1 if first else 1]
    refusals = []

    def end(n):
        try:
            acts[n]()
        except Refused as refused:
            refusals.extend(refused.findings)
            raise

    assert two(end) == {"done": 1, "wrong-state": 1}
    row.refresh_from_db()
    graduated = row.state == State.GRADUATED
    [finding] = refusals
    assert f"The status of {row.product} is “{row.get_state_display()}”." in finding.message
    assert finding.remedy == "It has ended, and that is final."
    assert (events("graduated"), events("pivoted")) == (graduated, not graduated)
    assert (Graduation.objects.count(), Pivot.objects.count()) == (graduated, not graduated)
    assert (row.stream.follow_ups.count(), row.stream.documents.count()) == ((2, 0) if graduated else (0, 1))
    assert row.stream.checklists.filter(code=TRANSITION.code).count() == (not graduated)
    mailed = set(Message.objects.filter(occasion="residency-ended").values_list("facts__wording", flat=True))
    assert mailed == {row.state}, "everyone is told of the one end"


def test_a_follow_up_is_answered_once_by_two_links():
    """EL-56: the first answer counts; the second changes nothing."""
    row = follow_up(rows.residency(State.GRADUATED), days_ago=1)
    holders = [by_link(row), by_link(row)]
    two(lambda n: answer_follow_up(row, in_use=("yes", "no")[n], by=holders[n]))
    assert events("follow-up-answered") == 1


def test_one_mentor_is_matched_for_one_request():
    """EL-54"""
    ops = account("lab_ops")
    mentors = [offering(alumnus(by=ops, name=name), by=ops).person for name in ("Yara Lund", "Zawadi Okoth")]
    wanted = mentor_wanted(residency(by=ops), by=ops)
    ended = two(lambda n: match_mentor(wanted, mentor=mentors[n], shown_revision=wanted.revision, by=ops))
    assert ended == {"done": 1, "stale": 1}
    assert events("mentor-matched") == 1


def test_one_benefit_owner_waits():
    """EL-86: in the words of the check, also when the constraint says it."""
    ops = account("lab_ops")
    row, people = live(by=ops), [person(), person()]
    assert two(lambda n: name_owner(row, person=people[n], measure="Days", by=ops)) == {"done": 1, "owner-waits": 1}
    assert BenefitOwner.objects.count() == 1


def test_one_phase_is_entered_once():
    """EL-02: the second is told, or finds it done."""
    row, ops = rows.residency(State.IN_RESIDENCE), account("lab_ops")
    two(lambda _n: enter_phase(row, "deliver", on=TODAY, note="Ready early.", by=ops))
    spans = row.phase_spans.filter(phase="deliver")
    assert (spans.count(), row.phase_spans.filter(to_on=None).count(), events("phase-entered")) == (1, 1, 1)
