"""The tabs of a subject's pages, whatever kind it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from ledger import subjects
from ledger.subjects import Subject

register = template.Library()


@dataclass(frozen=True)
class TabLink:
    """A tab, or a section of one, as it is shown; `waiting` counts what is open behind it."""

    label: Any
    url: str
    current: bool
    waiting: int = 0


@register.simple_tag(takes_context=True)
def subject_tabs(context: template.Context, subject: Subject, current: str = "") -> list[TabLink]:
    """The tabs of its kind that this account can open; `current` is the name of the one it is on."""
    user, links = context["request"].user, []
    for tab in subjects.kind_of_subject(subject).tabs:
        url = next((_address(page, subject) for page, permission in tab.pages if user.has_perm(permission, subject)), "")
        if url:
            waiting = import_string(tab.count)(subject) if tab.count else 0
            links.append(TabLink(tab.label, url, tab.name == current, waiting))
    return links


def _address(page: str, subject: Subject) -> str:
    """The address of a page of this subject; "" for one that this portal does not have."""
    try:
        return reverse(page, args=[subject.reference])
    except NoReverseMatch:
        return ""
