"""Every reason why we write to somebody has its words, so that the outbox can say and filter by it (EL-62)."""

import pytest

from outbox.filters import MessageFilter
from outbox.occasions import DIGEST, OCCASIONS
from outbox.reminding import REMINDERS
from tests.said import texts_given_to

QUEUED = texts_given_to("queue")


@pytest.mark.parametrize("occasion", sorted(QUEUED))
def test_every_occasion_that_is_queued_is_declared(occasion):
    """EL-62"""
    assert occasion in OCCASIONS, f"{QUEUED[occasion]} queues {occasion}: declare it with outbox.occasions.declare"


def test_every_occasion_that_is_declared_is_queued_and_reads_like_words():
    assert set(OCCASIONS) == set(QUEUED) | set(REMINDERS) | {DIGEST}
    assert all(str(label)[0].isupper() and "-" not in str(label) for label in OCCASIONS.values())


@pytest.mark.django_db
def test_the_outbox_can_be_filtered_by_each_of_them():
    """EL-62"""
    choices = dict(MessageFilter().form.fields["occasion"].choices)
    assert set(OCCASIONS) <= set(choices)
