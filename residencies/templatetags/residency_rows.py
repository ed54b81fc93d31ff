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
from web.templatetags.portal import day, state_look

register = template.Library()

ROW = """<tr>
  <td><a class="nowrap" href="{}">{}</a></td>
  <td>{}</td>
  <td>{}<span class="cell-sub">{}</span></td>
  <td>{}<span class="cell-sub nowrap">{}</span></td>
  <td>{}</td>
  <td>{}</td>
  <td>{}</td>
  <td>{}</td>
</tr>
"""


@register.simple_tag
def residency_row(row: ResidencyRow) -> SafeString:
    """A residency's row, its cells in the order of ResidencyTable's columns."""
    it = row.residency
    return format_html(
        ROW, it.get_absolute_url(), it.reference, it.product, it.program_area.name, it.program_area.ministry.name,
        _chip(it.state, get_language()), day(it.state_since), str(row.phase), _blocker(row), _next_date(row), str(it.owner or ""),
    )  # fmt: skip


@cache
def _chip(state: str, language: str) -> SafeString:
    """The state as a chip, in the words of `language`, which is the one in use."""
    look = state_look(state)
    return format_html('<span class="chip chip-{}">{}{}</span>', look.tone, drawn(look.icon), look.label)


def _blocker(row: ResidencyRow) -> str:
    blocker = row.blocker
    if not blocker or not blocker.more:
        return blocker.message if blocker else ""
    return format_html('{}<span class="cell-sub">{}</span>', blocker.message, _("and %(count)d more") % {"count": blocker.more})


def _next_date(row: ResidencyRow) -> str:
    next_date = row.next_date
    if not next_date:
        return ""
    what = _("%(what)s: late") % {"what": next_date.what} if next_date.late else next_date.what
    return format_html('<span class="nowrap">{}</span><span class="cell-sub">{}</span>', day(next_date.on), what)
