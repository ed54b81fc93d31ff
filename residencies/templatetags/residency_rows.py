"""The rows of the list of residencies, each written in one go: cell by cell in a template, fifty took half of the page's time."""

from __future__ import annotations

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from residencies.listing.tables import ResidencyRow
from web.icons import drawn
from web.templatetags.portal import day_short, state_look

register = template.Library()

ROW = """<tr>
  <td class="cell-title"><a href="{}">{}</a></td>
  <td class="nowrap text-muted">{}</td>
  <td title="{}">{}</td>
  <td class="cell-whole">{} <span class="text-muted">{}</span></td>
  <td>{}</td>
  <td class="cell-wide">{}</td>
  <td>{}</td>
  <td>{}</td>
</tr>
"""


@register.simple_tag
def residency_row(row: ResidencyRow) -> SafeString:
    """A residency's row, its cells in the order of ResidencyTable's columns."""
    it = row.residency
    return format_html(
        ROW, it.get_absolute_url(), it.product, it.reference, it.program_area.ministry.name, it.program_area.name,
        _chip(it.state, get_language()), day_short(it.state_since), str(row.phase), _blocker(row), _next_date(row), str(it.owner or ""),
    )  # fmt: skip


@cache
def _chip(state: str, language: str) -> SafeString:
    """The state as a chip, in the words of `language`, which is the one in use."""
    look = state_look(state)
    return format_html('<span class="chip chip-{}">{}{}</span>', look.tone, drawn(look.icon), look.label)


def _blocker(row: ResidencyRow) -> str:
    """The main blocker, cut short by the style where it doesn't fit, after how many there are if there are several."""
    blocker = row.blocker
    if not blocker or not blocker.more:
        return format_html('<span title="{0}">{0}</span>', blocker.message) if blocker else ""
    count = _("%(count)d blockers") % {"count": blocker.more + 1}
    return format_html('<strong>{0}</strong> <span class="text-muted" title="{1}">{1}</span>', count, blocker.message)


def _next_date(row: ResidencyRow) -> str:
    next_date = row.next_date
    if not next_date:
        return ""
    if next_date.late:
        late = _("late")
        return format_html('{} <span class="need-age-late" title="{}">{}</span>', day_short(next_date.on), next_date.what, late)
    return format_html('<span title="{0}">{1}</span><span class="visually-hidden"> {0}</span>', next_date.what, day_short(next_date.on))
