"""Nobody overwrites what they have not seen (R14)."""

import pytest

from acts.revisions import Stale
from ledger.actions import lab_stream, revise
from ledger.models import Event
from people.models import Person
from tests.factories import person

pytestmark = pytest.mark.django_db


def change(row: Person, shown_revision: int, **changes: object) -> Person:
    return revise(row, shown_revision=shown_revision, changes=changes, act="person-edited", by="system", stream=lab_stream())


def test_an_edit_is_written_counted_and_recorded_with_what_was_before():
    row = person(title="Director")
    changed = change(row, 1, title="Advisor")
    assert (changed.title, changed.revision) == ("Advisor", 2)
    assert Event.objects.get().facts["changes"] == {"title": {"from": "Director", "to": "Advisor"}}


def test_an_edit_made_on_an_older_text_is_refused_with_both_texts():
    row = person(title="Director")
    change(row, 1, title="Advisor")
    with pytest.raises(Stale) as refused:
        change(row, 1, title="Chief")
    assert refused.value.differing == {"title": ("Advisor", "Chief")}
    assert refused.value.current.revision == 2
    assert Person.objects.get(pk=row.pk).title == "Advisor"


def test_an_edit_that_changes_nothing_writes_nothing():
    row = person()
    assert change(row, 1, title=row.title).revision == 1
    assert not Event.objects.exists()


def test_what_the_field_would_refuse_is_refused_here_too():
    """D3-9: rules hold on the server."""
    from django.core.exceptions import ValidationError

    row = person()
    with pytest.raises(ValidationError):
        change(row, 1, email="not an address")
    assert Person.objects.get(pk=row.pk).revision == 1
