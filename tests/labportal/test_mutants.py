"""Which faults `make mutants` puts into a module, and that each is found again by its number (scripts/mutation.py)."""

import ast
import sys

import pytest
from django.conf import settings

sys.path.insert(0, str(settings.BASE_DIR / "scripts"))
import mutation

RULE = """
LIMIT = 9

def too_many(seats: list[int], most: int = LIMIT):
    \"\"\"Yield what is over.\"\"\"
    if len(seats) > most and any(seats):
        yield "over"
    return sum(seat for seat in seats if not seat)
"""


def changes(tmp_path, source):
    (tmp_path / "rule.py").write_text(source)
    return [mutant.change for mutant in mutation.mutants("rule.py", tmp_path)]


@pytest.mark.parametrize(
    ("source", "change"),
    [
        ("a < b", "a < b → a <= b"),
        ("a == b", "a == b → a != b"),
        ("a and b", "a and b → a or b"),
        ("a + 1", "a + 1 → a - 1"),
        ("max(a, b)", "max(a, b) → min(a, b)"),
        ("LIMIT = 9", "9 → 10"),
        ("x = True", "True → False"),
        ("x = a if b else c", "a if b else c → a if not b else c"),
        ("for x in y:\n  f(x)", "f(x) → None"),
        ("for x in y:\n  break", "break → continue"),
        ("while not a:\n  pass", "while not a: → while a:"),
    ],
)
def test_each_kind_of_fault_is_made(tmp_path, source, change):
    assert change in changes(tmp_path, source)


def test_words_annotations_and_docstrings_are_left_alone(tmp_path):
    assert changes(tmp_path, '"""Say 9."""\nx: Literal[9] = "9"') == []


def test_a_fault_is_found_again_by_its_number_and_names_its_function(tmp_path):
    (tmp_path / "rule.py").write_text(RULE)
    all_of_them = mutation.mutants("rule.py", tmp_path)
    assert {mutant.function for mutant in all_of_them if mutant.line > 4} == {"too_many"}
    assert next(mutant for mutant in all_of_them if mutant.change == "9 → 10").function == ""
    sources = {ast.unparse(mutation.mutated(RULE, mutant.number)) for mutant in all_of_them}
    assert len(sources) == len(all_of_them) >= 8
    assert ast.unparse(ast.parse(RULE)) not in sources
