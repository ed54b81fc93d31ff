"""The frame of a residency's pages, the same on each of them, and the rows of the list of residencies."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ledger.templatetags.subjects import TabLink
from people.models import User
from residencies.lifecycle import rules
from residencies.lifecycle.journey import reached
from residencies.lifecycle.moves import LIFECYCLE, next_move
from residencies.lifecycle.next_steps import WAITS_FOR_TASKS, next_act, other_steps, page_of
from residencies.listing.tables import ResidencyRow
from residencies.models import Residency
from residencies.models.states import State
from web.icons import drawn
from web.templatetags.portal import day_short, state_look

register = template.Library()

# ── A residency’s pages ───────────────────────────────────────────────────────────────────────────


_l = gettext_lazy


class Section(NamedTuple):
    """A page within a tab; `name` is what views call it."""

    name: str
    label: Any
    page: str
    permission: str = "residencies.view_residency"


class Tab(NamedTuple):
    """A tab of a residency: its label, its sections, and the state from which on it has something to show."""

    label: Any
    sections: tuple[Section, ...]
    since: State = State.DRAFT


TABS = (
    Tab(_l("Overview"), (Section("overview", _l("Overview"), "residency"),)),
    Tab(
        _l("Application"),
        (Section("qualification", _l("Review"), "review", "residencies.view_queue"), Section("intake", _l("Application"), "intake")),
    ),
    Tab(_l("Agreement"), (Section("agreement", _l("Agreement"), "agreement"),), State.QUALIFIED),
    Tab(
        _l("Team"),
        (
            Section("team", _l("Roster"), "team"),
            Section("champions", _l("Champions"), "champions"),
            Section("training", _l("Training"), "training"),
            Section("community", _l("Community"), "community"),
        ),
        State.QUALIFIED,
    ),
    Tab(
        _l("Delivery"),
        (
            Section("phases", _l("Phases"), "residency-phases"),
            Section("sprints", _l("Sprints"), "sprints"),
            Section("services", _l("Services"), "services"),
        ),
        State.AGREEMENT,
    ),
    Tab(
        _l("Graduation"),
        (Section("graduation", _l("Plan and releases"), "graduation"), Section("conversations", _l("Conversations"), "conversations")),
        State.IN_RESIDENCE,
    ),
    Tab(
        _l("History"),
        (Section("history", _l("What happened"), "residency-history"), Section("mail", _l("Upcoming messages"), "residency-mail")),
    ),
)


@register.inclusion_tag("residencies/_head.html", takes_context=True)
def workspace_head(context: template.Context, residency: Residency) -> dict[str, Any]:
    """Reference, name, state, clock, lab lead, the next thing that can be done, and the rest under More."""
    user, today = context["request"].user, timezone.localdate()
    ahead = next_move(residency)
    check = context.get("check")
    # Asking the gates is the dearest part of a head; the first steps of a residency follow from its state alone.
    if check is None and ahead and ahead.verb in WAITS_FOR_TASKS:
        check = LIFECYCLE.check(ahead.verb, residency, today)
    act = next_act(residency, user, check)
    left = rules.days_left(residency.graduation_due_on, today) if residency.graduation_due_on else None
    return {
        "residency": residency,
        "act": act,
        "here": context["request"].path,
        "others": other_steps(residency, user, act.step),
        "days_left": left if residency.state == State.LIVE else None,
        "tabs": _tabs(residency, user, str(context.get("tab") or "overview")),
    }


def _tabs(residency: Residency, user: User, current: str) -> dict[str, list[TabLink]]:
    """`first`: the tabs that have content and that `user` may open; `second`: the sections of the present one, if there are several."""
    states, waiting = {*reached(residency), residency.state}, residency.conversations.filter(held_on=None).count()
    first, second = [], []
    for tab in TABS:
        here = any(section.name == current for section in tab.sections)
        open_sections = [section for section in tab.sections if user.has_perm(section.permission, residency)]
        counts = {section.name: waiting if section.name == "conversations" else 0 for section in open_sections}
        if open_sections and (here or any(counts.values()) or _has_come_to(tab.since, states)):
            first.append(TabLink(tab.label, page_of(open_sections[0].page, residency), here, sum(counts.values())))
            if here and len(open_sections) > 1:
                second = [TabLink(s.label, page_of(s.page, residency), s.name == current, counts[s.name]) for s in open_sections]
    return {"first": first, "second": second}


def _has_come_to(state: State, states: Any) -> bool:
    """Whether a residency that was in `states` has come as far as `state`; one that ended early, as far as it came."""
    order = list(State)[: list(State).index(State.GRADUATED) + 1]
    return any(order.index(State(each)) >= order.index(state) for each in states if each in order)


# ── The list ──────────────────────────────────────────────────────────────────────────────────────


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
