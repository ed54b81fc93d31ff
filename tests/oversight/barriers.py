"""Barriers and risks for tests, through the acts that people use."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import time_machine
from django.utils import timezone

from acts.act import SYSTEM
from oversight.barriers import actions, risks
from oversight.barriers.catalogue import install_standard_routes
from oversight.models import Barrier, BarrierStay, Category, Level, Risk
from people.models import User
from residencies.models import Residency
from residencies.models.states import State
from tests.factories import account
from tests.residencies.rows import residency

DEFINED = {"cause": "The contract names one signer.", "proposed_solution": "Let the lab sign for it."}


def levels() -> dict[str, Level]:
    """Install the standard levels, routes and categories, and return the levels by code."""
    install_standard_routes(by=SYSTEM)
    return {level.code: level for level in Level.objects.select_related("body")}


def category(name: str = "Data and access") -> Category:
    return Category.objects.get(name=name)


def barrier(of: Residency | None = None, *, by: User | None = None, **facts: Any) -> Barrier:
    """Raise a barrier today, by default on a residency in residence."""
    levels()
    of = of or residency(State.IN_RESIDENCE)
    return actions.raise_barrier(
        of, text=facts.pop("text", "No one may sign for access to the data."), **facts, by=by or account("lab_ops")
    )


def defined(of: Residency | None = None, *, by: User | None = None, **facts: Any) -> Barrier:
    """Raise a barrier with a category, a cause and a proposed solution, so that it can move."""
    raised = barrier(of, by=by, **facts)
    changes = DEFINED | {"category": category()}
    return actions.edit_barrier(raised, shown_revision=raised.revision, by=by or account("lab_ops"), **changes)


def moved(row: Barrier, to: str, *, by: User | None = None) -> Barrier:
    row = Barrier.objects.get(pk=row.pk)
    words = {"recommendation": "Name a second signer.", "reason": "The team can't."}
    return actions.move_barrier(row, to=Level.objects.get(code=to), **words, shown_revision=row.revision, by=by or account("lab_ops"))


def at_lab(of: Residency | None = None, *, by: User | None = None, **facts: Any) -> Barrier:
    """Raise and define a local barrier, and move it to lab operations."""
    return moved(defined(of, by=by, **facts), "lab-operations", by=by)


def closed(row: Barrier, state: str = "resolved", *, by: User | None = None, **facts: Any) -> Barrier:
    row = Barrier.objects.get(pk=row.pk)
    fields = {"state": state, "outcome": "A second signer is named.", **facts}
    return actions.close_barrier(row, **fields, shown_revision=row.revision, by=by or account("lab_ops"))


def here(row: Barrier) -> BarrierStay:
    """Return the barrier's open stay."""
    return row.stays.get(to_on=None)


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    """Set the clock back by `days` within the block."""
    with time_machine.travel(timezone.now() - datetime.timedelta(days=days), tick=True):
        yield


def risk(of: Residency | None = None, *, by: User | None = None, **facts: Any) -> Risk:
    """Add a risk, by default with its review in three months."""
    levels()
    fields = {"text": "The vendor's contract ends early.", "likelihood": 3, "impact": 4}
    fields["next_review_on"] = timezone.localdate() + datetime.timedelta(days=90)
    return risks.add_risk(of or residency(State.IN_RESIDENCE), **(fields | facts), by=by or account("lab_ops"))
