"""The frame of a residency's pages, the same on each of them, and the rows of the list of residencies."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from people.lists.bulk import select_box
from residencies.graduation.sections import graduation_sections as sections_of
from residencies.lifecycle import rules
from residencies.lifecycle.journey import frame_of
from residencies.lifecycle.next_steps import next_act, other_steps
from residencies.listing.tables import ResidencyRow, ResidencyTable
from residencies.models import Residency
from residencies.models.states import State
from web.icons import chip
from web.templatetags.portal import day_short, state_look

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


# ── The list ──────────────────────────────────────────────────────────────────────────────────────


SELECT = '<td role="cell" class="cell-select">{}</td>'
# The labels are for a phone, where a row is a card.
ROW = """<tr role="row">
  {{}}<td role="cell" class="cell-title"><a href="{{}}">{{}}</a></td>
  <td role="cell" data-label="{reference}" class="nowrap text-muted">{{}}</td>
  <td role="cell" data-label="{area}" title="{{}}">{{}}</td>
  <td role="cell" data-label="{since}" class="cell-whole">{{}} <span class="text-muted">{{}}</span></td>
  <td role="cell" data-label="{phase}">{{}}</td>
  <td role="cell" data-label="{blocker}" class="cell-wide">{{}}</td>
  <td role="cell" data-label="{next_date}">{{}}</td>
  <td role="cell" data-label="{owner}">{{}}</td>
</tr>
"""


@cache
def _row(language: str) -> str:
    """The row with its labels in `language`, which is the one in use."""
    return format_html(ROW, **{name: column.verbose_name for name, column in ResidencyTable.base_columns.items()})


@register.simple_tag
def residency_row(row: ResidencyRow, selects: bool = False) -> SafeString:
    """A residency's row, its cells in the order of ResidencyTable's columns; with a box to tick if the table `selects`."""
    it = row.residency
    box = format_html(SELECT, select_box(it.pk, it.product)) if selects else ""
    return format_html(
        _row(get_language()), box, it.get_absolute_url(), it.product, it.reference, it.program_area.ministry.name, it.program_area.name,
        _chip(it.state, get_language()), day_short(it.state_since), str(row.phase), _blocker(row), _next_date(row), str(it.owner or ""),
    )  # fmt: skip


@cache
def _chip(state: str, language: str) -> SafeString:
    """The state as a chip, in the words of `language`, which is the one in use."""
    look = state_look(state)
    return chip(look.label, look.tone, look.icon)


def _blocker(row: ResidencyRow) -> str:
    """The main blocker, cut short by the style where it doesn't fit, after how many there are if there are several."""
    blocker = row.blocker
    if not blocker or not blocker.more:
        return format_html('<span title="{0}">{0}</span>', blocker.message) if blocker else ""
    count = _("%(count)d blockers") % {"count": blocker.more + 1}
    return format_html('<strong>{0}</strong> <span class="text-muted" title="{1}">{1}</span>', count, blocker.message)


def _late(days: int) -> str:
    return ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}


def _next_date(row: ResidencyRow) -> str:
    next_date = row.next_date
    if not next_date:
        return ""
    if next_date.late:
        # As wide as the date it replaces, so that a row stays one line; the date is in the title and for screen readers.
        what = f"{next_date.what} {day_short(next_date.on)}"
        late = _late(next_date.days_late)
        return format_html('<span class="need-age-late" title="{0}">{1}</span><span class="visually-hidden"> {0}</span>', what, late)
    return format_html('<span title="{0}">{1}</span><span class="visually-hidden"> {0}</span>', next_date.what, day_short(next_date.on))
