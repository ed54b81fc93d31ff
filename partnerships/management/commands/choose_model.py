"""`manage.py choose_model FILE.json`: the ranking of the models for the answers in a file, as JSON (SP-02)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import override

from partnerships.chooser.rules import choose, faults


class Unreadable(Exception):
    """Raised if a file has no answers to read; the messages say why."""

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = messages


class Command(BaseCommand):
    help = (
        "Rank the partnership models by the answers in a JSON file, such as {“place”: “rural”, “volume”: “low_steady”}. "
        "A question without an answer counts with its default. Prints the ranking with its reasons, whether the first model fits "
        "strongly, and each single answer that would change the first place. No database is needed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file with the answers")

    def handle(self, *_args: Any, **options: Any) -> None:
        with override("en"):
            try:
                choice = choose(_answers(options["file"]))
            except Unreadable as unreadable:
                for message in unreadable.messages:
                    self.stderr.write(message)
                sys.exit(1)
        self.stdout.write(json.dumps(choice.as_json, ensure_ascii=False, indent=2))


def _answers(path: Path) -> dict[str, str]:
    """Read answers from a file. Raises `Unreadable` with a sentence for each fault."""
    repeated: list[str] = []

    def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _value in pairs]
        repeated.extend(key for key in dict.fromkeys(keys) if keys.count(key) > 1)
        return dict(pairs)

    try:
        answers = json.loads(path.read_text(encoding="utf-8-sig"), object_pairs_hook=without_repeats)
    except OSError as error:
        raise Unreadable(f"{path} can’t be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path} isn’t JSON: it isn’t text in UTF-8.") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"{path} isn’t JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from error
    except RecursionError as error:
        raise Unreadable(f"{path} isn’t an object of answers: it is nested too deeply.") from error
    if not isinstance(answers, dict):
        raise Unreadable(f"{path} must hold one object, with a question as each key and an answer as its value.")
    messages = [*(f"“{key}” is answered more than once. Keep one answer." for key in repeated), *faults(answers)]
    if messages:
        raise Unreadable(*messages)
    return answers
