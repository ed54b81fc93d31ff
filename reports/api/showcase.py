"""The showcase and lessons, for programs (EL-95)."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from reports.api.paging import After, Limit, page_of
from reports.api.problems import documented
from reports.api.residencies import Reference, actor
from reports.lessons.queries import lessons_for
from reports.models import Lesson, ShowcaseVersion
from reports.showcase.queries import listed, public_rows
from reports.showcase.rules import STAGES
from spelling.compare import search_words

router = Router(tags=["Showcase"])
StageCode = Literal[tuple(str(code) for code in STAGES)]  # type: ignore[valid-type]
Words = Annotated[
    Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")],
    Query("", description="Words that the item has, or the beginnings of them."),
]


class Component(Schema):
    name: str
    link: str
    text: str


class SharedLesson(Schema):
    category: str
    text: str
    advice: str


class Alum(Schema):
    """Someone who graduated with the product and agreed to be named."""

    name: str
    role: str


class Transparency(Schema):
    """What there is of a product, and what is missing."""

    code: bool
    metrics: bool
    budget: bool
    impact: bool


class ProductOut(Schema):
    """A product's page, as lab operations and the product owner released it."""

    reference: str
    product: str
    ministry: str
    stage: StageCode = Field(description="Its coaching phase, or how it ended.")  # type: ignore[valid-type]
    theme: str
    summary: str
    learned: str
    link: str
    started_on: datetime.date | None
    live_on: datetime.date | None
    ended_on: datetime.date | None
    code: list[str]
    components: list[Component]
    lessons: list[SharedLesson]
    alumni: list[Alum]
    transparency: Transparency
    version: int
    published_at: datetime.datetime


class ProductPage(Schema):
    items: list[ProductOut]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last.")


class LessonOut(Schema):
    """A lesson that the token can read."""

    id: int
    residency: str = Field(description="The reference of its residency.")
    category: str
    text: str
    advice: str
    is_shared: bool
    is_guidance: bool
    recorded_at: datetime.datetime


class LessonPage(Schema):
    items: list[LessonOut]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last.")


@router.get("/showcase", response={200: ProductPage, **documented(400)}, summary="List products", operation_id="list_products")
def list_products(request: HttpRequest, q: Words, after: After, limit: Limit) -> dict[str, Any]:
    """List the products in the public showcase, in the order in which their pages were made. Any token can."""
    items, following = page_of(listed(search_words(q)), after, limit)
    return {"items": public_rows(items), "next": following}


@router.get(
    "/showcase/{reference}", response={200: ProductOut, **documented(404)}, summary="Show a product", operation_id="show_product"
)  # fmt: skip
def show_product(request: HttpRequest, reference: Reference) -> dict[str, Any]:
    """Show one product in the public showcase."""
    rows = public_rows(ShowcaseVersion.objects.published().filter(reference=reference)[:1])
    if not rows:
        raise Http404(reference)
    return rows[0]


@router.get("/lessons", response={200: LessonPage, **documented(400)}, summary="List lessons", operation_id="list_lessons")
def list_lessons(request: HttpRequest, q: Words, after: After, limit: Limit) -> dict[str, Any]:
    """List the lessons that the token can read, oldest first."""
    by = actor(request)
    if not by.account.has_perm("reports.list_lessons"):
        raise PermissionDenied
    rows = lessons_for(by.account, {"q": q})
    if by.token.stream_id:
        rows = rows.filter(stream=by.token.stream_id)
    items, following = page_of(rows, after, limit)
    return {"items": [_lesson(row) for row in items], "next": following}


def _lesson(row: Lesson) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("text", "advice", "is_shared", "is_guidance", "recorded_at")}
    return plain | {"id": row.pk, "residency": row.subject.reference, "category": row.category.name}
