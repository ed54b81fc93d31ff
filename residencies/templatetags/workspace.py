"""The frame of a residency's pages: head, journey and tabs, the same on every page under it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.utils import timezone
from django.utils.translation import gettext_lazy

from residencies import rules
from residencies.lifecycle.journey import journey
from residencies.lifecycle.next_steps import first_step, other_steps, page_of
from residencies.models import Residency
from residencies.models.states import State

register = template.Library()

# Name of the tab, its label, the pages it opens (the first that the account may), each with its permission.
TABS = (
    ("overview", gettext_lazy("Overview"), (("residency", "residencies.view_residency"),)),
    (
        "qualification",
        gettext_lazy("Qualification"),
        (("review", "residencies.view_queue"), ("intake", "residencies.view_residency")),
    ),
    ("agreement", gettext_lazy("Agreement"), (("agreement", "residencies.view_residency"),)),
    ("team", gettext_lazy("Team"), (("team", "residencies.view_residency"),)),
    ("champions", gettext_lazy("Champions"), (("champions", "residencies.view_residency"),)),
    ("training", gettext_lazy("Training"), (("training", "residencies.view_residency"),)),
    ("sprints", gettext_lazy("Sprints"), (("sprints", "residencies.view_residency"),)),
    ("services", gettext_lazy("Services"), (("services", "residencies.view_residency"),)),
    ("community", gettext_lazy("Community"), (("community", "residencies.view_residency"),)),
    ("graduation", gettext_lazy("Graduation"), (("graduation", "residencies.view_residency"),)),
    ("conversations", gettext_lazy("Conversations"), (("conversations", "residencies.view_residency"),)),
    ("history", gettext_lazy("History"), (("residency-history", "residencies.view_residency"),)),
)


class Tab(NamedTuple):
    label: Any
    url: str
    current: bool
    count: int = 0  # type: ignore[assignment]
    alert: bool = False


@register.inclusion_tag("residencies/_head.html", takes_context=True)
def workspace_head(context: template.Context, residency: Residency) -> dict[str, Any]:
    """Name, problem, state, clock, the one thing to do first and the rest under More; the journey below."""
    user = context["request"].user
    first = first_step(residency, user)
    left = rules.days_left(residency.graduation_due_on, timezone.localdate()) if residency.graduation_due_on else None
    return {
        "residency": residency,
        "first": first,
        "others": other_steps(residency, user, first),
        "days_left": left if residency.state == State.LIVE else None,
        "steps": journey(residency),
    }


@register.simple_tag(takes_context=True)
def workspace_tabs(context: template.Context, residency: Residency, current: str = "") -> list[Tab]:
    """The tabs that this account can open; `current` is the name of the one it is on."""
    user = context["request"].user
    waiting = residency.conversations.filter(held_on=None).count()
    tabs = []
    for name, label, pages in TABS:
        url = next((page_of(page, residency) for page, permission in pages if user.has_perm(permission, residency)), "")
        if url:
            tabs.append(Tab(label, url, name == current, waiting if name == "conversations" else 0))
    return tabs
