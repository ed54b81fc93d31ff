"""Every address the portal answers to, found by walking the resolver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from web.access import Access, access_of


@dataclass(frozen=True)
class Address:
    """A URL name with the parts it takes and the view behind it."""

    name: str
    parts: tuple[str, ...]
    view: Any

    @property
    def access(self) -> Access | None:
        return access_of(self.view)


def addresses() -> list[Address]:
    """All of them, in order, admin's included."""
    return list(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns: list[Any], namespace: str, parts: tuple[str, ...]) -> Iterator[Address]:
    for pattern in patterns:
        inner = (
            (*parts, *pattern.pattern.converters) if not pattern.pattern.regex.groupindex else (*parts, *pattern.pattern.regex.groupindex)
        )
        if isinstance(pattern, URLResolver):
            space = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, space, inner)
        elif isinstance(pattern, URLPattern):
            yield Address(f"{namespace}{pattern.name or pattern.pattern}", inner, pattern.callback)
