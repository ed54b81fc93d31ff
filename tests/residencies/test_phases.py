"""Coaching phases: started on a day, with entry conditions in sight, beside the usual pace (EL-05)."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dates.durations import Length
from dates.months import months_after
from findings import Refused
from residencies.lifecycle.actions import withdraw
from residencies.lifecycle.phases import rules
from residencies.lifecycle.phases.actions import enter_phase
from residencies.lifecycle.phases.checklists import SIGNS
from residencies.lifecycle.phases.queries import Pace, past_pace, signs_ticked, unmet_entry
from residencies.lifecycle.phases.rules import ORDER, PACE, Span
from residencies.models import PhaseSpan, Residency
from residencies.models.states import Phase, State
from tests.clock import TODAY
from tests.factories import account
from tests.oversight.task_rows import tick
from tests.pages import text
from tests.residencies import rows
from tests.residencies.pages import at, send

DAY = datetime.timedelta(days=1)
BEGAN = TODAY - 200 * DAY
database = pytest.mark.django_db
days = st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 12, 31))


def codes(findings):
    return [finding.code for finding in findings]


# ── Rules ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("on", "follows", "expected"),
    [
        (TODAY, None, []),
        (TODAY + DAY, None, ["day-to-come"]),
        (BEGAN, None, []),
        (BEGAN - DAY, None, ["day-too-early"]),
        (BEGAN - DAY, TODAY, ["day-too-early"]),
        (BEGAN, TODAY, ["day-too-early"]),
        (TODAY - DAY, TODAY, ["day-too-early"]),
        (TODAY, TODAY, []),
    ],
)
def test_a_phase_starts_on_a_day_that_came_and_not_before_the_one_before_it(on, follows, expected):
    assert codes(rules.day_faults(on, TODAY, began_on=BEGAN, follows=follows)) == expected


@pytest.mark.parametrize(
    ("note", "unmet", "back", "expected"),
    [
        ("", 0, False, []),
        ("", 1, False, ["phase-no-note"]),
        (" ", 0, True, ["phase-no-note"]),
        ("", 2, True, ["phase-no-note"]),
        ("Why", 2, True, []),
    ],
)
def test_a_note_is_required_to_start_early_or_to_go_back(note, unmet, back, expected):
    assert codes(rules.note_faults(note, unmet=unmet, back=back)) == expected


def test_the_phases_are_in_the_order_of_the_choices_and_each_has_signs():
    assert tuple(Phase.values) == ORDER
    assert list(SIGNS) == list(Phase)
    assert [sum(item.is_entry for item in template.items) for template in SIGNS.values()] == [3, 3, 1, 2, 2, 2]
    assert {milestone.phase for milestone in PACE} <= set(ORDER)


@given(days, st.integers(0, 40))
def test_months_are_counted_from_the_day_the_align_phase_started(began_on, months):
    """The first day is in month 1; the same day of a later month starts the next one."""
    day = months_after(began_on, months)
    assert rules.month_of(began_on, day) == months + 1
    assert rules.month_of(began_on, day - DAY) == (months if months else 1) or months == 0


@pytest.mark.parametrize(
    ("month", "phase", "usual", "words"),
    [
        (1, "align", None, "Month 1. By the end of month 1, usually the team is in place and aligned."),
        (3, "discover", None, "Month 3. By the end of month 3, usually users are trying a prototype."),
        (5, "discover", None, "Month 5. By the end of month 6, usually the team is coaching others."),
        (7, "discover", "deliver", "Month 7. By the end of month 8, usually there is a beta."),
        (7, "sustain", None, "Month 7. By the end of month 8, usually there is a beta."),
        (15, "deliver", "sustain", "Month 15. After 12 months, usually the team is ready to graduate."),
    ],
)
def test_the_pace_says_what_is_usual_and_which_phase_only_if_a_residency_is_not_that_far(month, phase, usual, words):
    """Drift is shown, not punished."""
    began_on = months_after(TODAY, 1 - month)
    spans = [Span("apply", began_on - 30 * DAY, began_on), Span("align", began_on, began_on), Span(phase, began_on)]
    assert rules.pace_in_words(spans, TODAY) == words
    assert rules.usual_phase(spans, TODAY) == usual


def test_there_is_no_pace_while_a_residency_applies():
    spans = [Span("apply", TODAY - 300 * DAY)]
    assert rules.pace_in_words(spans, TODAY) == ""
    assert rules.usual_phase(spans, TODAY) is None


def past(*lengths, ministry=1, finished=True):
    return [rules.PastPhase(ministry, Length(days, finished=finished)) for days in lengths]


def test_the_past_pace_is_that_of_the_same_ministry_if_there_are_five():
    """EL-99: residencies like this one; hidden under five."""
    assert rules.past_pace(past(10, 20, 30, 40), 1) is None
    everyone = rules.past_pace([*past(10, 20, 30, 40), *past(900, ministry=2)], 2)
    assert (everyone.alike, everyone.usual.half, everyone.usual.count) == (False, 30, 5)
    alike = rules.past_pace([*past(10, 20, 30, 40, 50), *past(900, ministry=2)], 1)
    assert (alike.alike, alike.usual.half, alike.usual.count) == (True, 30, 5)


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        (past(60, 90, 90, 120, 150, ministry=2), "Half of 5 residencies left “Discover” within 3 months, and nine in ten within 5 months."),
        (past(10, 20, 30, 40, 40), "Half of 5 residencies for Forests left “Discover” within 30 days, and nine in ten within 40 days."),
        (past(10, 20, 30) + past(90, 90, finished=False), "Half of 5 residencies for Forests left “Discover” within 30 days."),
        (past(10) + past(*[90] * 4, finished=False), "Of 5 residencies for Forests in “Discover”, fewer than half have left it so far."),
    ],
)
def test_the_past_pace_in_words(cases, words):
    """EL-99"""
    assert rules.past_pace_in_words(rules.past_pace(cases, 1), "Discover", "Forests") == words


@given(st.lists(st.tuples(st.sampled_from(ORDER[1:]), st.integers(0, 60)), max_size=6), st.integers(0, 60))
def test_the_lengths_of_phases_add_up_to_the_time_that_passed(moves, last):
    """Spans follow one another without gap or overlap, in whatever order the phases come."""
    day, spans = BEGAN, []
    for phase, length in moves:
        spans.append(Span(phase, day, day + length * DAY))
        day += length * DAY
    spans.append(Span("sustain", day))
    today = day + last * DAY
    assert sum(span.days(today) for span in spans) == (today - BEGAN).days


# ── The act ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def trail(db, ops):
    return rows.residency(State.IN_RESIDENCE, product="Trail Finder", owner=ops)


@pytest.fixture
def desk(client, ops):
    client.force_login(ops)
    return client


def start(residency, phase):
    return f"{at('phase-enter', residency)}?phase={phase}"


def ready(residency, phase, by):
    for item in SIGNS[phase].items:
        if item.is_entry:
            tick(residency, SIGNS[phase], item.code, by=by)


def test_a_phase_with_its_entry_conditions_ticked_needs_no_note(trail, ops):
    ready(trail, Phase.ALIGN, ops)
    assert enter_phase(trail, "align", on=TODAY, by=ops).phase == "align"
    assert list(trail.phase_spans.values_list("phase", "from_on", "to_on")) == [("apply", TODAY, TODAY), ("align", TODAY, None)]
    event = trail.stream.events.latest("seq")
    assert (event.act, event.facts["from"], event.facts["to"], "unmet" in event.facts) == ("phase-entered", "apply", "align", False)


def test_starting_before_the_entry_conditions_are_ticked_needs_a_note_and_is_on_record(trail, ops):
    tick(trail, SIGNS[Phase.ALIGN], "align-sponsors", by=ops)
    with pytest.raises(Refused) as refused:
        enter_phase(trail, "align", on=TODAY, by=ops)
    assert (refused.value.codes, str(refused.value)) == ({"phase-no-note"}, "2 entry conditions aren’t ticked.")
    enter_phase(trail, "align", on=TODAY, note="The session is booked.", by=ops)
    facts = trail.stream.events.latest("seq").facts
    assert facts["unmet"] == ["The challenge is a priority.", "The product owner is named."]
    assert trail.phase_spans.get(to_on=None).note == "The session is booked."


def test_going_back_needs_a_note_even_if_every_entry_condition_is_ticked(trail, ops):
    ready(trail, Phase.DELIVER, ops)
    ready(trail, Phase.DISCOVER, ops)
    enter_phase(trail, "deliver", on=TODAY, by=ops)
    with pytest.raises(Refused) as refused:
        enter_phase(trail, "discover", on=TODAY, by=ops)
    assert refused.value.codes == {"phase-no-note"}
    assert enter_phase(trail, "discover", on=TODAY, note="The problem is elsewhere.", by=ops).phase == "discover"
    assert [span.phase for span in trail.phase_spans.order_by("pk")] == ["apply", "deliver", "discover"]


@pytest.mark.parametrize(
    "fields", [{"from_on": TODAY - 5 * DAY, "to_on": TODAY - 2 * DAY}, {"from_on": TODAY + 5 * DAY, "to_on": None}], ids=["within", "open"]
)
def test_the_database_refuses_phases_that_overlap(trail, fields):
    PhaseSpan.objects.filter(residency=trail).update(from_on=TODAY - 10 * DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        PhaseSpan.objects.create(residency=trail, phase="align", **fields)
    before = PhaseSpan.objects.create(residency=trail, phase="align", from_on=TODAY - 20 * DAY, to_on=TODAY - 10 * DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        PhaseSpan.objects.filter(pk=before.pk).update(to_on=TODAY)


@database
def test_the_phase_of_a_residency_ends_with_it():
    withdrawn = rows.residency(State.AGREEMENT)
    withdraw(withdrawn, reason="No money this year.", by=account("lab_ops"))
    span = withdrawn.phase_spans.get()
    assert (span.phase, span.to_on) == ("apply", TODAY)


# ── Pages ────────────────────────────────────────────────────────────────────────────────────


def test_all_phases_and_their_signs_are_shown_and_the_present_one_is_open(desk, trail):
    shown = desk.get(at("residency-phases", trail)).content.decode()
    for phase, template in SIGNS.items():
        assert str(phase.label) in shown
        assert all(str(item.text) in shown for item in template.items)
    assert 'id="phase-apply" open' in shown
    assert "Start Align" in shown


def test_a_sign_is_ticked_from_the_page_with_a_note_and_undone_with_a_reason(desk, trail, ops):
    template = SIGNS[Phase.APPLY]
    fields = {"note": "We read it together.", "done_on": TODAY, "shown_revision": 1}
    ticked = desk.post(at("tick", trail, template.code, "apply-agreement-read"), fields)
    assert ticked.url == f"{at('residency-phases', trail)}#apply-agreement-read"
    shown = text(desk.get(at("residency-phases", trail)))
    assert "We read it together." in shown
    assert ops.name in shown
    item = trail.stream.checklists.get().items.get()
    desk.post(at("task-reopen", trail, item.pk), {"reason": "It was the old one.", "shown_revision": item.revision})
    assert "We read it together." not in text(desk.get(at("residency-phases", trail)))


def test_the_page_for_starting_a_phase_warns_and_keeps_what_was_typed(desk, trail):
    page = start(trail, "align")
    assert "3 entry conditions aren’t ticked" in text(desk.get(page))
    day = str(TODAY)
    refused = send(desk, page, {"on": day, "note": ""})
    assert refused.status_code == 409
    assert "Say in the note why the phase starts anyway." in text(refused)
    done = send(desk, page, {"on": day, "note": "Sponsors met."}, follow=True)
    assert "Trail Finder is now in the “Align” phase" in text(done)
    assert "Sponsors met." in text(done), "the phases so far"
    back = text(desk.get(start(trail, "apply")))
    assert "This phase comes before the current one." in back


@pytest.mark.parametrize("on", ["", "soon", str(TODAY + DAY)])
def test_a_day_that_cannot_be_is_refused_beside_its_field(desk, trail, on):
    assert send(desk, start(trail, "align"), {"on": on, "note": "Now."}).status_code in (200, 409)
    assert Residency.objects.get(pk=trail.pk).phase == "apply"
    assert desk.get(start(trail, "nonsense")).status_code == 404


@database
@pytest.mark.parametrize("role", ["lab_lead", "viewer", "product_owner"])
def test_others_read_phases_and_change_nothing(role):
    """Operations coach."""
    user = account(role)
    residency = rows.residency(State.IN_RESIDENCE, kept_by=user)
    client = Client()
    client.force_login(user)
    response = client.get(at("residency-phases", residency))
    assert response.status_code == 200
    assert "<button" not in response.content.decode().split("<main")[1].split("</main")[0]
    assert send(client, start(residency, "align"), {"on": TODAY, "note": "Now."}).status_code == 403
    assert client.post(at("tick", residency, "phase-apply", "apply-ready"), {"note": "Seen."}).status_code == 403


def test_phases_of_a_residency_that_has_ended_are_a_record(desk):
    ended = rows.residency(State.GRADUATED)
    shown = desk.get(at("residency-phases", ended)).content.decode().split("<main")[1].split("</main")[0]
    assert "<button" not in shown
    assert "Start Align" not in shown
    assert send(desk, start(ended, "sustain"), {"on": TODAY, "note": "Late."}).status_code == 403


def graduated(count, phase, length):
    for number in range(count):
        row = rows.residency(State.GRADUATED, product=f"Past {number}", ended_on=TODAY)
        PhaseSpan.objects.filter(residency=row).update(phase=phase, from_on=TODAY - (length + number) * DAY, to_on=TODAY)


@database
def test_the_past_pace_counts_open_residencies_for_as_long_as_they_have_been_there(trail):
    """EL-99: one still in the phase, and one that was withdrawn in it, haven't left it."""
    Residency.objects.filter(pk=trail.pk).update(phase="discover")
    trail.refresh_from_db()
    PhaseSpan.objects.filter(residency=trail).update(phase="discover", from_on=TODAY - 5 * DAY)
    graduated(4, "discover", 90)
    assert past_pace(trail, TODAY) is None
    graduated(1, "discover", 100)
    pace = past_pace(trail, TODAY).usual
    assert (pace.half, pace.count, pace.still_open) == (92, 5, 0)
    rows.residency(State.WITHDRAWN, ended_on=TODAY)
    PhaseSpan.objects.filter(residency__state=State.WITHDRAWN).update(phase="discover", from_on=TODAY - 300 * DAY, to_on=TODAY)
    staying = rows.residency(State.IN_RESIDENCE)
    PhaseSpan.objects.filter(residency=staying).update(phase="discover", from_on=TODAY - 200 * DAY)
    pace = past_pace(trail, TODAY).usual
    assert (pace.half, pace.count, pace.still_open) == (93, 7, 2)
    assert Pace(trail, TODAY).lines[-1] == "Half of 7 residencies left “Discover” within 3 months."


def test_the_overview_shows_the_pace_in_one_quiet_line(desk, trail):
    Residency.objects.filter(pk=trail.pk).update(phase="align")
    PhaseSpan.objects.filter(residency=trail).update(phase="align", from_on=months_after(TODAY, -4))
    tick(trail, SIGNS[Phase.ALIGN], "align-engaged", by=account("lab_ops"))
    shown = text(desk.get(at("residency", trail)))
    assert "Month 5. By the end of month 6, usually the team is coaching others. The usual phase by now is “Discover”." in shown
    assert "1 of 3 success signs" in shown


def test_the_page_runs_the_same_queries_however_much_was_ticked(desk, trail, ops, django_assert_max_num_queries):
    def queries():
        with django_assert_max_num_queries(16):
            assert "Half of 6 residencies left “Align” within" in text(desk.get(at("residency-phases", trail)))

    tick(trail, SIGNS[Phase.APPLY], "apply-ready", by=ops)
    Residency.objects.filter(pk=trail.pk).update(phase="align")
    PhaseSpan.objects.filter(residency=trail).update(phase="align")
    graduated(6, "align", 90)
    desk.get(at("residency-phases", trail))
    queries()
    for template in SIGNS.values():
        for item in template.items[1:]:
            if item.code != "apply-ready":
                tick(trail, template, item.code, note="Seen.", by=ops)
    queries()


def test_unmet_entry_conditions_are_read_in_one_query(trail, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(unmet_entry(trail, "align")) == 3


def test_the_pace_and_the_signs_cost_the_overview_three_queries(trail, django_assert_num_queries):
    Residency.objects.filter(pk=trail.pk).update(phase="align")
    PhaseSpan.objects.filter(residency=trail).update(phase="align")
    graduated(6, "align", 90)
    shown = Residency.objects.for_list().get(pk=trail.pk)  # as pages read it
    with django_assert_num_queries(3):
        assert len(Pace(shown, TODAY).lines) == 2
        assert signs_ticked(shown) == (0, 3)
