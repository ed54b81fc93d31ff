"""The demo's showcase: products published, waiting for a side, changed since, and stopped; and what teams learned."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from community.models import AlumnusPlace
from people.models import User
from reports.lessons.actions import promote_lesson, record_lesson
from reports.models import Category, ShowcaseEntry
from reports.showcase import actions
from reports.showcase.queries import fields_of, sha256_of
from residencies.models import Residency


def describe(residency: Residency, theme: str, components: Iterable[tuple[str, str, str]], *, by: User, **texts: Any) -> None:
    """Write what the page says; what isn't given stays as it was."""
    before = ShowcaseEntry.objects.filter(stream=residency.stream).first()
    changes = texts | ({"theme": Category.objects.get(kind=Category.Kind.THEME, name=theme)} if theme else {})
    actions.edit_entry(residency, shown_revision=before.revision if before else 0, by=by, **changes)
    for name, link, text in components:
        actions.add_component(residency, name=name, link=link, text=text, by=by)


def name_alumni(residency: Residency, count: int, on: datetime.date, *, by: User) -> None:
    """Record that the first few alumni agreed to be named."""
    for place in AlumnusPlace.objects.filter(residency=residency, alumnus__opted_out_at=None).select_related("alumnus__person")[:count]:
        actions.record_consent(place, agreed_on=on, how="By email to the lab.", by=by)


def propose(residency: Residency, *, by: User) -> Any:
    """Release the page as it is, for one side."""
    rows = Residency.objects.select_related("program_area__ministry").filter(pk=residency.pk)
    fields = fields_of(list(rows))[residency.stream_id]
    return actions.propose_version(residency, shown_sha256=sha256_of(fields), by=by)


def publish(residency: Residency, *, first: User, second: User) -> None:
    actions.release_version(propose(residency, by=first), by=second)


def learn(residency: Residency, code: str, text: str, advice: str, *, shared: bool, guidance: bool, by: User, ops: User) -> None:
    """Record a lesson, and promote it if it is guidance."""
    category = Category.objects.get(kind=Category.Kind.LESSON, code=code)
    lesson = record_lesson(residency, category=category, text=text, advice=advice, is_shared=shared, by=by)
    if guidance:
        promote_lesson(lesson, is_guidance=True, shown_revision=lesson.revision, by=ops)
