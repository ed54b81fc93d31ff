"""The lessons that an account may read, by words, category and whether they are guidance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q

from people.models import User
from reports.models import Lesson
from spelling.compare import search_words


def lessons_for(user: User, wanted: dict[str, Any], meant: Callable[[str], Iterable[str]] = lambda word: [word]) -> Any:
    """Return the lessons that an account may read and the filters leave, the newest first; `meant` returns what a word may mean."""
    rows = Lesson.objects.visible_to(user).for_list()
    for word in search_words(wanted.get("q", ""))[:8]:
        in_words = Q()
        for each in meant(word):
            in_words |= Q(search_text__contains=f" {each}")
        rows = rows.filter(in_words)
    if "category" in wanted:
        rows = rows.filter(category=wanted["category"])
    return rows.filter(promoted_at__isnull=False) if "guidance" in wanted else rows
