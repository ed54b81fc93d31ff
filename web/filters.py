"""The filters of a list: which are on, and the address of the list without one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict


@dataclass(frozen=True)
class Chip:
    """A filter that is on, in words, and the address of the list without it."""

    label: str
    url: str


def chips(filterset: Any, query: QueryDict) -> list[Chip]:
    """The filters that are on, in the order in which they stand in the address: the last one chosen last."""
    on = []
    for name in query:
        value = filterset.form.cleaned_data.get(name) if filterset.is_valid() else None
        if name in filterset.filters and value:
            label = filterset.filters[name].label
            words = _words(filterset, name, value)
            on.append(Chip(f"{label}: {words}" if words else str(label), without(query, name)))
    return on


def without(query: QueryDict, *names: str) -> str:
    """The address of the list without `names`, on its first page."""
    left = query.copy()
    for name in (*names, "page"):
        left.pop(name, None)
    return f"?{left.urlencode()}"


def _words(filterset: Any, name: str, value: Any) -> str:
    if value is True:
        return ""
    field = filterset.form.fields[name]
    choices = {} if hasattr(field, "queryset") else dict(getattr(field, "choices", ()))
    return str(choices.get(value, value))
