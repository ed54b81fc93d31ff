"""The steps of a residency's life on their page: what stands in the way, who may, and that a press acts once (EL-04)."""

import datetime
import uuid

import pytest
from django.utils.module_loading import import_string

from residencies.lifecycle.moves import BY_VERB
from residencies.lifecycle.next_steps import PAGES
from residencies.lifecycle.rules import PLAN_PARTS, graduation_due
from residencies.lifecycle.views import KINDS
from residencies.models import Release, Residency
from residencies.models.states import ENDED, State
from tests.clock import TODAY
from tests.factories import account
from tests.pages import client_of, text
from tests.residencies import rows
from tests.residencies.pages import at, codes, links, send
from tests.residencies.walks import Facts, walked_residency

pytestmark = pytest.mark.django_db

STARTS = {
    "start": State.AGREEMENT,
    "go_live": State.IN_RESIDENCE,
    "graduate": State.LIVE,
    "reopen_review": State.AGREEMENT,
    "pivot": State.IN_RESIDENCE,
    "withdraw": State.QUALIFIED,
}
SENT = {
    "start": {"on": TODAY},
    "go_live": {"on": TODAY, "note": "Everyone can use it."},
    "graduate": {"on": TODAY, "reintegrated_into": "Digital branch"},
    "reopen_review": {"reason": "The money was withdrawn."},
    "pivot": {"on": TODAY, "reason": "The aim has moved."},
    "withdraw": {"reason": "The branch was reorganised."},
}
PLAN = {f"plan-no-{part}" for part in PLAN_PARTS}
SIX = {f"condition-{number}-unmet" for number in range(1, 7)}
# All that stands in the way of a residency about which nothing is known but its state.
UNMET = {
    "start": SIX | {"no-agreement", "no-product-owner", "too-few-government"},
    "go_live": PLAN | {"no-pia", "no-stra", "no-product-owner", "too-few-government", "no-devops"},
    "graduate": {"plan-not-done"},
    "pivot": {"no-conversation"},
}
MENDED_AT = {
    "start": {"review", "agreement", "team"},
    "go_live": {"team", "graduation", "tasks"},
    "graduate": {"graduation"},
    "pivot": {"conversations"},
}


def page(residency, verb):
    return at("residency-move", residency, verb)


def state_of(residency):
    return Residency.objects.get(pk=residency.pk).state


@pytest.fixture
def everybody(db):
    return account("lab_ops", "lab_lead", name="Anneke Torvald")


@pytest.fixture
def desk(everybody):
    return client_of(everybody)


@pytest.fixture
def ready(everybody):
    """`ready(verb)`: a residency at which `verb` would go through."""

    def make(verb):
        residency = walked_residency(everybody)
        facts = Facts(residency, everybody)
        for fact in ("assessments", "carried_out"):
            facts.set(fact, True)
        facts.set("question", verb != "reopen_review")  # that one opens a round of its own
        live_on = TODAY - datetime.timedelta(days=90)
        dates = {"live_on": live_on, "graduation_due_on": graduation_due(live_on, 6)} if verb == "graduate" else {}
        Residency.objects.filter(pk=residency.pk).update(state=STARTS[verb], **dates)
        return Residency.objects.get(pk=residency.pk)

    return make


def test_every_verb_without_a_page_of_its_own_is_asked_here():
    assert set(KINDS) == set(BY_VERB) - set(PAGES) == set(STARTS)


def test_every_gate_has_words_for_when_it_holds():
    assert all(import_string(path).holds for move in BY_VERB.values() for path in move.gates)


# ── What stands in the way ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("verb", UNMET)
def test_the_page_says_everything_that_stands_in_the_way_and_where_it_is_mended(desk, verb):
    """EL-04, EL-43: all of it, not the first; each remedy leads to its page and from there back."""
    residency = rows.residency(STARTS[verb])
    response = desk.get(page(residency, verb))
    assert response.status_code == 200
    assert codes(response) == UNMET[verb]
    shown = text(response)
    things = len(response.context["stands"].findings)
    assert f"{things} things are missing" in shown or "One thing is missing" in shown
    for finding in response.context["stands"].findings:
        assert finding.message in shown
    back = page(residency, verb).replace("/", "%2F")
    assert {f"{at(place, residency)}?next={back}" for place in MENDED_AT[verb]} <= links(response)
    assert str(BY_VERB[verb].label) not in buttons(response), "a step that can't be taken has no button"


def buttons(response):
    return [part.split("</button>")[0].split(">")[-1].strip() for part in response.content.decode().split("<button")[1:]]


@pytest.mark.parametrize("verb", UNMET)
def test_sending_it_all_the_same_is_refused_with_everything_and_changes_nothing(desk, verb):
    """EL-04"""
    residency = rows.residency(STARTS[verb])
    response = send(desk, page(residency, verb), SENT[verb])
    assert response.status_code == 409
    assert codes(response) == UNMET[verb]
    assert state_of(residency) == STARTS[verb]
    assert not residency.stream.events.exists()


@pytest.mark.parametrize("verb", STARTS)
@pytest.mark.parametrize("state", [State.DRAFT, State.GRADUATED])
def test_a_step_from_elsewhere_is_refused_in_words(desk, verb, state):
    """EL-04"""
    if state in BY_VERB[verb].origins:
        state = State.DECLINED
    residency = rows.residency(state)
    assert "wrong-state" in codes(desk.get(page(residency, verb)))
    response = send(desk, page(residency, verb), SENT[verb])
    assert response.status_code == 409
    assert "For this, it has to be" in text(response)
    assert state_of(residency) == state


@pytest.mark.parametrize(
    ("verb", "fact", "code"),
    [
        ("start", "in_force", "no-agreement"),
        ("start", "team", "no-product-owner"),
        ("start", "conditions", "condition-3-unmet"),
        ("go_live", "devops", "no-devops"),
        ("go_live", "assessments", "no-pia"),
        ("go_live", "plan", "plan-no-home"),
        ("graduate", "carried_out", "plan-not-done"),
        ("graduate", "destinations", "destination-undecided"),
        ("pivot", "conversation", "no-conversation"),
    ],
)
def test_one_thing_missing_is_enough_and_the_rest_is_said_to_be_in_place(desk, ready, everybody, verb, fact, code):
    """EL-04, EL-43, EL-72, EL-81, EL-82, EL-84"""
    residency = ready(verb)
    Facts(residency, everybody).set(fact, False)
    response = send(desk, page(residency, verb), SENT[verb])
    assert response.status_code == 409
    assert code in codes(response)
    assert len(response.context["stands"].met) == len(BY_VERB[verb].gates) - 1
    for sentence in response.context["stands"].met:
        assert sentence in text(response)
    assert state_of(residency) == STARTS[verb]


@pytest.mark.parametrize("verb", ["start", "go_live", "graduate"])
def test_a_day_to_come_is_refused(desk, ready, verb):
    """What is planned for a day is not what holds on it."""
    response = send(desk, page(ready(verb), verb), {**SENT[verb], "on": TODAY + datetime.timedelta(days=1)})
    assert response.status_code == 409
    assert codes(response) == {"day-to-come"}


def test_graduation_before_going_live_is_refused(desk, ready):
    residency = ready("graduate")
    response = send(desk, page(residency, "graduate"), {**SENT["graduate"], "on": residency.live_on - datetime.timedelta(days=1)})
    assert "day-too-early" in codes(response)


@pytest.mark.parametrize(
    ("verb", "missing", "words"),
    [
        ("pivot", "reason", "Reason"),
        ("withdraw", "reason", "Reason"),
        ("graduate", "reintegrated_into", "Home branch"),
        ("start", "on", "First day in residence"),
        ("go_live", "on", "Date of the final live release"),
    ],
)
def test_what_is_left_empty_is_asked_for_and_the_rest_is_kept(desk, ready, verb, missing, words):
    residency = ready(verb)
    response = send(desk, page(residency, verb), {**SENT[verb], missing: " "})
    assert response.status_code == 422
    assert missing in response.context["form"].errors
    assert words in text(response)
    for name, value in SENT[verb].items():
        if name != missing:
            assert str(value) in response.content.decode()
    assert state_of(residency) == STARTS[verb]


# ── Doing it ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("verb", STARTS)
def test_before_it_is_done_the_page_says_what_it_does(desk, ready, verb):
    response = desk.get(page(ready(verb), verb))
    assert codes(response) == set()
    assert f"changes to “{BY_VERB[verb].target.label}”" in text(response)
    assert str(BY_VERB[verb].label) in buttons(response)
    if BY_VERB[verb].target in ENDED:
        assert "This can’t be undone." in text(response)


@pytest.mark.parametrize("verb", STARTS)
def test_a_step_whose_gates_hold_is_taken_and_recorded(desk, ready, everybody, verb):
    """EL-04, EL-07"""
    residency = ready(verb)
    response = send(desk, page(residency, verb), SENT[verb], follow=True)
    assert response.redirect_chain == [(residency.get_absolute_url(), 302)]
    assert residency.product in str(next(iter(response.context["messages"])))
    moved = Residency.objects.get(pk=residency.pk)
    assert moved.state == BY_VERB[verb].target
    event = moved.stream.events.filter(act=BY_VERB[verb].event).latest("seq")
    assert (event.act, event.from_state, event.to_state) == (BY_VERB[verb].event, STARTS[verb], BY_VERB[verb].target)
    assert event.actor_name == everybody.name


def test_going_live_starts_the_clock_and_says_until_when(desk, ready):
    """EL-80, EL-83"""
    residency = ready("go_live")
    response = send(desk, page(residency, "go_live"), SENT["go_live"], follow=True)
    due = graduation_due(TODAY, 6)
    residency.refresh_from_db()
    assert (residency.live_on, residency.graduation_due_on) == (TODAY, due)
    assert Release.objects.get(residency=residency, is_final=True).note == "Everyone can use it."
    assert f"Graduation is due on {due.day} {due:%B %Y}" in text(response)
    assert "days to graduation" in text(response)


def test_graduating_says_who_took_the_team_in_and_leaves_nothing_to_press(desk, ready):
    """EL-82"""
    residency = ready("graduate")
    response = send(desk, page(residency, "graduate"), SENT["graduate"], follow=True)
    assert "The team joined Digital branch." in text(response)
    residency.refresh_from_db()
    assert (residency.ended_on, residency.reintegrated_into) == (TODAY, "Digital branch")
    assert f"{page(residency, 'graduate')}" not in links(response)


@pytest.mark.parametrize("verb", ["pivot", "withdraw"])
def test_an_ending_keeps_its_reason_for_all_to_see(desk, ready, verb):
    """EL-04, EL-85"""
    residency = ready(verb)
    response = send(desk, page(residency, verb), SENT[verb], follow=True)
    assert SENT[verb]["reason"] in text(response)
    assert Residency.objects.get(pk=residency.pk).end_reason == SENT[verb]["reason"]


def test_a_program_area_may_apply_again_after_an_ending(desk, ready):
    """EL-02, EL-85"""
    residency = ready("pivot")
    send(desk, page(residency, "pivot"), SENT["pivot"])
    assert rows.residency(State.DRAFT, program_area=residency.program_area).is_under_way


@pytest.mark.parametrize("verb", STARTS)
def test_a_second_press_does_nothing_more(desk, ready, verb):
    """R12"""
    residency = ready(verb)
    data = {**SENT[verb], "submission": str(uuid.uuid4())}
    first, second = (desk.post(page(residency, verb), data) for _ in range(2))
    assert first["Location"] == second["Location"] == residency.get_absolute_url()
    assert residency.stream.events.filter(act=BY_VERB[verb].event).count() == 1


def test_two_who_press_on_their_own_pages_move_it_once(desk, ready, everybody):
    residency = ready("start")
    assert send(desk, page(residency, "start"), SENT["start"]).status_code == 302
    late = send(client_of(account("lab_ops")), page(residency, "start"), SENT["start"])
    assert late.status_code == 409
    assert codes(late) == {"wrong-state"}


# ── Who may ──────────────────────────────────────────────────────────────────────────────────

MAY = {
    "start": {"ops"},
    "go_live": {"ops"},
    "graduate": {"ops"},
    "reopen_review": {"lead"},
    "pivot": {"lead"},
    "withdraw": {"ops", "owner"},
}


@pytest.mark.parametrize("verb", STARTS)
def test_only_whoever_decides_a_step_may_look_at_it_and_take_it(ready, verb, ops, lead, viewer, owner):
    """EL-04, EL-85: operations start, take live and graduate; leadership alone pivots; the program area may withdraw."""
    residency = ready(verb)
    residency.memberships.create(user=owner)
    refused = {"ops": ops, "lead": lead, "viewer": viewer, "owner": owner}
    for name in MAY[verb]:
        assert client_of(refused.pop(name)).get(page(residency, verb)).status_code == 200
    for user in refused.values():
        assert client_of(user).get(page(residency, verb)).status_code == 403
        assert send(client_of(user), page(residency, verb), SENT[verb]).status_code == 403
    assert state_of(residency) == STARTS[verb]


def test_a_residency_of_others_is_not_found(ready, owner):
    """D4"""
    residency = ready("withdraw")
    assert client_of(owner).get(page(residency, "withdraw")).status_code == 404
    assert send(client_of(owner), page(residency, "withdraw"), SENT["withdraw"]).status_code == 404


@pytest.mark.parametrize("verb", ["qualify", "submit", "nonsense", "decline"])
def test_other_verbs_are_not_found_here(desk, verb):
    assert desk.get(page(rows.residency(State.IN_REVIEW), verb)).status_code == 404


def test_looking_changes_nothing(desk):
    for verb in STARTS:
        residency = rows.residency(STARTS[verb])
        desk.get(page(residency, verb))
        assert state_of(residency) == STARTS[verb]
        assert not residency.stream.events.exists()
