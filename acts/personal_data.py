"""Declarations of which fields hold personal data, what they are for and how long they are kept, beside each model.

    @personal("name email", purpose=CONTACT, kept=PERSON)
    class Person(models.Model): …

`undeclared` finds fields that look personal but aren't declared; the system check `labportal.E011` fails on them.
docs/personal-data.md is made from the declarations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db import models

ModelType = TypeVar("ModelType", bound=type[models.Model])

# Purposes.
ACCOUNT = "Signing in, and permissions"
CONTACT = "Contacting the people the lab works with"
AGREEING = "Showing and proving who agreed to what"
ACCOUNTABLE = "Accountability: showing who did or decided it"
QUALIFYING = "Deciding whether an application qualifies"
TEAMWORK = "Showing who works on a team, for how long, and their training"
TELLING = "Notifying people, and proving that they were notified"
COMMUNITY = "Showing who helps other teams"
WRITING = "Restoring what someone typed after their session ended"
ARRANGING = "Hiding a line from someone’s home until the day they chose"
PRESSING = "Making sure a form that is sent twice acts only once"

# Retention.
EVIDENCE = "Permanently: it is evidence, or the ledger refers to it"
PERSON = "As long as the person is on record; merged records and closed accounts stay, because history refers to them"
SUBJECT = "As long as the residency is on record"
WEEK = "Seven days"
OWN = "Until the account deletes it"
UNTIL = "Until that day"
SOON = "Until the person is back, one day at most"


@dataclass(frozen=True)
class PersonalField:
    """A field that holds personal data. If it only looks like one, `purpose` is empty and `kept` says what it is."""

    model: type[models.Model]
    name: str
    purpose: str
    kept: str


_declared: dict[tuple[type[models.Model], str], PersonalField] = {}


def personal(names: str, *, purpose: str, kept: str) -> Callable[[ModelType], ModelType]:
    """Declare fields of a model, separated by spaces, as personal data."""

    def declare(model: ModelType) -> ModelType:
        for name in names.split():
            _declared[model, model._meta.get_field(name).name] = PersonalField(model, name, purpose, kept)
        return model

    return declare


def not_personal(names: str, *, why: str) -> Callable[[ModelType], ModelType]:
    """Declare that fields only look personal, and say what they are instead."""
    return personal(names, purpose="", kept=why)


PERSONAL_NAMES = re.compile(
    r"(^|_)(name|email|address|person|people|actor|signers?|user|agent|phone|organisation|sponsors?|annex|browser|present|parties|"
    r"birth|born|gender|health|salary|band|member|members)($|_)"
)


def looks_personal(field: models.Field) -> bool:  # type: ignore[type-arg]
    """Return whether a field points to a person or an account, holds an address, or has a name that suggests personal data."""
    if field.is_relation and field.related_model is not None:
        return field.related_model._meta.label in ("people.Person", settings.AUTH_USER_MODEL)  # type: ignore[union-attr]
    if isinstance(field, models.BooleanField) or field.name.endswith(("_sha256", "_on", "_at")):
        return False
    return isinstance(field, (models.EmailField, models.GenericIPAddressField)) or bool(PERSONAL_NAMES.search(field.name))


def undeclared(our_models: Iterable[type[models.Model]]) -> Iterator[str]:
    """Yield every field of `our_models` that looks personal and isn't declared, as "app.Model.field"."""
    for model in our_models:
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if (model, field.name) not in _declared and looks_personal(field):
                yield f"{model._meta.label}.{field.name}"


def declarations() -> list[PersonalField]:
    """Return the fields declared as personal, ordered by model and field."""
    rows = [row for row in _declared.values() if row.purpose]
    return sorted(rows, key=lambda row: (row.model._meta.label, row.name))


HEAD = """# Personal data

`make docs` makes this page from the declarations on the models (`acts/personal_data.py`). A new field that points to a person, or has a
name that suggests personal data, fails `manage.py check` until it is declared. Free text can name people too. It is kept as long as its
row. Evidence can't be changed or deleted by anyone ([security](security.md)).
"""


def page() -> str:
    """Return the whole text of docs/personal-data.md."""
    lines = [HEAD]
    for model in dict.fromkeys(row.model for row in declarations()):
        lines += [f"## {model._meta.label}", "", "| Field | Purpose | Kept |", "|---|---|---|"]
        lines += [f"| `{row.name}` | {row.purpose} | {row.kept} |" for row in declarations() if row.model is model] + [""]
    return "\n".join(lines)
