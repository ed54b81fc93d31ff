"""Every reason why we write to somebody has its words, so that the outbox can say and filter by it (EL-62)."""

import ast

import pytest

from outbox.catalogue.messages import DIGEST, MESSAGES
from outbox.pages.tables import MessageFilter
from outbox.reminders.declare import REMINDERS
from tests.said import texts_given_to, trees_with

QUEUED = texts_given_to("queue")


@pytest.mark.parametrize("occasion", sorted(QUEUED))
def test_every_occasion_that_is_queued_is_declared(occasion):
    """EL-62"""
    assert occasion in MESSAGES, f"{QUEUED[occasion]} queues {occasion}: declare a MessageKind in the feature's mail.py"


def test_every_occasion_that_is_declared_is_queued_and_reads_like_words():
    assert set(MESSAGES) == set(QUEUED) | set(REMINDERS) | {DIGEST}
    assert all(str(label)[0].isupper() and str(label) != key for key, label in MESSAGES.items())


def test_every_message_is_declared_in_the_mail_module_of_its_feature():
    calls = ((path, node) for path, tree in trees_with("MessageKind").items() for node in ast.walk(tree) if isinstance(node, ast.Call))
    assert {path.name for path, call in calls if getattr(call.func, "id", "") == "MessageKind"} == {"mail.py"}


@pytest.mark.django_db
def test_the_outbox_can_be_filtered_by_each_of_them():
    """EL-62"""
    choices = dict(MessageFilter().form.fields["occasion"].choices)
    assert set(MESSAGES) <= set(choices)


def test_what_an_act_says_can_be_worded_anew():
    """EL-63: an act hands over facts for a text; a letter as it is written is for tests and for `queue` itself."""
    names = [
        (path.name, alias.name)
        for path, tree in trees_with("outbox.queue").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "outbox.queue"
        for alias in node.names
    ]
    assert ("mail.py", "queue") in names
    assert [path for path, name in names if name == "put"] == []
