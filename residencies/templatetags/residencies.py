"""The frame of a residency's pages, the same on each of them."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from residencies.graduation.sections import graduation_sections as sections_of
from residencies.lifecycle import rules
from residencies.lifecycle.journey import frame_of
from residencies.lifecycle.next_steps import next_act, other_steps
from residencies.models import Residency
from residencies.models.states import State

register = template.Library()


@register.simple_tag(takes_context=True)
def graduation_sections(context: Any, residency: Residency) -> SafeString:
    """Render what other apps add to the Graduation page (residencies/graduation/sections.py)."""
    request = context["request"]
    sections = sections_of(request.user, residency, timezone.localdate())
    return mark_safe("".join(render_to_string(section.template, section.context, request) for section in sections))  # noqa: S308 - templates


# ── A residency’s pages ───────────────────────────────────────────────────────────────────────────


@register.inclusion_tag("residencies/_head.html", takes_context=True)
def workspace_head(context: template.Context, residency: Residency) -> dict[str, Any]:
    """Reference, name, state, clock, lab lead, the next thing that can be done, and the rest under More."""
    user, today = context["request"].user, timezone.localdate()
    act = next_act(residency, user, frame_of(residency, today).check)
    in_work = residency.state in (State.IN_RESIDENCE, State.LIVE)
    left = rules.days_left(residency.graduation_due_on, today) if residency.graduation_due_on else None
    keeps = user.has_perm("oversight.raise_barrier", residency)
    return {
        "residency": residency,
        "act": act,
        "here": context["request"].path,
        "others": other_steps(residency, user, act.step),
        "days_left": left if residency.state == State.LIVE else None,
        "tab": context.get("tab", ""),
        # A lesson is recorded by the same people; asking once saves a query on every page of a residency.
        "may_learn": keeps,
        "may_raise": in_work and keeps,
    }
