"""Who took which training, with certificates, and what is missing (EL-44, EL-45)."""

import datetime
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from acts.revisions import Stale
from findings import Refused
from ledger.history_text import tell
from ledger.models import Event
from oversight.checklists.actions import reopen_task
from oversight.checklists.queries import item_to_tick
from residencies.reference_data import set_figure
from teams.choices import ChampionRole, TeamRole
from teams.models import Champion, RoleFinding, Team, Training
from teams.roster.gates import role_checks
from teams.training import rules
from teams.training.actions import (
    attach_certificate,
    cancel_training,
    end_champion,
    hand_lead,
    log_training,
    name_champion,
)
from teams.training.checklists import EXPECTATIONS, code_of
from teams.training.queries import AllianceOf, TrainingOf
from teams.training.rules import Partner, hours_expected
from tests.actors import ANYONE
from tests.factories import person
from tests.oversight.task_rows import tick
from tests.pdfs import PDF
from tests.teams.factories import champion, checked, course, expectation, product_owner, residency, seat, training

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 3, 20, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def trail(ops):
    return checked(residency(by=ops))


def codes(act):
    with pytest.raises(Refused) as refused:
        act()
    return {finding.code for finding in refused.value.findings}


# ── Logging ──────────────────────────────────────────────────────────────────────────────────


def test_one_press_logs_everybody_who_was_there_with_the_usual_hours(trail, ops):
    """EL-44, EL-45"""
    anneke, kofi = champion(trail).person, seat(trail).person
    rows = log_training(trail, course=course(), finished_on=TODAY, people=[anneke, kofi], name="Yuki Penhallow", by=ops)
    assert [(row.person.name, row.hours) for row in rows] == [(anneke.name, 3), (kofi.name, 3), ("Yuki Penhallow", 3)]
    facts = Event.objects.get(stream=trail.stream, act="training-logged").facts
    assert facts["names"] == [anneke.name, kofi.name, "Yuki Penhallow"]


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_logged(trail, ops):
    """EL-44"""
    late = TODAY + datetime.timedelta(days=1)
    act = lambda: log_training(trail, course=course(), finished_on=late, hours=Decimal(0), by=ops)
    assert codes(act) == {"nobody-named", "training-ahead", "training-hours"}
    assert not Training.objects.exists()


def test_the_same_course_on_the_same_day_is_logged_once_with_whatever_team(trail, ops):
    """EL-44: it belongs to the person."""
    other = residency(by=ops)
    kofi, yuki = person(name="Kofi Marchbanks"), person()
    log_training(trail, course=course(), finished_on=TODAY, people=[kofi], by=ops)
    act = lambda: log_training(other, course=course(), finished_on=TODAY, people=[yuki, kofi], by=ops)
    with pytest.raises(Refused, match="Kofi Marchbanks"):
        act()
    assert Training.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Training.objects.create(
            team=Team.objects.create(stream=other.stream), person=kofi, course=course(), finished_on=TODAY, hours=3, logged_by=ops
        )


def test_an_entry_taken_out_counts_no_more_and_stays_on_record(trail, ops):
    """EL-44, R14"""
    entry = training(trail)
    assert codes(lambda: cancel_training(entry, reason=" ", shown_revision=1, by=ops)) == {"no-reason"}
    cancel_training(entry, reason="Another day", shown_revision=1, by=ops)
    assert not Training.objects.current().exists()
    assert codes(lambda: cancel_training(entry, reason="Again", shown_revision=2, by=ops)) == {"training-struck"}
    with pytest.raises(Stale):
        cancel_training(entry, reason="Again", shown_revision=1, by=ops)
    assert training(trail, person=entry.person).pk != entry.pk


# ── Certificates ─────────────────────────────────────────────────────────────────────────────


def test_a_certificate_is_a_link_or_a_checked_file_with_a_day(trail, ops):
    """EL-45"""
    entry = training(trail)
    fields = {"certified_on": TODAY, "by": ops}
    assert codes(lambda: attach_certificate(entry, **fields, shown_revision=1)) == {"certificate-missing"}
    assert codes(lambda: attach_certificate(entry, **fields, shown_revision=1, url="javascript:alert(1)")) == {"unsafe-link"}
    assert codes(lambda: attach_certificate(entry, **fields, shown_revision=1, name="it.pdf", content=b"<html>")) == {"file-kind"}
    later = TODAY + datetime.timedelta(days=1)
    assert codes(lambda: attach_certificate(entry, certified_on=later, by=ops, shown_revision=1, url="https://example.org/1")) == {
        "certificate-ahead"
    }
    kept = attach_certificate(entry, **fields, shown_revision=1, name="../My certificate.pdf", content=PDF)
    assert (kept.file_name, kept.content_type, kept.certified_on) == ("My certificate.pdf", "application/pdf", TODAY)
    assert default_storage.open(kept.file.name).read() == PDF
    assert "certificate" not in kept.file.name.removeprefix("certificates/")
    linked = attach_certificate(entry, **fields, shown_revision=2, url="https://example.org/1")
    assert (linked.certificate_url, bool(linked.file), linked.sha256) == ("https://example.org/1", False, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        Training.objects.filter(pk=entry.pk).update(certified_on=None)


# ── What comes of it ─────────────────────────────────────────────────────────────────────────


def test_a_course_in_agile_settles_the_check_on_the_product_owner_and_taken_out_opens_it_again(trail, ops):
    """EL-42, EL-45"""
    owner = product_owner(trail, agile_trained_on=None)
    untrained = RoleFinding.objects.open().filter(team=trail.stream.team, code="product-owner-untrained")
    assert untrained.exists()
    log_training(trail, course=course(), finished_on=TODAY, people=[owner.person], by=ops)
    assert untrained.exists(), "a course for leaders is no course in Agile"
    [entry] = log_training(trail, course=course("Agile fundamentals"), finished_on=TODAY, people=[owner.person], by=ops)
    assert not untrained.exists()
    cancel_training(entry, reason="Somebody else", shown_revision=1, by=ops)
    assert untrained.exists()


def test_what_a_product_owner_learnt_with_another_team_counts(trail, ops):
    """EL-45"""
    before = residency(by=ops)
    kofi = training(before, course=course("Agile fundamentals")).person
    seat(trail, role=TeamRole.PRODUCT_OWNER, person=kofi)
    assert "product-owner-untrained" not in {finding.code for finding in role_checks(trail, TODAY)}
    assert "product-owner-untrained" in {finding.code for finding in role_checks(trail, datetime.date(2026, 3, 1))}


def test_the_check_of_another_team_follows_as_soon_as_the_training_stands(trail, ops, django_capture_on_commit_callbacks):
    """EL-45: the list of residencies remembers what stands in the way until the ledger moves."""
    owner = product_owner(trail, agile_trained_on=None)
    untrained = RoleFinding.objects.open().filter(team=trail.stream.team, code="product-owner-untrained")
    with django_capture_on_commit_callbacks(execute=True):
        training(residency(by=ops), course=course("Agile fundamentals"), person=owner.person, by=ops)
    assert not untrained.exists()
    assert Event.objects.filter(stream=trail.stream).last().act == "findings-changed"


def test_hours_count_over_all_residencies_against_the_figure_of_the_role(trail, ops):
    """EL-08, EL-44"""
    kofi = training(residency(by=ops)).person
    champion(trail, person=kofi, role=ChampionRole.ED)
    [ally] = AllianceOf(trail, TODAY).allies
    assert (ally.taken, ally.expected, ally.lacks) == (3, 7, 4)
    set_figure("training_hours_ed", 3, valid_from=TODAY, by=ANYONE)
    [ally] = AllianceOf(trail, TODAY).allies
    assert ally.lacks == 0


def test_what_is_missing_grows_grave_as_the_live_release_nears(trail):
    """EL-44"""
    findings = lambda: {(f.code, f.severity.name) for f in AllianceOf(trail, TODAY).findings}
    assert findings() == {("no-champion", "WARNS")}
    champion(trail)
    assert findings() == {("no-alliance-lead", "WARNS"), ("leader-untrained", "NOTE")}
    trail.phase = "deliver"
    assert ("leader-untrained", "WARNS") in findings()
    trail.state = "graduated"
    assert findings() == set()


PARTNERS = st.builds(
    Partner, name=st.text("abc", min_size=1), role=st.sampled_from(ChampionRole.values), is_lead=st.booleans(),
    taken=st.decimals(0, 40, places=1),
)  # fmt: skip
FIGURES = st.fixed_dictionaries({f"training_hours_{role}": st.integers(0, 20) for role in [*ChampionRole.values, "lead"]})


@given(st.lists(PARTNERS, max_size=6), FIGURES, st.booleans())
def test_nobody_is_called_untrained_who_took_what_is_expected(partners, figures, is_near_live):
    """EL-44: a lead is expected whatever is more; each who lacks hours is named once, and nobody else."""
    findings = {f.code: f for f in rules.check(partners, figures, is_near_live=is_near_live)}
    for partner in partners:
        expected = hours_expected(partner.role, partner.is_lead, figures)
        assert expected >= figures[f"training_hours_{partner.role}"]
        assert partner.lacks(figures) == max(0, expected - partner.taken)
    lacking = [p for p in partners if p.lacks(figures) > 0]
    assert ("leader-untrained" in findings) == any(not p.taken for p in lacking)
    assert ("leader-hours-short" in findings) == any(p.taken for p in lacking)
    assert ("no-champion" in findings) == (not partners)
    assert ("no-alliance-lead" in findings) == (bool(partners) and not any(p.is_lead for p in partners))


# ── Who leads, and what is expected ──────────────────────────────────────────────────────────


def test_the_lead_is_handed_on_and_one_entry_leads_whatever_its_days(trail, ops):
    """EL-44"""
    first, second = champion(trail, is_lead=True, name="Anneke Torvald"), champion(trail)
    handed = hand_lead(second, shown_revision=1, by=ops)
    first.refresh_from_db()
    assert (first.is_lead, handed.is_lead) == (False, True)
    assert Event.objects.get(stream=trail.stream, act="lead-handed").facts["before"] == "Anneke Torvald"
    with pytest.raises(IntegrityError), transaction.atomic():
        Champion.objects.filter(pk=first.pk).update(is_lead=True)
    with pytest.raises(Stale):
        hand_lead(first, shown_revision=1, by=ops)


def test_a_lead_whose_last_day_is_past_makes_room_and_one_still_to_go_does_not(trail, ops):
    """EL-44"""
    first = champion(trail, is_lead=True)
    end_champion(first, on=TODAY + datetime.timedelta(days=9), shown_revision=1, by=ops)
    fields = {"role": ChampionRole.CIO, "from_on": TODAY, "is_lead": True, "by": ops}
    assert codes(lambda: name_champion(trail, person=person(), **fields)) == {"lead-already"}
    end_champion(first, on=TODAY - datetime.timedelta(days=1), shown_revision=2, by=ops)
    assert name_champion(trail, person=person(), **fields).is_lead
    assert codes(lambda: hand_lead(Champion.objects.get(pk=first.pk), shown_revision=3, by=ops)) == {"not-champion"}


def test_what_is_expected_of_a_role_is_ticked_with_a_note_and_undone(trail, ops):
    """EL-44: for each champion; the alliance lead has more to do, and history names whom it is about."""
    anneke, speaks, leads = champion(trail), expectation(), expectation("lead")
    code = f"{code_of(anneke)}{speaks.pk}"
    done = tick(trail, EXPECTATIONS, code, note="At the branch meeting", by=ops)
    [ally] = AllianceOf(trail, TODAY).allies
    [row] = [row for row in ally.expectations if row.is_ticked]
    assert (ally.done, len(ally.expectations), row.item.note, row.item.owner) == (1, 3, "At the branch meeting", anneke.person)
    assert item_to_tick(trail, EXPECTATIONS, f"{code_of(anneke)}{leads.pk}") is None
    hand_lead(anneke, shown_revision=1, by=ops)
    tick(trail, EXPECTATIONS, f"{code_of(anneke)}{leads.pk}", by=ops)
    reopen_task(done, reason="Only the minutes said so.", shown_revision=done.revision, by=ops)
    [ally] = AllianceOf(trail, TODAY).allies
    assert ally.done == 1
    sentence = tell(Event.objects.get(stream=trail.stream, act="expectation-task-done", facts__code=code)).what
    assert sentence == f"{ops} recorded that {anneke.person.name} met an expectation: {speaks.text}"


def test_everybody_on_and_behind_a_team_is_a_learner_once(trail, ops):
    """EL-44, EL-45"""
    kofi = champion(trail, role=ChampionRole.CIO).person
    seat(trail, person=kofi, role=TeamRole.SUBJECT_MATTER)
    owner = product_owner(trail, agile_trained_on=None).person
    gone = training(trail).person
    learners = TrainingOf(trail, TODAY).learners
    assert [(learner.person, learner.expected, learner.is_there) for learner in learners] == [
        (kofi, 7, True),
        (owner, 0, True),
        (gone, 0, False),
    ]
    assert learners[0].parts == ["Ministry chief information officer", "Subject matter expert"]
