"""The glossary names what there is (docs/glossary.md)."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from tests.labportal.test_house import APPS

ROOT = Path(settings.BASE_DIR)
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/glossary.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| Word")
]
OURS = [model for model in apps.get_models() if model._meta.app_label in APPS and not model._meta.auto_created]


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_word_lives_where_the_glossary_says(row):
    [path] = names(row[2])
    assert (ROOT / path).is_file()
    for model in names(row[3]):
        assert model in {known.__name__ for known in OURS}, model


def test_a_word_stands_once():
    words = [row[0].lower() for row in ROWS]
    assert len(words) == len(set(words))


def test_every_table_is_explained():
    explained = {name for row in ROWS for name in names(row[3])}
    internal = {"Session", "SearchWords", "HasWord"}  # how signing in and searching keep what they need
    assert {model.__name__ for model in OURS} - explained - internal == set()
