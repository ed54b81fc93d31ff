"""Files of evidence: what an act wrote that came to nothing goes after a week, what is on record stays."""

import datetime
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from labportal.tasks import keep_house
from residencies.intake import actions
from residencies.models import Evidence
from tests.pdfs import PDF
from tests.residencies.factories import draft_residency

pytestmark = pytest.mark.django_db


class Broken(Exception):
    pass


def add(of, by):
    return actions.add_evidence_file(of.conditions.first(), title="Mandate", name="mandate.pdf", content=PDF, by=by)


def files():
    return {str(path.relative_to(settings.MEDIA_ROOT)) for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def aged(days):
    """Let every file be so old."""
    then = (timezone.now() - datetime.timedelta(days=days)).timestamp()
    for path in files():
        os.utime(Path(settings.MEDIA_ROOT) / path, (then, then))


@pytest.fixture
def left_over(ops):
    """A file of an act that was taken back after it had written it."""
    with pytest.raises(Broken), transaction.atomic():  # noqa: PT012
        add(draft_residency(by=ops), ops)
        raise Broken
    assert not Evidence.objects.exists()
    assert len(files()) == 1


@pytest.mark.usefixtures("left_over")
def test_the_file_of_an_act_that_came_to_nothing_goes_after_a_week():
    """R10"""
    aged(days=8)
    keep_house()
    assert files() == set()


@pytest.mark.usefixtures("left_over")
def test_within_the_week_it_stays_for_its_act_may_be_under_way():
    aged(days=6)
    keep_house()
    assert len(files()) == 1


@pytest.mark.usefixtures("left_over")
def test_what_evidence_names_stays_for_good_withdrawn_or_not(ops):
    """EL-12"""
    of = draft_residency(by=ops)
    kept, withdrawn = add(of, ops), add(of, ops)
    actions.withdraw_evidence(withdrawn, by=ops)
    aged(days=400)
    keep_house()
    assert files() == {kept.file.name, withdrawn.file.name}


def test_a_house_without_files_is_kept_too():
    keep_house()
    assert files() == set()
