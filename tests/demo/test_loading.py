"""The demo: accounts, twenty teams in every state, and as many more as one likes."""

from __future__ import annotations

import datetime
import itertools
from contextlib import suppress
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from dates.database import start_of
from demo import clock, context, loading
from demo.loading import load
from demo.management.commands.demo import Command
from demo.scale.generate import add
from demo.stories.intakes import products
from demo.stories.scripts import STORIES
from ledger.compare_records import verify_records
from ledger.verification import verify
from people.models import User
from residencies.models import Residency

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def debug(settings):
    settings.DEBUG = True


@pytest.fixture
def _one_story(monkeypatch):
    """A demo of the shortest story alone."""
    monkeypatch.setattr(loading, "STORIES", STORIES[-1:])


def run(*options: str) -> str:
    out = StringIO()
    call_command(Command(), *options, stdout=out)
    return out.getvalue()


def test_the_demo_is_refused_where_debug_is_off():
    with pytest.raises(CommandError, match="can't be loaded unless DEBUG is on"):
        run()
    assert not User.objects.exists()


def test_all_twenty_real_teams_are_told_once():
    assert sorted(story.product for story in STORIES) == sorted(products())
    assert len(products()) == 20


def test_the_clock_is_true_again_when_the_demo_is_loaded_also_after_a_fault():
    with suppress(ImproperlyConfigured), clock.invented_time() as demo_clock:
        demo_clock.set(days_ago=400)
        assert Residency._meta.get_field("made_at").get_default() < clock._true_now() - datetime.timedelta(days=399)
        raise ImproperlyConfigured
    assert timezone.now is clock._true_now
    assert abs(Residency._meta.get_field("made_at").get_default() - timezone.now()) < datetime.timedelta(seconds=5)


@pytest.mark.parametrize("minutes", [0, 12, 29, 31, 600])
def test_the_last_day_of_the_demo_has_come_by_its_clock_also_just_after_midnight(minutes, time_machine):
    time_machine.move_to(start_of(datetime.date(2026, 11, 30)) + datetime.timedelta(minutes=minutes))
    with clock.invented_time() as demo_clock:
        assert demo_clock.set(days_ago=0) == timezone.localdate()


@pytest.mark.usefixtures("debug", "_one_story")
def test_half_a_demo_is_none(monkeypatch):
    monkeypatch.setattr(context, "mark", lambda references: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load()
    assert not (User.objects.exists())
    assert not (Residency.objects.exists())


@pytest.mark.usefixtures("debug", "_one_story")
def test_pages_know_that_they_show_a_demo_only_once_it_is_loaded():
    assert not context.is_loaded()
    run()
    assert context.is_loaded()


@pytest.mark.usefixtures("debug", "_one_story")
def test_generated_residencies_are_many_plausible_and_their_ledger_is_whole():
    story_count = 1
    assert "Added 300 more residencies." in run("--scale", "300")

    assert Residency.objects.count() == story_count + 300
    assert verify().broken is None
    assert verify_records().mismatch is None
    assert len(set(Residency.objects.values_list("state", flat=True))) >= 10
    references = list(Residency.objects.values_list("reference", flat=True))
    assert len(set(references)) == len(references)


def test_the_same_seed_generates_the_same_residencies():
    def generate(seed):
        last = Residency.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        add(20, seed=seed)
        return list(Residency.objects.filter(pk__gt=last).order_by("pk").values_list("product", "state", "problem"))

    results = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            results.append(generate(seed))
            transaction.set_rollback(True)
    assert results[0] == results[1] != results[2]


def test_each_generated_history_leads_to_its_state():
    add(200)
    for residency in Residency.objects.select_related("stream"):
        events = list(residency.stream.events.exclude(act="records-adopted").order_by("seq"))
        assert events[-1].to_state == residency.state
        assert all(after.from_state == before.to_state for before, after in itertools.pairwise(events))
