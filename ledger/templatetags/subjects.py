"""The tabs of a subject's pages, and the sections of the open tab, for any kind of subject."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from ledger import subjects
from ledger.subjects import Section, Subject

register = template.Library()


@dataclass(frozen=True)
class TabLink:
    """A tab or a section as it is shown; `waiting` counts what is waiting in it."""

    label: Any
    url: str
    current: bool
    waiting: int = 0


@register.inclusion_tag("ledger/_tabs.html", takes_context=True)
def subject_tabs(context: template.Context, subject: Subject, default: str = "overview") -> dict[str, Any]:
    """Render the tabs that this account can open and that have something to show, and the open tab's sections if it has several.

    The current section is the one that the view's `tab` names. Runs one query for the states, if any tab waits for one, and the
    queries of the counts.
    """
    user, here = context["request"].user, str(context.get("tab") or default)
    kind = subjects.kind_of_subject(subject)
    states = import_string(kind.come_to)(subject) if kind.come_to else set()
    tabs: list[TabLink] = []
    sections: list[TabLink] = []
    for tab in kind.tabs:
        links = [link for section in tab.sections if (link := _link(section, subject, user, here))]
        is_here, waiting = any(section.name == here for section in tab.sections), sum(link.waiting for link in links)
        if links and (is_here or waiting or not tab.since or tab.since in states):
            tabs.append(TabLink(tab.label, links[0].url, is_here, waiting))
            sections = links if is_here and len(links) > 1 else sections
    return {"tabs": tabs, "sections": sections, "subject": subject, "kind": type(subject)._meta.verbose_name}  # type: ignore[attr-defined]  # every kind is a model


def _link(section: Section, subject: Subject, user: AbstractBaseUser, here: str) -> TabLink | None:
    """Return the section as it is shown; None if the account may not open it or this portal has no such page."""
    if not user.has_perm(section.permission or subjects.kind_of_subject(subject).view_permission, subject):  # type: ignore[attr-defined]
        return None
    url = _address(section.page, subject.reference)
    if not url:
        return None
    return TabLink(section.label, url, section.name == here, import_string(section.count)(subject) if section.count else 0)


@lru_cache(maxsize=4096)
def _address(page: str, reference: str) -> str:
    """Return the page's address, or "" if this portal has no such page. Cached, because each page of a subject asks for all of them."""
    try:
        return reverse(page, args=[reference])
    except NoReverseMatch:
        return ""
