"""The courses that can be chosen and what is expected of champions: kept by administrators, on the lab's ledger (EL-44, EL-45)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM, Actor, act
from ledger.actions import append, lab_stream, revise
from teams.choices import CourseKind, Expected
from teams.models import Course, Expectation


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
def change_course(course: Course, *, shown_revision: int, by: Actor, **changes: Any) -> Course:
    """Correct a course, or offer it no longer; who took it keeps it. Raises `Stale`, and `Refused` (`course-known`)."""
    return revise(course, shown_revision=shown_revision, changes=changes, act="course-changed", by=by, stream=lab_stream())


@act("people.administer")
def add_expectation(*, by: Actor, **facts: Any) -> Expectation:
    """Something more that is expected of a role from now on."""
    expectation = Expectation.objects.create(**facts)
    append(lab_stream(), "expectation-added", by=by, facts={"role": expectation.role, "expectation": expectation.text})
    return expectation


@act("people.administer")
def change_expectation(expectation: Expectation, *, shown_revision: int, by: Actor, **changes: Any) -> Expectation:
    """Say it in other words, move it, or expect it no longer; who did it keeps the mark. Raises `Stale`."""
    return revise(expectation, shown_revision=shown_revision, changes=changes, act="expectation-changed", by=by, stream=lab_stream())


COURSES: tuple[tuple[Any, str, Decimal], ...] = (
    (_("Leading in a digital government"), CourseKind.LEADERSHIP, Decimal(7)),
    (_("What leaders do for an Agile team"), CourseKind.LEADERSHIP, Decimal(3)),
    (_("Alignment session"), CourseKind.LEADERSHIP, Decimal(7)),
    (_("Agile fundamentals"), CourseKind.AGILE, Decimal(7)),
    (_("Agile in practice"), CourseKind.AGILE, Decimal(14)),
    (_("Certified product owner"), CourseKind.AGILE, Decimal(14)),
    (_("Certified scrum master"), CourseKind.AGILE, Decimal(14)),
    (_("DevOps for people who don’t code"), CourseKind.CRAFT, Decimal(3)),
    (_("OpenShift basics"), CourseKind.CRAFT, Decimal(14)),
    (_("OpenShift, advanced"), CourseKind.CRAFT, Decimal(14)),
    (_("Sketching ideas"), CourseKind.CRAFT, Decimal(7)),
)

EXPECTATIONS: dict[str, tuple[Any, ...]] = {
    Expected.ADM: (
        _("Tells other executives what the team does and why it matters."),
        _("Learns how research, risk and funding work in Agile delivery."),
        _("Removes barriers the team can’t remove on its own."),
    ),
    Expected.ED: (
        _("Coaches the product owner on setting priorities."),
        _("Agrees with the product owner on what success looks like and how it’s measured."),
        _("Introduces the team to other executives and promotes the product."),
    ),
    Expected.CFO: (
        _("Learns how funding and risk are managed in Agile teams."),
        _("Works out what the product costs over its life, not only this year."),
        _("Makes sure there’s funding for the team after graduation."),
    ),
    Expected.CIO: (
        _("Gets the ministry’s technology staff to build the product with the team."),
        _("Plans who will run, secure and host the product after graduation."),
    ),
    Expected.OTHER: (
        _("Shares their knowledge of policy, technology, privacy or security with the product owner."),
        _("Accepts that the product owner sets the priorities."),
    ),
    Expected.LEAD: (
        _("Works alongside the product owner and keeps the alliance team together."),
        _("Explains Agile to the ministry in its own terms, and the ministry to the team."),
        _("Leads the changes in the ministry that the product requires."),
    ),
}
