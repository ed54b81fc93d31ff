"""Coaching phases in the stories: entry conditions and success signs ticked, phases started early or again, and a tick undone."""

from __future__ import annotations

import datetime

from acts.act import Actor
from oversight.checklists.actions import complete_task, reopen_task
from oversight.checklists.library import ChecklistTemplate
from oversight.checklists.queries import item_to_tick
from oversight.models import ChecklistItem
from residencies.lifecycle.phases.actions import enter_phase
from residencies.lifecycle.phases.checklists import SIGNS
from residencies.models import Residency
from residencies.models.states import Phase

NOTE = "Confirmed at the sprint review."
NOTES = {
    "align-sponsors": "The deputy minister said so at the kickoff.",
    "align-priority": "It is in the ministry’s service plan.",
    "align-owner-named": "Named in the application.",
    "resource-aligned": "One day, with everyone who decides.",
    "discover-agreement": "Sealed, and everyone has a copy.",
    "discover-team": "All seats are filled.",
    "discover-formed": "They hold their own retrospectives.",
    "deliver-backing": "The executive director presented the roadmap.",
    "deliver-resources": "The funding letter is signed.",
    "sustain-beta": "Open to everyone since last week.",
    "sustain-backlog": "Half as many open items as at the beta.",
}


def enter(residency: Residency, phase: str, *, on: datetime.date, by: Actor, note: str = "") -> None:
    """Tick a phase's entry conditions and start it. With a note, it starts as things are: early, or again."""
    template = SIGNS[Phase(phase)]
    if not note:
        tick(residency, *(item.code for item in template.items if item.is_entry), on=on, by=by)
    enter_phase(residency, phase, on=on, note=note, by=by)


def tick(residency: Residency, *codes: str, on: datetime.date, by: Actor) -> None:
    """Tick those of `codes` that aren't ticked yet."""
    for code in codes:
        tick_item(residency, SIGNS[Phase(code.partition("-")[0])], code, note=NOTES.get(code, NOTE), on=on, by=by)


def tick_item(
    residency: Residency, template: ChecklistTemplate, code: str, *, on: datetime.date, by: Actor, note: str = "", url: str = ""
) -> None:
    item = _item(residency, template, code)
    if not item.done_on:
        complete_task(item, done_on=on, note=note, url=url, shown_revision=item.revision, by=by)


def undo(residency: Residency, code: str, *, reason: str, by: Actor) -> None:
    item = _item(residency, SIGNS[Phase(code.partition("-")[0])], code)
    reopen_task(item, reason=reason, shown_revision=item.revision, by=by)


def _item(residency: Residency, template: ChecklistTemplate, code: str) -> ChecklistItem:
    if item := item_to_tick(residency, template, code):
        return item
    raise KeyError(code)
