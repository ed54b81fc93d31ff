"""The pages of upcoming messages, day by day, and of reminder schedules (EL-60, EL-62)."""

from __future__ import annotations

import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dates.months import FIRST_YEAR, LAST_YEAR, month_asked, months_after, weeks_of
from outbox.catalogue.messages import occasion_label
from outbox.delivery.health import is_suspended
from outbox.pages.forecast import Coming, MessageGroup, OnDay, coming, grouped, messages_on
from outbox.pages.forms import DefaultForm, ScheduleForm
from outbox.reminders.declare import REMINDERS, Reminder, all_turns, override_of, with_turn
from outbox.reminders.declare import turns as turns_now
from outbox.reminders.schedule import DAY, EffectiveSchedules, Schedule, describe_schedule
from people.models import User
from web.access import needs

DAY_PAGE = 50


@needs("outbox.view_message")
def ahead(request: HttpRequest) -> HttpResponse:
    """Show a month's upcoming messages by day, as a calendar or a list: the queue and the reminders that will be added."""
    today = timezone.localdate()
    month = max(month_asked(request.GET.get("month", ""), today), today.replace(day=1))
    weeks = weeks_of(month)
    days: dict[datetime.date, list[Coming]] = {}
    for entry in coming(today, weeks[-1][-1]) if month == today.replace(day=1) else coming(weeks[0][0], weeks[-1][-1]):
        days.setdefault(entry.day, []).append(entry)
    context = {
        "view": "list" if request.GET.get("view") == "list" else "month",
        "month": month,
        "today": today,
        "before": months_after(month, -1) if month > today else None,
        "after": months_after(month, 1),
        "nothing": not any(day.month == month.month for day in days),
        "weeks": [[AheadDay(day, day.month == month.month, _with_labels(days.get(day, []))) for day in week] for week in weeks],
    }
    return render(request, "outbox/ahead.html", context)


class AheadDay(NamedTuple):
    """A day of the calendar and its upcoming messages."""

    date: datetime.date
    within: bool
    entries: list[tuple[str, Coming]]


def _with_labels(entries: list[Coming]) -> list[tuple[str, Coming]]:
    return [(occasion_label(entry.occasion), entry) for entry in entries]


@needs("outbox.view_message")
def ahead_on(request: HttpRequest, day: str) -> HttpResponse:
    """Show what would be sent on one day, a dry run that writes nothing; a past day redirects to what was due on it."""
    on, today = _day_or_404(day), timezone.localdate()
    if on < today:
        messages.info(request, _("%(day)s has passed. These messages were due that day.") % {"day": date_format(on)})
        return redirect(f"{reverse('outbox')}?{urlencode({'since': on, 'until': on})}")
    paginator = Paginator(OnDay(on), DAY_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {"day": on, "today": today, "page": page, "groups": grouped(list(page.object_list)), "suspended": is_suspended()}
    return render(request, "outbox/ahead_on.html", context)


def _day_or_404(text: str) -> datetime.date:
    try:
        date = parse_date(text)
    except ValueError:
        date = None
    if date is None or not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise Http404
    return date


# ── Schedules ────────────────────────────────────────────────────────────────────────────────

NEAR, LOOKED_AHEAD = datetime.timedelta(days=14), datetime.timedelta(days=92)


NEXT_SHOWN = 6


def _next(reminder: Reminder, turns: EffectiveSchedules | None = None) -> list[Coming]:
    """Return the next days on which one reminder goes out; looks far ahead only if few are near."""
    today = timezone.localdate()
    near = coming(today, today + NEAR, only=[reminder], turns=turns)
    return (near if len(near) >= NEXT_SHOWN else coming(today, today + LOOKED_AHEAD, only=[reminder], turns=turns))[:NEXT_SHOWN]


def _reminder(user: User, occasion: str) -> Reminder:
    if occasion not in REMINDERS:
        raise Http404
    return REMINDERS[occasion]


@needs("outbox.view_schedules")
def occasions(request: HttpRequest) -> HttpResponse:
    """List every kind of reminder with its schedule and when it is next due."""
    today = timezone.localdate()
    first: dict[str, Coming] = {}
    for entry in coming(today, today + NEAR):
        first.setdefault(entry.occasion, entry)
    for entry in coming(today, today + LOOKED_AHEAD, only=[reminder for name, reminder in REMINDERS.items() if name not in first]):
        first.setdefault(entry.occasion, entry)
    changed = all_turns()
    rows = []
    for reminder in sorted(REMINDERS.values(), key=lambda reminder: str(reminder.label)):
        turns = changed.get(reminder.occasion) or EffectiveSchedules(reminder.schedule)
        lines, later = describe_schedule(turns.on(today), reminder.audiences), turns.changes_after(today)
        rows.append((reminder, lines, first.get(reminder.occasion), turns.on(today) != reminder.schedule, later[0][0] if later else None))
    return render(request, "outbox/occasions.html", {"rows": rows, "may_look": request.user.has_perm("outbox.view_message")})


@needs("outbox.view_schedules", _reminder)
def occasion(request: HttpRequest, reminder: Reminder) -> HttpResponse:
    """Show one reminder: its schedule, who gets it next and when, and what it says."""
    today = timezone.localdate()
    turns = turns_now(reminder)
    next_ones = _next(reminder)
    may_look = request.user.has_perm("outbox.view_message")
    context = {
        "reminder": reminder,
        "schedule": describe_schedule(turns.on(today), reminder.audiences),
        "useful_days": turns.on(today).useful_days,
        "later": [
            (day, describe_schedule(schedule, reminder.audiences), schedule.useful_days) for day, schedule in turns.changes_after(today)
        ],
        "differs": any(schedule != reminder.schedule for schedule in _from(today + DAY, turns)),
        "coming": next_ones,
        "looked_ahead": LOOKED_AHEAD.days,
        "example": _example(next_ones[0]) if next_ones and may_look else None,
        "may_look": may_look,
        "may_change": request.user.has_perm("outbox.set_schedule"),
    }
    return render(request, "outbox/occasion.html", context)


def _from(day: datetime.date, turns: EffectiveSchedules) -> list[Schedule]:
    """Return the schedules that apply on `day` or later."""
    return [turns.on(day), *(schedule for _day, schedule in turns.changes_after(day))]


def _example(next_one: Coming) -> MessageGroup | None:
    """Return that day's first message, as it would read then."""
    shown = grouped(messages_on(next_one.day, occasion=next_one.occasion, most=1))
    return shown[0] if shown else None


@needs("outbox.set_schedule", _reminder)
@require_http_methods(["GET", "HEAD", "POST"])
def set_occasion_schedule(request: HttpRequest, reminder: Reminder) -> HttpResponse:
    """Change the schedule, with a preview of what would be sent (EL-60)."""
    row, turns = override_of(reminder), turns_now(reminder)
    form = ScheduleForm(request.POST or None, reminder=reminder, schedule=turns.now_and_then[-1][1], record=row)
    tried: list[Coming] | None = None
    if "look" in request.POST:
        if form.is_valid():
            tried = _next(reminder, with_turn(turns, form.schedule or reminder.schedule, form.cleaned_data["valid_from"]))
    elif request.method == "POST" and form.carried_out(lambda: form.save(by=request.user)):
        day = date_format(form.cleaned_data["valid_from"])
        messages.success(request, _("Schedule saved. It applies from %(day)s.") % {"day": day})
        return redirect("outbox-occasion", occasion=reminder.occasion)
    context = {
        "form": form,
        "reminder": reminder,
        "tried": tried,
        "looked_ahead": LOOKED_AHEAD.days,
    }
    return render(request, "outbox/schedule.html", context, status=form.status)


@needs("outbox.set_schedule", _reminder)
@require_http_methods(["GET", "HEAD", "POST"])
def set_default_schedule(request: HttpRequest, reminder: Reminder) -> HttpResponse:
    """Reset a reminder to the portal's default schedule from tomorrow."""
    form = DefaultForm(request.POST or None, reminder=reminder, record=override_of(reminder))
    if request.method == "POST" and form.carried_out(lambda: form.save(by=request.user)):
        messages.success(request, _("The default schedule applies again from tomorrow."))
        return redirect("outbox-occasion", occasion=reminder.occasion)
    context = {"form": form, "reminder": reminder, "default": describe_schedule(reminder.schedule, reminder.audiences)}
    return render(request, "outbox/schedule_default.html", context, status=form.status)
