"""The courses that can be chosen and what is expected of champions: kept by administrators, on the lab's ledger (EL-44, EL-45)."""

from __future__ import annotations

from typing import Any

from acts.act import SYSTEM, Actor, act
from ledger.actions import append, lab_stream, revise
from teams.models import Course, Expectation
from teams.standard_training import COURSES, EXPECTATIONS


@act("people.administer", system=SYSTEM)
def install_standard_training(*, by: Actor) -> None:
    """The courses and expectations that a fresh portal begins with; where there is any, nothing changes."""
    if Course.objects.exists() or Expectation.objects.exists():
        return
    Course.objects.bulk_create(Course(name=str(name), kind=kind, usual_hours=hours) for name, kind, hours in COURSES)
    Expectation.objects.bulk_create(
        Expectation(role=role, position=position, text=str(text))
        for role, texts in EXPECTATIONS.items()
        for position, text in enumerate(texts, 1)
    )
    append(lab_stream(), "training-installed", by=by, facts={"courses": len(COURSES)})


@act("people.administer")
def add_course(*, by: Actor, **facts: Any) -> Course:
    """A course that can be chosen from now on. Raises `Refused` (`course-known`)."""
    course = Course.objects.create(**facts)
    append(lab_stream(), "course-added", by=by, facts={"course": course.name})
    return course


@act("people.administer")
def change_course(course: Course, *, expected: int, by: Actor, **changes: Any) -> Course:
    """Correct a course, or offer it no longer; who took it keeps it. Raises `Stale`, and `Refused` (`course-known`)."""
    return revise(course, expected=expected, changes=changes, act="course-changed", by=by, stream=lab_stream())


@act("people.administer")
def add_expectation(*, by: Actor, **facts: Any) -> Expectation:
    """Something more that is expected of a role from now on."""
    expectation = Expectation.objects.create(**facts)
    append(lab_stream(), "expectation-added", by=by, facts={"role": expectation.role, "expectation": expectation.text})
    return expectation


@act("people.administer")
def change_expectation(expectation: Expectation, *, expected: int, by: Actor, **changes: Any) -> Expectation:
    """Say it in other words, move it, or expect it no longer; who did it keeps the mark. Raises `Stale`."""
    return revise(expectation, expected=expected, changes=changes, act="expectation-changed", by=by, stream=lab_stream())
