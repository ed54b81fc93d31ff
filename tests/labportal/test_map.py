"""docs/map.md leads a stranger to files that are there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ROWS = re.findall(r"^\| (.+?) \| `(.+?)` \|$", (ROOT / "docs" / "map.md").read_text(), re.MULTILINE)


def test_it_answers_each_question_once():
    assert len({question for question, _path in ROWS}) == len(ROWS) >= 20


@pytest.mark.parametrize(("question", "path"), ROWS)
def test_each_answer_is_a_file(question, path):
    assert (ROOT / path).is_file(), f"where would you change {question}?"
