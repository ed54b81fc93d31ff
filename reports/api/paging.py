"""Pages of API lists, found by key, so that the thousandth costs what the first does and none skips or repeats a row."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, TypeVar

from django.db import models
from ninja import Query
from pydantic import StringConstraints

from reports.api.problems import ProblemRaised

M = TypeVar("M", bound=models.Model)
MOST = 200
Limit = Annotated[int, Query(50, ge=1, le=MOST, description="How many items to return at most.")]
After = Annotated[
    Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9_\-]*$")] | None,
    Query(None, description="The `next` of the page before. Leave it out for the first page."),
]


def page_of(rows: models.QuerySet[M], after: str | None, limit: int) -> tuple[list[M], str | None]:
    """Return up to `limit` rows after the one that `after` names, oldest first, and what names the last; one query.

    Raises a problem (400) for an `after` that no page gave.
    """
    rows = rows.order_by("pk")
    if after:
        rows = rows.filter(pk__gt=_key(after))
    items = list(rows[: limit + 1])
    return items[:limit], _cursor(items[limit - 1].pk) if len(items) > limit else None


def _cursor(key: Any) -> str:
    return base64.urlsafe_b64encode(f"k{key}".encode()).decode().rstrip("=")


def _key(cursor: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        if text.startswith("k") and text[1:].isascii() and text[1:].isdigit() and len(text) < 19:
            return int(text[1:])
    except (binascii.Error, UnicodeDecodeError):
        pass
    raise ProblemRaised(400, "Unknown page", "“after” isn’t the `next` of an earlier page. Leave it out to start again.")
