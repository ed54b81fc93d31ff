"""What is kept of people says what for and how long (acts/personal_data.py, docs/personal-data.md)."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from acts import personal_data
from labportal import checks
from people.models import Person
from tests.expeditions.models import Expedition


def test_every_field_of_ours_that_looks_personal_is_declared():
    assert checks.personal_data_is_declared() == []


def test_an_undeclared_field_is_named():
    """An expedition names its owner and its crew, and says nothing of why."""
    assert set(personal_data.undeclared([Expedition])) == {"expeditions.Expedition.owner", "expeditions.Expedition.crew"}


@pytest.mark.parametrize(
    "field",
    [
        models.EmailField(name="contact"),
        models.GenericIPAddressField(name="seen_from"),
        models.CharField(name="home_phone"),
        models.CharField(name="given_name"),
        models.JSONField(name="members"),
        Person._meta.get_field("merged_into"),
    ],
    ids=lambda field: field.name,
)
def test_what_looks_personal(field):
    assert personal_data.looks_personal(field)


@pytest.mark.parametrize(
    "field", [models.BooleanField(name="present"), models.CharField(name="evidence_sha256"), models.TextField(name="rename")]
)
def test_what_does_not(field):
    assert not personal_data.looks_personal(field)


def test_every_declaration_says_what_for_and_how_long():
    rows = personal_data.declarations()
    assert {row.model for row in rows} >= {Person, apps.get_model("agreements.Signature"), apps.get_model("outbox.Message")}
    assert all(row.purpose and row.kept for row in rows)


def test_the_page_is_made_from_the_declarations():
    assert (Path(settings.BASE_DIR) / "docs/personal-data.md").read_text() == personal_data.page()
