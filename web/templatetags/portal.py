"""Template tags and filters for states, findings, dates, money, people, forms and lists."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Form, RadioSelect, Select
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django_tables2 import Table

from dates.moments import stated
from dates.zone import PACIFIC
from findings import Finding, Severity
from findings.tasks import Task, tasks
from web.charts import small as charts
from web.forms import plain
from web.icons import drawn
from web.idempotent_post import FIELD
from web.paging import query_with, written_head, written_rows
from web.return_url import return_url, with_return_url

register = template.Library()

SOON_DAYS = 30


class Look(NamedTuple):
    """How a state or a severity is shown: its label, tone and icon."""

    label: Any
    tone: str
    icon: str


STATES = {
    "draft": Look(gettext_lazy("Draft"), "quiet", "circle"),
    "submitted": Look(gettext_lazy("Submitted"), "info", "send"),
    "in_review": Look(gettext_lazy("In review"), "info", "half"),
    "qualified": Look(gettext_lazy("Qualified"), "info", "check"),
    "agreement": Look(gettext_lazy("Agreement"), "info", "file"),
    "in_residence": Look(gettext_lazy("In residence"), "active", "home"),
    "live": Look(gettext_lazy("Live"), "success", "disc"),
    "graduated": Look(gettext_lazy("Graduated"), "strong", "star"),
    "declined": Look(gettext_lazy("Declined"), "neutral", "stop"),
    "withdrawn": Look(gettext_lazy("Withdrawn"), "neutral", "minus"),
    "pivoted": Look(gettext_lazy("Pivoted"), "warning", "turn"),
}

# Red is for things that are late or wrong. Things that aren't done yet stay calm.
SEVERITIES = {
    Severity.NOTE: Look(gettext_lazy("Good to know"), "info", "info"),
    Severity.WARNS: Look(gettext_lazy("Needs attention"), "warning", "alert"),
    Severity.BLOCKS_LIVE: Look(gettext_lazy("Blocks going live"), "neutral", "circle"),
    Severity.BLOCKS_START: Look(gettext_lazy("Blocks the start"), "neutral", "circle"),
    Severity.BLOCKS: Look(gettext_lazy("Required for this step"), "neutral", "circle"),
}

MESSAGE_ICONS = {"success": "check", "warning": "alert", "error": "stop"}


# ── States, findings ─────────────────────────────────────────────────────────────────────────


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon from web/icons.py."""
    return drawn(name)


@register.filter
def message_icon(level_tag: str) -> str:
    """Return the icon for a message of this level."""
    return MESSAGE_ICONS.get(level_tag, "info")


@register.filter
def state_look(state: str) -> Look:
    """Return how a residency's state is shown; an unknown state is shown by its own name."""
    return STATES.get(state, Look(str(state).replace("_", " ").capitalize(), "neutral", "circle"))


@register.filter
def state_label(state: str) -> str:
    """Return a state's label: "In residence" for `in_residence`."""
    return str(state_look(state).label)


@register.filter
def severity_look(finding: Finding) -> Look:
    """Return how a finding's severity is shown."""
    return SEVERITIES[Severity(finding.severity)]


@register.filter
def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by severity, most serious first; equal ones keep their order."""
    return sorted(findings, key=lambda finding: -finding.severity)


@register.filter
def by_place(findings: Iterable[Finding]) -> list[Task]:
    """Group findings by where they are resolved, most serious first."""
    return tasks(worst_first(findings))


@register.simple_tag
def finding_url(finding: Finding, reference: str = "", back: str = "") -> str:
    """Return the page where `finding` is resolved, for this reference and returning to `back`; "" if it has no page."""
    if not finding.place:
        return ""
    of_subject = [reference] if finding.part is None else [reference, finding.part]
    for args in (of_subject, []) if reference else ([],):
        try:
            url = reverse(finding.place, args=args)
        except NoReverseMatch:
            continue
        return with_return_url(url, back)
    return ""


@register.simple_tag(takes_context=True)
def way_back_here(context: template.Context) -> str:
    """Return the page that sent someone here to resolve a finding, or ""."""
    return return_url(context["request"])


@register.simple_tag(takes_context=True)
def url_and_back(context: template.Context, name: str, *args: Any) -> str:
    """Return the address called `name`, and keep the page to return to."""
    return with_return_url(reverse(name, args=args), return_url(context["request"]))


# ── Dates, times, spans ──────────────────────────────────────────────────────────────────────


@register.filter
def pacific(moment: datetime.datetime | None) -> str:
    """ "3 March 2026, 2:30 p.m. Pacific" for a moment; "" for none."""
    if not moment:
        return ""
    local = timezone.localtime(moment, PACIFIC)
    return _("%(date)s, %(time)s Pacific") % {"date": date_format(local, "DATE_FORMAT"), "time": date_format(local, "TIME_FORMAT")}


@register.filter
def pacific_proof(moment: datetime.datetime | None) -> str:
    """ "3 March 2026, 2:30 p.m. Pacific time (UTC−8)" for a moment that is stated as proof; "" for none."""
    return stated(moment) if moment else ""


@register.filter
def pacific_short(moment: datetime.datetime | None) -> str:
    """ "3 Mar 2026, 2:30 p.m." in Pacific time, for narrow places that mention the time zone elsewhere; "" for none."""
    return date_format(timezone.localtime(moment, PACIFIC), "SHORT_DATETIME_FORMAT") if moment else ""


@register.filter
def pacific_time(moment: datetime.datetime | None) -> str:
    """ "2:30 p.m." in Pacific time, for places that mention the time zone elsewhere; "" for none."""
    return date_format(timezone.localtime(moment, PACIFIC), "TIME_FORMAT") if moment else ""


@register.filter
def day(value: datetime.date | None) -> str:
    """ "3 March 2026" for a date, or for a moment's date in Pacific time; "" for none."""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value, PACIFIC).date()
    return _day(value, get_language()) if value else ""


@lru_cache(maxsize=4096)
def _day(value: datetime.date, language: str) -> str:
    """Format a date in `language`, the active language. Cached, because lists repeat the same dates."""
    return date_format(value, "DATE_FORMAT")


@register.filter
def day_short(value: datetime.date | None) -> str:
    """ "3 Mar" for a date in this year, "3 Mar 2025" for any other; "" for none."""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value, PACIFIC).date()
    return _day_short(value, value.year == timezone.localdate().year, get_language()) if value else ""


@lru_cache(maxsize=4096)
def _day_short(value: datetime.date, this_year: bool, language: str) -> str:
    return date_format(value, "j M" if this_year else "j M Y")


@register.filter
def days(count: int | None) -> str:
    """ "1 day", "9 days"; "" for none."""
    return "" if count is None else ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


@register.filter
def days_from_now(count: int | None) -> str:
    """ "today", "in 9 days", "9 days ago", for `count` days from today."""
    if count is None:
        return ""
    if count == 0:
        return _("today")
    if count > 0:
        return ngettext("in %(count)d day", "in %(count)d days", count) % {"count": count}
    return ngettext("%(count)d day ago", "%(count)d days ago", -count) % {"count": -count}


@register.filter
def clock_tone(days_left: int) -> str:
    """Return a clock's tone: danger once it is past, warning within thirty days, calm before that."""
    if days_left < 0:
        return "danger"
    return "warning" if days_left <= SOON_DAYS else "calm"


@register.filter
def positive(number: int) -> int:
    """Return the number without its sign."""
    return abs(number)


# ── Money, people ────────────────────────────────────────────────────────────────────────────


@register.filter
def dollars(cents: int | None) -> str:
    """ "$1,250,000" for an amount in cents, with cents only if there are any; "" for none."""
    if cents is None:
        return ""
    whole, rest = divmod(abs(cents), 100)
    amount = f"${whole:,}" + (f".{rest:02d}" if rest else "")
    return f"−{amount}" if cents < 0 else amount


@register.filter
def initials(name: str) -> str:
    """ "DL" for "Dana Lee": at most two letters, from the first and last words."""
    words = [word for word in str(name).split() if word[:1].isalnum()]
    picked = words if len(words) < 2 else [words[0], words[-1]]
    return "".join(word[0] for word in picked).upper()


# ── Forms ────────────────────────────────────────────────────────────────────────────────────


@register.simple_tag
def filter_field(field: BoundField) -> SafeString:
    """Render a field of a filter bar in one step. Fields with errors, help or a group of choices are rendered as in forms."""
    if field.errors or field.help_text or is_choice_group(field):
        return as_crispy_field(field)
    widget = plain(field.field.widget)
    if isinstance(widget, CheckboxInput):
        box = field.as_widget(widget, attrs={"class": "form-check-input"})
        return format_html(_TICK, field.auto_id, box, field.id_for_label, field.label)
    look = "form-select" if isinstance(widget, Select) else "form-control"
    return format_html(_FILTER, field.auto_id, field.id_for_label, field.label, field.as_widget(widget, attrs={"class": look}))


_FILTER = '<div id="div_{}" class="field"><label class="form-label" for="{}">{}</label>{}</div>'
_TICK = '<div id="div_{}" class="field"><div class="form-check">{}<label class="form-check-label" for="{}">{}</label></div></div>'


@register.filter
def field_target(field: BoundField) -> str:
    """Return the id that the error summary links to: the control, or the first of a group of choices."""
    if isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple)):
        return f"{field.auto_id}_0"
    return field.id_for_label or field.auto_id


@register.filter
def is_choice_group(field: BoundField) -> bool:
    """Whether the field is a set of radio buttons or checkboxes, with a legend as its name."""
    return isinstance(field.field.widget, (RadioSelect, CheckboxSelectMultiple))


class Difference(NamedTuple):
    """A field that differs in an edit that was saved second."""

    label: str
    theirs: str
    mine: str


@register.filter
def differences(form: Form) -> list[Difference]:
    """Return both texts of each field that differs, for a form that `became_stale` (web/forms.py)."""
    stale = getattr(form, "stale", None)
    return (
        [Difference(_label(form, name), _display(theirs), _display(mine)) for name, (theirs, mine) in stale.differing.items()]
        if stale
        else []
    )


def _label(form: Form, name: str) -> str:
    return (
        str(form.fields[name].label or name.replace("_", " ").capitalize()) if name in form.fields else name.replace("_", " ").capitalize()
    )


def _display(value: Any) -> str:
    if value is None or value == "":
        return _("(empty)")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return day(value) if isinstance(value, datetime.date) else str(value)


@register.filter
def error_count(form: Form) -> int:
    """Count the errors in the form."""
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def has_required(form: Form) -> bool:
    """Whether any visible field is required."""
    return any(field.field.required for field in form.visible_fields())


# ── Around the content ───────────────────────────────────────────────────────────────────────


@register.simple_tag
def fixed_part(template_name: str) -> SafeString:
    """Render a template that depends on nothing but the language; once for each language, because every page has it."""
    return render_to_string(template_name) if settings.DEBUG else _fixed_part(template_name, get_language())


@cache
def _fixed_part(template_name: str, language: str) -> SafeString:
    return render_to_string(template_name)


@register.simple_tag
def nav_links(items: Any) -> SafeString:
    """The links of the main navigation, for the bar and for the phone menu, with how much is waiting there for the lab. items: label, url, current, count."""
    return format_html_join("", _NAV_LINK, map(_nav_link, items))


def _nav_link(item: Any) -> tuple[Any, ...]:
    count = item.count and format_html(_NAV_COUNT, item.count, _("waiting"))
    return item.url, mark_safe(' aria-current="true"') if item.current else "", item.label, count or ""


_NAV_LINK = '<li><a class="site-nav-link" href="{}"{}>{}{}</a></li>'
_NAV_COUNT = ' <span class="site-nav-count">{}<span class="visually-hidden"> {}</span></span>'


# ── Addresses of a list ──────────────────────────────────────────────────────────────────────


@register.simple_tag(takes_context=True)
def address_with(context: template.Context, *pairs: Any) -> str:
    """Return this page's query with each `key value` of `pairs` set; a value of None or "" removes the key."""
    return query_with(context["request"].GET, *pairs)


@register.simple_tag(takes_context=True)
def table_rows(context: template.Context, table: Table) -> SafeString:
    """Write the rows of the table's page (web/paging.py)."""
    return written_rows(table, context)


@register.simple_tag(takes_context=True)
def table_head(context: template.Context, table: Table) -> SafeString:
    """Write the cells of the table's head (web/paging.py)."""
    return written_head(table, context["request"].GET)


@register.filter
def page_numbers(page: Page) -> list[int | None]:
    """Return the page numbers to show: first, last if known, and those around the current one; None where some are left out."""
    last = page.paginator.num_pages
    open_ended = bool(getattr(page.paginator, "more_than", 0))
    ends = {1} if open_ended else {1, last}
    shown = sorted({*ends, *range(max(1, page.number - 1), min(last, page.number + 1) + 1)})
    numbers: list[int | None] = []
    for number in shown:
        if numbers and number - (numbers[-1] or 0) > 1:
            numbers.append(None)
        numbers.append(number)
    return [*numbers, None] if open_ended else numbers


# ── Breadcrumbs, counts, waiting ───────────────────────────────────────────────────────────────


@register.inclusion_tag("components/breadcrumb.html")
def breadcrumb(*pairs: str) -> dict[str, Any]:
    """`{% breadcrumb label url label url … label %}`: the last label is this page and has no URL."""
    labels, urls = pairs[::2], [*pairs[1::2], ""]
    return {"crumbs": list(zip(labels, urls, strict=False))}


@register.filter
def thousands(number: int) -> str:
    """ "1,000" for 1000."""
    return f"{number:,}"


@register.filter
def waiting(since: datetime.date, today: datetime.date) -> str:
    """Say how long something has been waiting: "waiting 9 days"."""
    count = (today - since).days
    if count < 1:
        return _("since today")
    return ngettext("waiting %(count)d day", "waiting %(count)d days", count) % {"count": count}


@register.filter
def days_since(since: datetime.date, today: datetime.date) -> str:
    """ "9 d" for a narrow column: how many days ago it was."""
    return _("%(count)d d") % {"count": max(0, (today - since).days)}


# ── Charts ───────────────────────────────────────────────────────────────────────────────────


@register.simple_tag
def sparkline(points: Sequence[charts.Point]) -> SafeString:
    """Draw a figure's trend as a small line; nothing if there are fewer than two points."""
    return charts.sparkline(points)


@register.simple_tag
def bar(value: int | None, full: int, label: str, mark: int | None = None, tone: str = "") -> SafeString:
    """A bar of a value (web/charts/small.py)."""
    return charts.bar(value or 0, full, label, mark, tone=tone)


@register.filter
def trend_words(points: Sequence[charts.Point]) -> str:
    """Describe a figure's trend in words."""
    return charts.described(points)


@register.simple_tag
def one_press() -> SafeString:
    """The id that makes a second press of a bare button harmless (web/idempotent_post.py)."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4())
