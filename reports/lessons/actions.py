"""Acts on lessons, and on the categories of lessons and themes (EL-95)."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acts.act import SYSTEM, Actor, account_of, act
from acts.revisions import refuse_if_stale
from findings import refuse
from ledger.actions import append, lab_stream, revise
from ledger.subjects import lock
from reports.models import Category, Lesson
from residencies.models import Residency
from spelling.compare import search_words

PLACE = "lessons"
PEOPLE, DELIVERY, MONEY, POLICY, TECHNOLOGY, HOME = "people", "delivery", "money", "policy", "technology", "home"
STANDARD = (
    (Category.Kind.LESSON, PEOPLE, gettext_lazy("People and hiring")),
    (Category.Kind.LESSON, DELIVERY, gettext_lazy("Working as a team")),
    (Category.Kind.LESSON, MONEY, gettext_lazy("Money and procurement")),
    (Category.Kind.LESSON, POLICY, gettext_lazy("Policy, privacy and security")),
    (Category.Kind.LESSON, TECHNOLOGY, gettext_lazy("Technology")),
    (Category.Kind.LESSON, HOME, gettext_lazy("Graduating and handing over")),
    (Category.Kind.THEME, "", gettext_lazy("Health and care")),
    (Category.Kind.THEME, "", gettext_lazy("Land, water and environment")),
    (Category.Kind.THEME, "", gettext_lazy("Business and work")),
    (Category.Kind.THEME, "", gettext_lazy("Justice and safety")),
    (Category.Kind.THEME, "", gettext_lazy("Education and families")),
    (Category.Kind.THEME, "", gettext_lazy("Services inside government")),
)


@act("people.administer", system=SYSTEM)
def install_standard_categories(*, by: Actor) -> None:
    """Add the standard categories and themes to a new portal. Does nothing if there are any."""
    if Category.objects.exists():
        return
    Category.objects.bulk_create(Category(kind=kind, code=code, name=str(name)) for kind, code, name in STANDARD)
    append(lab_stream(), "lesson-categories-installed", by=by, facts={"categories": len(STANDARD)})


@act("people.administer")
def add_category(*, kind: str, name: str, by: Actor) -> Category:
    """Add a category of lessons or a theme. Raises `Refused` (`label-known`)."""
    category = Category.objects.create(kind=kind, name=name)
    append(lab_stream(), "lesson-category-added", by=by, facts={"category": category.name})
    return category


@act("people.administer")
def edit_category(category: Category, *, shown_revision: int, by: Actor, **changes: Any) -> Category:
    """Rename a category or theme, or stop offering it. Lessons and products that have it keep it. Raises `Stale`, `Refused` (`label-known`)."""
    return revise(
        category, shown_revision=shown_revision, changes=changes, act="lesson-category-edited", by=by, stream=lab_stream(),
        facts={"category": category.name},
    )  # fmt: skip


@act("reports.record_lesson")
def record_lesson(residency: Residency, *, category: Category, text: str, by: Actor, advice: str = "", is_shared: bool = False) -> Lesson:
    """Record something a team learned. Raises `Refused` (`lesson-empty`)."""
    residency = lock(residency.stream)
    _refuse_empty(text)
    lesson = Lesson(
        stream=residency.stream,
        category=category,
        text=text.strip(),
        advice=advice.strip(),
        is_shared=is_shared,
        recorded_by=account_of(by),
    )
    lesson.search_text = _search_text(lesson)
    lesson.save()
    append(residency.stream, "lesson-recorded", by=by, facts=_facts(lesson) | {"category": category.name, "shared": is_shared})
    return lesson


@act("reports.edit_lesson")
def edit_lesson(lesson: Lesson, *, shown_revision: int, by: Actor, **changes: Any) -> Lesson:
    """Change a lesson; only who recorded it can. Raises `Stale`, and `Refused` (`lesson-empty`)."""
    residency = lock(lesson.stream)
    current = Lesson.objects.select_for_update(of=("self",)).select_related("category").get(pk=lesson.pk)
    current.stream = residency.stream
    refuse_if_stale(current, shown_revision, changes)
    _refuse_empty(changes.get("text", current.text))
    for name, value in changes.items():
        setattr(current, name, value)
    search_text = _search_text(current)
    edited = revise(
        current, shown_revision=shown_revision, changes=changes, act="lesson-edited", by=by, stream=residency.stream, facts=_facts(current)
    )
    Lesson.objects.filter(pk=current.pk).update(search_text=search_text)
    return edited


@act("reports.promote_lesson")
def promote_lesson(lesson: Lesson, *, is_guidance: bool, shown_revision: int, by: Actor) -> Lesson:
    """Make a lesson guidance for all teams, or a lesson like any other again. Raises `Stale`. Doing it again changes nothing."""
    residency = lock(lesson.stream)
    current = Lesson.objects.select_for_update(of=("self",)).get(pk=lesson.pk)
    current.stream = residency.stream
    if current.is_guidance == is_guidance:
        return current
    refuse_if_stale(current, shown_revision)
    current.promoted_at, current.promoted_by = (timezone.now(), account_of(by)) if is_guidance else (None, None)
    current.revision += 1
    current.save(update_fields=["promoted_at", "promoted_by", "revision"])
    append(residency.stream, "lesson-promoted" if is_guidance else "lesson-demoted", by=by, facts=_facts(current))
    return current


def _refuse_empty(text: str) -> None:
    if not text.strip():
        raise refuse("lesson-empty", _("The lesson is missing."), _("Say in a sentence or two what you learned."), PLACE)


def _search_text(lesson: Lesson) -> str:
    """Return the words that a lesson is found by, each with a space before it."""
    subject = lesson.subject
    own = (lesson.text, lesson.advice, lesson.category.name, subject.reference, subject.name)
    return " " + " ".join(dict.fromkeys(word for text in own for word in search_words(text)))


def _facts(lesson: Lesson) -> dict[str, Any]:
    return {"lesson": lesson.text, "lesson_id": lesson.pk}
