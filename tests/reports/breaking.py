"""Compares two OpenAPI documents: what a program that relies on the first can't rely on in the second."""

from collections.abc import Iterator
from typing import Any


def breaking_changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """List operations, parameters, answers and fields that are gone, changed their type or became required."""
    return list(_changes("", before["paths"], after["paths"], after)) + list(
        _changes("", before["components"]["schemas"], after["components"]["schemas"], after)
    )


def _changes(place: str, before: Any, after: Any, document: Any) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            inner = f"{place}/{name}"
            if name in {"description", "summary", "title", "default", "examples"}:
                continue
            if name not in after:
                yield f"{inner} is gone"
            else:
                yield from _changes(inner, value, after[name], document)
        if after.get("required") is True and not before.get("required"):
            yield f"{place} became required"
    elif isinstance(before, list) and isinstance(after, list):
        yield from _listed(place, before, after, document)
    elif before != after:
        yield f"{place}: the type or value changed from {before} to {after}"


def _listed(place: str, before: list[Any], after: list[Any], document: Any) -> Iterator[str]:
    if place.endswith("/parameters"):
        named = {each["name"]: each for each in after}
        old = {each["name"]: each for each in before}
        yield from _changes(place, old, named, document)
        yield from (f"{place}/{name} became required" for name in named.keys() - old.keys() if named[name].get("required"))
        return
    yield from (f"{place}: {value} is gone" for value in before if value not in after)
    if place.endswith("In/required"):  # what a program sends; in an answer, more required fields are only better
        yield from (f"{place}: {value} became required" for value in after if value not in before)
