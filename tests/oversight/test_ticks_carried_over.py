"""The data migrations of ticks on PostgreSQL; on SQLite, tests/agreements/test_made_before.py brings a whole old database forward."""

import datetime
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from oversight.models import ChecklistItem
from residencies.models import PhaseSpan
from residencies.models.states import State
from tests.clock import TODAY
from tests.residencies.rows import residency
from tests.teams.factories import champion, expectation

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
DAY = datetime.timedelta(days=1)
BEFORE = {"residencies": "0006_conversations", "community": "0005_benefit_owners", "teams": "0004_revision"}


@pytest.fixture
def then(db):
    """The models as they were before, with the tables that are gone made again until the end of the test."""
    nodes = [*BEFORE.items(), ("oversight", "0007_longer_items")]
    apps = MigrationLoader(connection).project_state(nodes).apps
    with connection.schema_editor(atomic=False) as editor:
        for app, model in (("residencies", "PhaseSign"), ("community", "HabitDone"), ("teams", "Fulfilment")):
            editor.create_model(apps.get_model(app, model))
    return apps


def migration(app, name):
    return import_module(f"{app}.migrations.{name}")


def test_every_tick_is_carried_over_with_its_day_note_links_and_account(then, ops):
    """EL-05, EL-44, EL-46: of two residencies, in batches of one."""
    rows = [residency(State.IN_RESIDENCE, product=f"Product {number}") for number in range(2)]
    leader, words = champion(rows[0], by=ops), expectation()
    signs, habits, marks = (
        then.get_model(*label) for label in (("residencies", "PhaseSign"), ("community", "HabitDone"), ("teams", "Fulfilment"))
    )
    now = timezone.now()
    for row in rows:
        signs.objects.create(residency_id=row.pk, sign="align-sponsors", note="At the kickoff.", by_id=ops.pk, from_at=now)
        signs.objects.create(residency_id=row.pk, sign="align-priority", note="By mistake.", by_id=ops.pk, from_at=now, to_at=now)
        fields = {"done_on": TODAY - DAY, "noted_by_id": ops.pk}
        habits.objects.create(residency_id=row.pk, habit="data", links=["https://open.canada.ca/a", "https://open.canada.ca/b"], **fields)
        habits.objects.create(residency_id=row.pk, habit="chat", undone_at=now, **fields)
    marks.objects.create(champion_id=leader.pk, expectation_id=words.pk, done_on=TODAY - DAY, note="At the branch meeting.")
    for module, function in (
        (migration("residencies", "0007_phases_to_checklists"), "move_signs"),
        (migration("community", "0006_habits_to_checklists"), "move_habits"),
        (migration("teams", "0005_expectations_to_checklists"), "move_marks"),
    ):
        module.BATCH = 1
        getattr(module, function)(then, None)
    for row in rows:
        items = {item.code: item for item in ChecklistItem.objects.filter(checklist__stream=row.stream)}
        expected = {"align-sponsors", "data"} | ({f"champion-{leader.pk}-{words.pk}"} if row == rows[0] else set())
        assert set(items) == expected
        assert (items["align-sponsors"].note, items["align-sponsors"].done_by, items["align-sponsors"].done_on) == (
            "At the kickoff.",
            ops,
            TODAY,
        )
        assert [evidence.url for evidence in items["data"].evidence.all()] == ["https://open.canada.ca/a", "https://open.canada.ca/b"]
    met = ChecklistItem.objects.get(code__startswith="champion-")
    assert (met.text, met.note, met.owner, met.done_on) == (words.text, "At the branch meeting.", leader.person, TODAY - DAY)


def test_the_open_phase_of_a_residency_that_ended_ends_with_it(then):
    """EL-05: never before it started."""
    ended, going = residency(State.GRADUATED, product="Ended"), residency(State.LIVE, product="Going")
    type(ended).objects.filter(pk=ended.pk).update(ended_on=TODAY - 3 * DAY)
    PhaseSpan.objects.filter(residency=ended).update(from_on=TODAY - DAY)
    migration("residencies", "0007_phases_to_checklists").end_phases(then, None)
    assert PhaseSpan.objects.get(residency=ended).to_on == TODAY - DAY
    assert PhaseSpan.objects.get(residency=going).to_on is None
