"""What a product's page may hold, what it lacks, and how it differs from what was published (EL-95). No database."""

from hypothesis import given
from hypothesis import strategies as st

from reports.showcase import rules
from reports.showcase.rules import ALLOWED, ALLOWED_IN
from residencies.models.states import Phase, State

TEXT = st.text(max_size=20)
ROWS = {
    name: st.lists(st.fixed_dictionaries(dict.fromkeys(keys, TEXT) | {"secret": TEXT}), max_size=2) for name, keys in ALLOWED_IN.items()
}
ALUMNI = st.lists(st.fixed_dictionaries({"consent": st.integers(1, 5), "name": TEXT, "role": TEXT, "email": TEXT}), max_size=3)
FIELDS = st.fixed_dictionaries(
    dict.fromkeys(ALLOWED, TEXT) | {"problem": TEXT, "end_reason": TEXT} | ROWS | {"alumni": ALUMNI}
    | {"transparency": st.fixed_dictionaries({key: st.booleans() for key in ALLOWED_IN["transparency"]} | {"cents": st.integers()})}
)  # fmt: skip


@given(FIELDS, st.sets(st.integers(1, 5)))
def test_nothing_but_the_allow_list_is_ever_shown(fields, standing):
    """EL-95: whatever a frozen version holds."""
    shown = rules.public(fields, standing)
    assert set(shown) == set(ALLOWED)
    for name, keys in ALLOWED_IN.items():
        rows = [shown[name]] if isinstance(shown[name], dict) else shown[name]
        assert all(set(row) == set(keys) for row in rows)
    agreed = [{"name": row["name"], "role": row["role"]} for row in fields["alumni"] if row["consent"] in standing]
    assert shown["alumni"] == agreed


@given(FIELDS, FIELDS)
def test_what_changed_is_exactly_what_differs(before, now):
    changed = rules.changed(before, now)
    assert changed == [name for name in ALLOWED if before[name] != now[name]]
    assert rules.changed(now, now) == []


def missing(state=State.IN_RESIDENCE, *, unnamed=(), **fields):
    facts = {"summary": "It pays.", "theme": "Health", "learned": "", "components": [], "lessons": [], **fields}
    return {finding.code for finding in rules.missing(facts, has_started=True, state=state, unnamed=unnamed)}


def test_only_a_product_that_stopped_has_to_say_what_was_learned():
    assert missing() == set()
    assert missing(State.GRADUATED) == set()
    assert missing(State.PIVOTED) == missing(State.WITHDRAWN) == {"showcase-no-learned"}


def test_a_name_counts_in_any_case_and_with_or_without_accents_but_not_inside_other_words():
    named = {"unnamed": ["Zoë Marsh"]}
    assert missing(summary="Built by ZOE MARSH and others.", **named) == {"showcase-names"}
    assert missing(lessons=[{"category": "Hiring", "text": "Zoë Marsh hired early.", "advice": ""}], **named) == {"showcase-names"}
    assert missing(summary="The marsh was mapped by Zoë.", **named) == set()
    assert missing(summary="Zoë Marshall built it.", **named) == set()


def test_contact_details_are_seen_as_people_write_them():
    for text in ("Write to a.b@gov.bc.ca today", "Call 250-555-0199", "Call (250) 555 0199", "Call +1 250.555.0199"):
        assert missing(summary=text) == {"showcase-contact"}, text
    for text in ("Reached 12 000 people", "2025-11-30 to 2026-11-30", "See @bcgov on the site", "Down from 1 250 555 cases"):
        assert missing(summary=text) == set(), text


def test_the_public_finds_a_product_by_its_phase_until_it_has_ended():
    assert rules.stage_of(State.LIVE, Phase.SUSTAIN) == Phase.SUSTAIN
    assert rules.stage_of(State.PIVOTED, Phase.DELIVER) == State.PIVOTED
    assert {rules.stage_of(state, Phase.ALIGN) for state in State if rules.is_showable(state, has_started=True)} <= set(rules.STAGES)
