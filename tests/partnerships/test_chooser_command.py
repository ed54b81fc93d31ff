"""`manage.py choose_model` (SP-02)."""

import json

import pytest
from django.core.management import call_command

from tests.partnerships.chooser_cases import CASES


@pytest.fixture
def choose_model(tmp_path, capsys):
    """Run the command on a file with this text; returns its exit code, its output and its messages."""

    def run(text, name="answers.json"):
        path = tmp_path / name
        if text is not None:
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = 0
        try:
            call_command("choose_model", str(path))
        except SystemExit as ended:
            code = ended.code
        out, err = capsys.readouterr()
        return code, out, err.replace(f"{tmp_path}/", "").splitlines()

    return run


def test_it_prints_the_ranking_its_reasons_and_every_change_of_mind_as_json(choose_model):
    answers = CASES["territorial pilot with a good line"][0]
    code, out, messages = choose_model(json.dumps(answers))
    shown = json.loads(out)
    assert (code, messages, len(shown["ranking"])) == (0, [], 11)
    assert set(shown) == {"ranking", "fits_strongly", "would_change"}
    assert {"question": "server", "answer": "own_staff", "first": ["outreach_virtual"]} in shown["would_change"]
    assert all(set(reason) == {"rule", "points", "text"} for each in shown["ranking"] for reason in each["reasons"])


def test_no_answers_at_all_count_with_their_defaults(choose_model):
    code, out, messages = choose_model("\ufeff{}")
    assert (code, messages) == (0, [])
    assert json.loads(out)["fits_strongly"] is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, ["answers.json can’t be read: No such file or directory."]),
        ("{", ["answers.json isn’t JSON: line 1, column 2: Expecting property name enclosed in double quotes."]),
        ("", ["answers.json isn’t JSON: line 1, column 1: Expecting value."]),
        (b"\xff\xfe{", ["answers.json isn’t JSON: it isn’t text in UTF-8."]),
        ("[" * 100_000, ["answers.json isn’t an object of answers: it is nested too deeply."]),
        ("[]", ["answers.json must hold one object, with a question as each key and an answer as its value."]),
        ('{"queue": "one", "queue": "one"}', ["“queue” is answered more than once. Keep one answer."]),
        (
            '{"travel": "poor", "formal": true, "queue": ["one"], "Queue": "one"}',
            [
                "“poor” isn’t an answer to “travel”. Use reliable or unreliable.",
                "“True” isn’t an answer to “formal”. Use yes, no or unsure.",
                "“['one']” isn’t an answer to “queue”. Use one or separate.",
                "“Queue” isn’t a question. Use place, volume, presence, need, urgency, rhythm, clients, connection, travel, server, queue or formal.",
            ],
        ),
    ],
)  # fmt: skip
def test_a_faulty_file_gets_one_sentence_for_each_fault_and_nothing_else(choose_model, text, expected):
    assert choose_model(text) == (1, "", expected)
