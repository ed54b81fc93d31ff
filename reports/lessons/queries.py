"""The lessons that an account may read, by words, category and whether they are guidance."""

from __future__ import annotations

from typing import Any

from people.models import User
from reports.models import Lesson
from spelling.compare import search_words


def lessons_for(user: User, wanted: dict[str, Any]) -> Any:
    """Return the lessons that an account may read and the filters leave, the newest first."""
    rows = Lesson.objects.visible_to(user).for_list()
    for word in search_words(wanted.get("q", ""))[:8]:
        rows = rows.filter(search_text__contains=f" {word}")
    if "category" in wanted:
        rows = rows.filter(category=wanted["category"])
    return rows.filter(promoted_at__isnull=False) if "guidance" in wanted else rows
