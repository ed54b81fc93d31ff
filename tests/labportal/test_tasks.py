"""Celery wakes and carries nothing: no call waits in a broker, and what beat sends is forgotten by the next time (EL-61)."""

import ast
import re

import pytest
from django.conf import settings

from labportal.celery import app
from tests.labportal.test_house import SOURCES, shown

SENDS = {"apply_async", "delay", "send_task", "signature", "retry"}
FAR_OFF = {"eta", "countdown"}
SAID = re.compile(rf"\b({'|'.join(SENDS | FAR_OFF)})\b")


def calls():
    """Every call in a file in which one of the words is said."""
    for path in SOURCES:
        text = path.read_text()
        if SAID.search(text):
            yield from ((path, node) for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))


def name_of(call):
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def keywords(call):
    """What a call says by name; None for what is hidden in a mapping."""
    return {keyword.arg for keyword in call.keywords}


def test_no_call_rests_on_a_broker_to_keep_it_for_later():
    """EL-61: nothing rests on a far-off ETA. What sends a task says openly how."""
    sends = [(shown(path), call) for path, call in calls() if name_of(call) in SENDS]
    assert "outbox/queue.py" in {path for path, _call in sends}
    assert [path for path, call in sends if None in keywords(call) or len(call.args) > 1] == []
    assert [shown(path) for path, call in calls() if FAR_OFF & keywords(call)] == []


@pytest.mark.parametrize("name", settings.CELERY_BEAT_SCHEDULE)
def test_what_beat_sends_is_a_task_that_is_known_and_is_forgotten_when_it_sends_the_next(name):
    app.loader.import_default_modules()
    entry = settings.CELERY_BEAT_SCHEDULE[name]
    assert entry["task"] in app.tasks
    assert 0 < entry["options"]["expires"] <= entry["schedule"]
    assert not FAR_OFF & set(entry["options"])


def test_beat_sends_the_sweep_and_the_delivery_as_often_as_the_settings_say():
    every = {entry["task"]: entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert every["outbox.tasks.sweep"] == settings.OUTBOX_SWEEP_SECONDS
    assert every["outbox.tasks.deliver"] == settings.OUTBOX_DELIVER_SECONDS
