"""What a case study says, and what it lacks before it can be published (SP-08, PB-43, PB-44). No database, no clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings import Finding, blocking
from spelling.clean import has_contact_details
from spelling.compare import search_words

Fields = Mapping[str, Any]
EDIT = "case-edit"

# The allow list: what a published case may hold. Nothing else is ever read for the public.
ALLOWED = {
    "code": gettext_lazy("Address"),
    "kind": gettext_lazy("Kind"),
    "title": gettext_lazy("Title"),
    "place": gettext_lazy("Place"),
    "partners": gettext_lazy("Partners"),
    "models": gettext_lazy("Models"),
    "levels": gettext_lazy("Levels of government"),
    "communities": gettext_lazy("Kinds of community"),
    "themes": gettext_lazy("Themes"),
    "started": gettext_lazy("Started"),
    "background": gettext_lazy("Background"),
    "objectives": gettext_lazy("Objectives"),
    "status": gettext_lazy("Status"),
    "results": gettext_lazy("Results"),
    "next_steps": gettext_lazy("Next steps"),
    "figures": gettext_lazy("Figures"),
}
ALLOWED_IN = {"next_steps": ("on", "text"), "figures": ("label", "value", "unit", "source")}
EXAMPLE = "example"
STEP = re.compile(r"(\d{4}-\d\d?-\d\d?)[\s:,–-]+(.*)")


def public(fields: Fields) -> dict[str, Any]:
    """Return what anyone may read of a version: what is on the allow list."""
    shown = {name: fields[name] for name in ALLOWED if name in fields}
    for name, allowed in ALLOWED_IN.items():
        shown[name] = [{key: row[key] for key in allowed} for row in shown.get(name) or []]
    return shown


def lines(text: str) -> list[str]:
    """Return the lines of a text that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def steps(text: str) -> list[dict[str, str]]:
    """Return the next steps of a text, one on each line: its date, if the line begins with one, and its words."""
    return [_step(line) for line in lines(text)]


def _step(line: str) -> dict[str, str]:
    match = STEP.fullmatch(line)
    day = _day(match[1]) if match else ""
    return {"on": day, "text": match[2].strip()} if match and day else {"on": "", "text": line}


def _day(text: str) -> str:
    try:
        day = parse_date(text)
    except ValueError:  # looks like a date, and no calendar has it
        return ""
    return day.isoformat() if day else ""


def wrong_days(text: str) -> list[str]:
    """Return what begins a line of next steps like a date and isn't one."""
    matches = (STEP.fullmatch(line) for line in lines(text))
    return [match[1] for match in matches if match and not _day(match[1])]


def missing(fields: Fields, people: Iterable[str] = ()) -> Iterator[Finding]:
    """Yield everything that a case lacks before it can be published; an example needs only its background.

    `people` are the names of those who work on its partnership: a case names organizations alone.
    """
    if not fields["background"]:
        yield blocking("case-no-background", _("The background is missing."), _("Describe the situation, and who it affected."), EDIT)
    if fields["kind"] != EXAMPLE:
        if not fields["objectives"]:
            yield blocking("case-no-objectives", _("The objectives are missing."), _("List what the partners wanted to achieve."), EDIT)
        if not fields["results"]:
            yield blocking("case-no-results", _("The results are missing."), _("Say what the results are so far."), EDIT)
    yield from _private(fields, people)


def _private(fields: Fields, people: Iterable[str]) -> Iterator[Finding]:
    """Yield findings for contact details, and for people who are named."""
    texts = list(_texts(fields))
    if any(has_contact_details(text) for text in texts):
        message = _("The text contains an email address or a phone number.")
        yield blocking("case-contact", message, _("Remove it. Everyone can read a published case study."), EDIT)
    words = [" ".join(search_words(text)) for text in texts]
    for name in sorted(set(people)):
        own = " ".join(search_words(name))
        if " " in own and any(f" {own} " in f" {text} " for text in words):
            message = _("The text names %(name)s.") % {"name": name}
            yield blocking("case-names", message, _("Write which organization did it, not who."), EDIT)


def _texts(fields: Fields) -> Iterator[str]:
    yield from (fields[name] for name in ("title", "place", "started", "background", "status", "results"))
    yield from (*fields["partners"], *fields["objectives"])
    yield from (step["text"] for step in fields["next_steps"])
    for figure in fields["figures"]:
        yield from (figure["label"], figure["value"], figure["unit"], figure["source"])


def search_text(fields: Fields, labels: Collection[str]) -> str:
    """Return the words that a case is found by, each with a space before it; `labels` are those of its codes."""
    words = (word for text in (*_texts(fields), *labels) for word in search_words(text))
    return " " + " ".join(dict.fromkeys(words))
