"""The outbox: what we told whom, and what to do when it did not arrive (EL-62)."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST

from acts.revisions import Stale
from dates.months import FIRST_YEAR, LAST_YEAR, month_asked, month_from, weeks_of
from findings import Refused
from outbox.catalogue.messages import FILE, Letter, occasion_label
from outbox.compose import letter_to_read, replies_to, shown_as_html
from outbox.delivery.health import mail_health
from outbox.models import Message, State, Timetable, unsealed
from outbox.pages.actions import cancel, resend, resend_failed, send_again, set_schedule
from outbox.pages.filters import MessageFilter
from outbox.pages.forecast import Coming, MessageGroup, OnDay, coming, grouped, messages_on
from outbox.pages.forms import DefaultForm, ScheduleForm
from outbox.pages.tables import MessageTable
from outbox.pages.timeline import life_of
from outbox.reminders.declare import REMINDERS, Reminder
from outbox.reminders.overrides import all_turns, timetable_of, turns_of, with_turn
from outbox.reminders.overrides import turns as turns_now
from outbox.reminders.schedule import DAY, Schedule, Turns, describe_schedule, in_a_sentence
from people.models import User
from web.access import needs
from web.forms import ActForm
from web.paging import paged

DAY_PAGE = 50
POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": [""],
}


def framed(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view's answer is shown in a frame of our own pages, and is no more than words with their styles."""
    return csp(POLICY)(xframe_options_sameorigin(view))


@needs("outbox.view_message")
def outbox(request: HttpRequest) -> HttpResponse:
    """All messages, the latest due first."""
    message_filter = MessageFilter(request.GET, queryset=Message.objects.for_list())
    table = MessageTable(message_filter.qs)
    paged(request, table)
    table.empty = _nothing(message_filter)
    mail = mail_health()
    context = {
        "filter": message_filter,
        "table": table,
        "suspended": settings.OUTBOX_SUSPENDED,
        "late": mail.complaints,
        "failed": mail.failed,
    }
    return render(request, "outbox/list.html", context)


def _nothing(message_filter: MessageFilter) -> dict[str, str]:
    if message_filter.is_on:
        return {
            "title": _("No message fits these filters"),
            "text": _("Take a filter off, or look for fewer words."),
            "url": reverse("outbox"),
            "action": _("Show all messages"),
        }
    return {
        "title": _("Nothing has been sent yet"),
        "text": _("Messages appear here as soon as an act causes one, such as circulating an agreement, before they are sent."),
    }


def _message(user: User, pk: int) -> Message:
    return get_object_or_404(Message.objects.with_contact().select_related("digest"), pk=pk)


@needs("outbox.view_message", _message)
def message(request: HttpRequest, message: Message) -> HttpResponse:
    """One message with its text, a reminder's as it would read today; a secret in it is named and never shown."""
    letter = _letter(message)
    context = {
        "message": message,
        "letter": letter,
        "says": unsealed(letter.text) if letter else "",
        "replies_to": replies_to(message),
        "has_secrets": letter and any(not name.startswith(FILE) for name in letter.mint),
        "not_yet_written": not message.text,
        "life": life_of(message),
        "parts": message.parts.order_by("pk") if message.is_digest else (),
        "why": occasion_label(message.occasion),
        "submission": uuid.uuid4(),
        "may_send": request.user.has_perm("outbox.send_message"),
        "may_edit_person": request.user.has_perm("people.edit_person"),
        "suspended": settings.OUTBOX_SUSPENDED,
    }
    return render(request, "outbox/message.html", context)


def _letter(message: Message) -> Letter | None:
    """What the message says; None for one that can't be written any more, its cause being gone."""
    try:
        return letter_to_read(message)
    except (ObjectDoesNotExist, AttributeError, TypeError):
        return None


@needs("outbox.view_message", _message)
@framed
def message_as_html(request: HttpRequest, message: Message) -> HttpResponse:
    """The message's HTML, for a frame of its page."""
    letter = _letter(message)
    if letter is None:
        raise Http404
    return HttpResponse(shown_as_html(letter))


@needs("outbox.send_message", _message)
@require_POST
def resend_message(request: HttpRequest, message: Message) -> HttpResponse:
    if message.may_be_resent:
        resend(message, by=request.user)
        messages.success(request, _("The message is in the queue again."))
    elif message.may_be_sent_again:
        copy = send_again(message, by=request.user)
        messages.success(request, _("The message is in the queue a second time, for %(address)s.") % {"address": copy.to_address})
        return redirect("outbox-message", pk=copy.pk)
    else:
        messages.warning(request, _("Nothing was changed: this message waits or was sent already."))
    return redirect("outbox-message", pk=message.pk)


@needs("outbox.send_message", _message)
@require_POST
def cancel_message(request: HttpRequest, message: Message) -> HttpResponse:
    if message.may_be_cancelled:
        cancel(message, by=request.user)
        messages.success(request, _("The message is withdrawn and will not be sent."))
    else:
        messages.warning(request, _("Nothing was changed: this message no longer waits."))
    return redirect("outbox-message", pk=message.pk)


@needs("outbox.send_message")
@require_http_methods(["GET", "HEAD", "POST"])
def resend_all_failed(request: HttpRequest) -> HttpResponse:
    """Every message that failed, once more; says first how many that are, and of what."""
    form = ActForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        count = resend_failed(by=request.user)
        summary = ngettext("%(count)d message is in the queue again.", "%(count)d messages are in the queue again.", count)
        messages.success(request, summary % {"count": count}) if count else messages.warning(request, _("No message has failed."))
        return redirect("outbox")
    failed = Message.objects.filter(state=State.FAILED).order_by().values("occasion").annotate(count=Count("pk")).order_by("-count")
    kinds = [(occasion_label(row["occasion"]), row["count"]) for row in failed]
    return render(request, "outbox/retry.html", {"form": form, "kinds": kinds, "count": sum(count for _label, count in kinds)})


# ── What will go out ─────────────────────────────────────────────────────────────────────────


@needs("outbox.view_message")
def ahead(request: HttpRequest) -> HttpResponse:
    """What will go out in a month, day by day, as a month or as a list; the queue and what reminders will add to it."""
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
        "before": month_from(month, -1) if month > today else None,
        "after": month_from(month, 1),
        "nothing": not any(day.month == month.month for day in days),
        "weeks": [[AheadDay(day, day.month == month.month, _with_labels(days.get(day, []))) for day in week] for week in weeks],
    }
    return render(request, "outbox/ahead.html", context)


class AheadDay(NamedTuple):
    """A day of the calendar and what will go out on it."""

    date: datetime.date
    within: bool
    entries: list[tuple[str, Coming]]


def _with_labels(entries: list[Coming]) -> list[tuple[str, Coming]]:
    return [(occasion_label(entry.occasion), entry) for entry in entries]


@needs("outbox.view_message")
def ahead_on(request: HttpRequest, day: str) -> HttpResponse:
    """What would be sent on one day, to whom, with its subject: a dry run that writes nothing. A day that is over leads to what was due on it."""
    on, today = _day_or_404(day), timezone.localdate()
    if on < today:
        messages.info(request, _("%(day)s is over. This is what was due on it.") % {"day": date_format(on)})
        return redirect(f"{reverse('outbox')}?{urlencode({'since': on, 'until': on})}")
    paginator = Paginator(OnDay(on), DAY_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {"day": on, "today": today, "page": page, "groups": grouped(list(page.object_list)), "suspended": settings.OUTBOX_SUSPENDED}
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


def _next(reminder: Reminder, turns: Turns | None = None) -> list[Coming]:
    """The next days on which something goes out on one occasion; looks far ahead only where little is near."""
    today = timezone.localdate()
    near = coming(today, today + NEAR, only=[reminder], turns=turns)
    return (near if len(near) >= NEXT_SHOWN else coming(today, today + LOOKED_AHEAD, only=[reminder], turns=turns))[:NEXT_SHOWN]


def _reminder(user: User, occasion: str) -> Reminder:
    if occasion not in REMINDERS:
        raise Http404
    return REMINDERS[occasion]


@needs("outbox.view_schedules")
def occasions(request: HttpRequest) -> HttpResponse:
    """Every occasion on which people are reminded: by which schedule, and when that next comes about."""
    today = timezone.localdate()
    first: dict[str, Coming] = {}
    for entry in coming(today, today + NEAR):
        first.setdefault(entry.occasion, entry)
    for entry in coming(today, today + LOOKED_AHEAD, only=[reminder for name, reminder in REMINDERS.items() if name not in first]):
        first.setdefault(entry.occasion, entry)
    changed = all_turns()
    rows = []
    for reminder in sorted(REMINDERS.values(), key=lambda reminder: str(reminder.label)):
        turns = changed.get(reminder.occasion) or Turns(reminder.schedule)
        lines, later = describe_schedule(turns.on(today), reminder.audiences), turns.changes_after(today)
        rows.append((reminder, lines, first.get(reminder.occasion), turns.on(today) != reminder.schedule, later[0][0] if later else None))
    return render(request, "outbox/occasions.html", {"rows": rows, "may_look": request.user.has_perm("outbox.view_message")})


@needs("outbox.view_schedules", _reminder)
def occasion(request: HttpRequest, reminder: Reminder) -> HttpResponse:
    """One occasion: its schedule, whom it goes to next and when, and what it says."""
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


def _from(day: datetime.date, turns: Turns) -> list[Schedule]:
    """The schedules that hold on `day` or later."""
    return [turns.on(day), *(schedule for _day, schedule in turns.changes_after(day))]


def _example(next_one: Coming) -> MessageGroup | None:
    """The first message of that day, as it would read then."""
    shown = grouped(messages_on(next_one.day, occasion=next_one.occasion, most=1))
    return shown[0] if shown else None


@needs("outbox.set_schedule", _reminder)
@require_http_methods(["GET", "HEAD", "POST"])
def set_occasion_schedule(request: HttpRequest, reminder: Reminder) -> HttpResponse:
    """Change the schedule, after a look at what would then be sent (EL-60)."""
    row, turns = timetable_of(reminder), turns_now(reminder)
    form = ScheduleForm(request.POST or None, reminder=reminder, schedule=turns.now_and_then[-1][1], record=row)
    tried: list[Coming] | None = None
    status = 200
    if form.is_valid():
        facts = form.cleaned_data
        if "look" in request.POST:
            tried = _next(reminder, with_turn(turns, form.schedule, facts["valid_from"]))
        elif _set(request, form, reminder, form.schedule, facts["valid_from"], facts["reason"]):
            messages.success(request, _("The schedule is saved. It holds from %(day)s on.") % {"day": date_format(facts["valid_from"])})
            return redirect("outbox-occasion", occasion=reminder.occasion)
        else:
            status = 409
    context = {
        "form": form,
        "reminder": reminder,
        "tried": tried,
        "looked_ahead": LOOKED_AHEAD.days,
    }
    return render(request, "outbox/schedule.html", context, status=status)


@needs("outbox.set_schedule", _reminder)
@require_http_methods(["GET", "HEAD", "POST"])
def set_default_schedule(request: HttpRequest, reminder: Reminder) -> HttpResponse:
    """Back to the schedule that the portal came with, from tomorrow on."""
    form = DefaultForm(request.POST or None, record=timetable_of(reminder))
    status = 200
    if form.is_valid():
        if _set(request, form, reminder, None, timezone.localdate() + DAY, ""):
            messages.success(request, _("The default schedule holds again from tomorrow on."))
            return redirect("outbox-occasion", occasion=reminder.occasion)
        status = 409
    context = {"form": form, "reminder": reminder, "default": describe_schedule(reminder.schedule, reminder.audiences)}
    return render(request, "outbox/schedule_default.html", context, status=status)


def _set(
    request: HttpRequest, form: ActForm, reminder: Reminder, schedule: Schedule | None, valid_from: datetime.date, reason: str
) -> bool:
    try:
        set_schedule(reminder.occasion, schedule, valid_from=valid_from, expected=form.expected, by=request.user, reason=reason)
    except Stale as stale:
        theirs = turns_of(reminder, cast(Timetable, stale.current)).now_and_then[-1][1]
        mine = in_a_sentence(schedule or reminder.schedule, reminder.audiences)
        form.became_stale(Stale(stale.current, {"schedule": (in_a_sentence(theirs, reminder.audiences), mine)}))
        return False
    except Refused as refused:
        form.add_findings(refused.findings)
        return False
    return True
