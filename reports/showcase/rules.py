"""What the showcase may say, what is missing before it says it, and how it differs from what was published (EL-95). No database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings import Finding, blocking
from residencies.models.states import Phase, State
from spelling.clean import has_contact_details
from spelling.compare import search_words

PLACE = "showcase-entry"
EDIT = "showcase-edit"
Fields = Mapping[str, Any]

# The allow list: what a published page may hold, with what staff read where it differs. Nothing else is ever read for the public.
ALLOWED = {
    "reference": gettext_lazy("Reference"),
    "product": gettext_lazy("Product"),
    "ministry": gettext_lazy("Ministry"),
    "stage": gettext_lazy("Phase"),
    "theme": gettext_lazy("Theme"),
    "summary": gettext_lazy("Summary"),
    "learned": gettext_lazy("What was learned"),
    "link": gettext_lazy("Product’s web address"),
    "started_on": gettext_lazy("Start date"),
    "live_on": gettext_lazy("Live since"),
    "ended_on": gettext_lazy("Ended on"),
    "code": gettext_lazy("Public code"),
    "components": gettext_lazy("Components to reuse"),
    "lessons": gettext_lazy("Shared lessons"),
    "alumni": gettext_lazy("Alumni"),
    "transparency": gettext_lazy("Transparency"),
}
ALLOWED_IN = {
    "components": ("name", "link", "text"),
    "lessons": ("category", "text", "advice"),
    "alumni": ("name", "role"),
    "transparency": ("code", "metrics", "budget", "impact"),
}
CONSENT = "consent"  # kept in a frozen version to take a name away later; never shown
TRANSPARENCY = {
    "code": (gettext_lazy("Code"), gettext_lazy("Public")),
    "metrics": (gettext_lazy("Metrics"), gettext_lazy("Measured")),
    "budget": (gettext_lazy("Budget"), gettext_lazy("On record")),
    "impact": (gettext_lazy("Impact"), gettext_lazy("Reported")),
}
ENDED_EARLY = (State.PIVOTED, State.WITHDRAWN)
STAGES = {**dict(Phase.choices), **{state.value: state.label for state in (State.GRADUATED, *ENDED_EARLY)}}


def public(fields: Fields, standing: Collection[int]) -> dict[str, Any]:
    """Return what anyone may read of a version: what is on the allow list, with the alumni whose consent still stands."""
    shown = {name: fields[name] for name in ALLOWED if name in fields}
    for name, allowed in ALLOWED_IN.items():
        value = shown.get(name)
        if name == "alumni":
            value = [row for row in value or [] if row[CONSENT] in standing]
        if isinstance(value, list):
            shown[name] = [{key: row[key] for key in allowed} for row in value]
        elif isinstance(value, Mapping):
            shown[name] = {key: value[key] for key in allowed}
    return shown


def stage_of(state: str, phase: str) -> str:
    """Return the word under which the public finds a product: its phase while it is under way, and how it ended after that."""
    return state if state in (State.GRADUATED, *ENDED_EARLY) else phase


def is_showable(state: str, *, has_started: bool) -> bool:
    """Return whether a product in this state can be in the showcase: from the start on, also after a pivot or withdrawal."""
    return has_started and state not in (State.DRAFT, State.DECLINED)


def missing(fields: Fields, *, has_started: bool, state: str, unnamed: Collection[str]) -> Iterator[Finding]:
    """Yield everything that a version lacks before it can be released. `unnamed` are people who haven't agreed to be named."""
    if not is_showable(state, has_started=has_started):
        message = _("The residency hasn’t started, so there is no product to show.")
        yield blocking("showcase-too-early", message, _("Wait until the team is in residence."), PLACE)
    if not fields["summary"]:
        yield blocking(
            "showcase-no-summary", _("The summary is missing."), _("Say in plain words what the product does, and for whom."), EDIT
        )
    if not fields["theme"]:
        yield blocking("showcase-no-theme", _("The theme is missing."), _("Choose the theme that people would look under."), EDIT)
    if state in ENDED_EARLY and not fields["learned"]:
        message = _("“What was learned” is missing. It’s the reason a stopped product is shown.")
        yield blocking("showcase-no-learned", message, _("Say what you would tell the next team."), EDIT)
    yield from _private(fields, unnamed)


def _private(fields: Fields, unnamed: Collection[str]) -> Iterator[Finding]:
    """Yield findings for contact details, and for people who are named without having agreed."""
    texts = list(_texts(fields))
    if any(has_contact_details(text) for text in texts):
        message = _("This page contains an email address or a phone number.")
        yield blocking("showcase-contact", message, _("Remove it. Everyone can read this page."), EDIT)
    words = [" ".join(search_words(text)) for text in texts]
    for name in sorted(unnamed):
        own = " ".join(search_words(name))
        if " " in own and any(f" {own} " in f" {text} " for text in words):
            params = {"name": name}
            message = _("This page names %(name)s, who hasn’t agreed to be named.") % params
            yield blocking("showcase-names", message, _("Write “the team”, or record that %(name)s agreed.") % params, EDIT)


def _texts(fields: Fields) -> Iterator[str]:
    yield from (fields["summary"], fields["learned"])
    for row in fields["components"]:
        yield from (row["name"], row["text"])
    for row in fields["lessons"]:
        yield from (row["text"], row["advice"])


def changed(before: Fields, now: Fields) -> list[str]:
    """Return the allowed fields that differ, in the order of the allow list."""
    return [name for name in ALLOWED if before.get(name) != now.get(name)]


def search_text(fields: Fields) -> str:
    """Return the words that a product is found by, each with a space before it."""
    own = (fields["reference"], fields["product"], fields["ministry"], fields["theme"], *_texts(fields))
    return " " + " ".join(dict.fromkeys(word for text in own for word in search_words(text)))
