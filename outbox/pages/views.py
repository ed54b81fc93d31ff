"""The outbox: what was sent to whom, and what to do if it didn't arrive (EL-62)."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST

from ledger.models import Event
from outbox.catalogue.messages import FILE, RenderedMail, occasion_label
from outbox.delivery.compose import letter_to_read, replies_to, shown_as_html
from outbox.delivery.health import is_suspended, mail_health
from outbox.models import Message, State, unsealed
from outbox.pages.actions import cancel, resend, resend_failed, send_again
from outbox.pages.tables import MessageFilter, MessageTable
from people.lists import bulk
from people.lists.page import Acts, View, list_page
from people.models import User
from web.access import needs
from web.forms import ActForm
from web.return_url import return_url

# ── A message's history ─────────────────────────────────────────────────────────────────────────


ACTS = ("message-cancelled", "message-resent", "message-sent-again")
ALL_AGAIN = "messages-resent"


@dataclass(frozen=True)
class Moment:
    """One event in a message's history, as components/timeline.html shows it."""

    what: str
    at: datetime.datetime
    who: str = ""
    detail: str = ""
    tone: str = ""
    url: str = ""


def message_timeline(message: Message) -> list[Moment]:
    """Return everything recorded about `message`, newest first; three queries."""
    by_hand = {
        "message-cancelled": _("%(name)s withdrew the message."),
        "message-resent": _("%(name)s put the message back in the queue."),
        "message-sent-again": _("%(name)s sent the message a second time."),
    }
    moments = [Moment(_("Queued"), message.made_at, detail=_due(message))]
    moments += [Moment(_("Attempt failed"), failure.at, detail=failure.error, tone="danger") for failure in message.failures.all()]
    stream = {"stream": message.stream_id} if message.stream_id else {"stream__kind": "lab"}
    events = Event.objects.filter(**stream, act__in=ACTS, facts__message=message.pk)
    moments += [Moment(by_hand[event.act] % {"name": event.actor_name}, event.at) for event in events]
    all_again = Event.objects.filter(stream__kind="lab", act=ALL_AGAIN, at__gte=message.made_at)
    moments += [
        Moment(_("%(name)s put all failed messages back in the queue.") % {"name": event.actor_name}, event.at)
        for event in all_again
        if message.pk in event.facts.get("messages", ())
    ]
    if message.state == State.CLAIMED and message.claimed_until:
        moments.append(Moment(_("A worker is sending it"), min(timezone.now(), message.claimed_until), message.claimed_by, tone="active"))
    if message.sent_at:
        moments.append(Moment(_("Accepted by the mail server"), message.sent_at, tone="success"))
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _due(message: Message) -> str:
    return _("Due on %(when)s, Pacific.") % {"when": date_format(timezone.localtime(message.due_at), "j F Y, g:i a")}


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────


POLICY = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": [""],
}


def framed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let our own pages show the view's response in a frame, and allow it only text and inline styles."""
    return csp(POLICY)(xframe_options_sameorigin(view))


@needs("outbox.view_message")
def outbox(request: HttpRequest) -> HttpResponse:
    """List all messages, latest due date first."""
    message_filter = MessageFilter(request.GET, queryset=Message.objects.for_list())
    may_send = request.user.has_perm("outbox.send_message")
    table = MessageTable(message_filter.qs, selects=may_send)
    table.empty = _nothing(message_filter)
    acts = Acts("outbox/_list_acts.html", reverse("outbox-bulk")) if may_send else None
    fault = _("All messages are shown until this is fixed.")
    mail = mail_health()
    context = {
        "list": list_page(request, table, message_filter, views=VIEWS, fault=fault, acts=acts),
        "suspended": mail.suspended,
        "late": mail.complaints,
        "failed": mail.failed,
    }
    return render(request, "outbox/list.html", context)


VIEWS = (
    View(gettext_lazy("Failed"), {"state": State.FAILED.value}),
    View(gettext_lazy("Waiting to be sent"), {"state": State.QUEUED.value}),
    View(gettext_lazy("Waiting for a digest"), {"state": State.HELD.value}),
)


@needs("outbox.send_message")
@require_POST
def act_on_selected(request: HttpRequest) -> HttpResponse:
    """Send the selected messages that weren't sent again, or withdraw those that still wait (EL-62)."""
    back = return_url(request) or reverse("outbox")
    keys = bulk.selected(request.POST)
    if not keys:
        bulk.nothing_selected(request)
        return redirect(back)
    cancels = request.POST.get("act") == "cancel"
    rows = list(Message.objects.for_list().filter(pk__in=keys).order_by("pk"))
    may = {row.pk: row.may_be_cancelled if cancels else row.may_be_resent for row in rows}
    act = cancel if cancels else resend
    outcome = bulk.for_each([row for row in rows if may[row.pk]], lambda row: act(row, by=request.user))
    reason = _("Already sent, or being sent") if cancels else _("Waiting to be sent, or already sent")
    for row in rows:
        if not may[row.pk]:
            outcome.leave_out(row, reason)
    bulk.report(request, outcome, _cancelled(len(outcome.done)) if cancels else _resent(len(outcome.done)))
    return redirect(back)


def _resent(count: int) -> str:
    return ngettext("%(count)d message is back in the queue.", "%(count)d messages are back in the queue.", count) % {"count": count}


def _cancelled(count: int) -> str:
    done = ngettext("%(count)d message is withdrawn and won’t be sent.", "%(count)d messages are withdrawn and won’t be sent.", count)
    return done % {"count": count}


def _nothing(message_filter: MessageFilter) -> dict[str, str]:
    if message_filter.is_on:
        return {
            "title": _("No messages match these filters"),
            "text": _("Remove a filter, or search for fewer words."),
            "url": reverse("outbox"),
            "action": _("Show all messages"),
        }
    return {
        "title": _("Nothing has been sent yet"),
        "text": _("Messages appear here before they are sent, for example when you send an agreement to its parties."),
    }


def _message(user: User, pk: int) -> Message:
    return get_object_or_404(Message.objects.with_contact().select_related("digest"), pk=pk)


@needs("outbox.view_message", _message)
def message(request: HttpRequest, message: Message) -> HttpResponse:
    """Show a message and its text, a reminder as it would read today; a secret is named but never shown."""
    letter = _letter(message)
    context = {
        "message": message,
        "letter": letter,
        "says": unsealed(letter.text) if letter else "",
        "replies_to": replies_to(message),
        "has_secrets": letter and any(not name.startswith(FILE) for name in letter.mint),
        "not_yet_written": not message.text,
        "life": message_timeline(message),
        "parts": message.parts.order_by("pk") if message.is_digest else (),
        "why": occasion_label(message.occasion),
        "submission": uuid.uuid4(),
        "may_send": request.user.has_perm("outbox.send_message"),
        "may_edit_person": request.user.has_perm("people.edit_person"),
        "suspended": is_suspended(),
    }
    return render(request, "outbox/message.html", context)


def _letter(message: Message) -> RenderedMail | None:
    """Return what the message says; None if it can't be written any more because what it was about is gone."""
    try:
        return letter_to_read(message)
    except (ObjectDoesNotExist, AttributeError, TypeError):
        return None


@needs("outbox.view_message", _message)
@framed
def message_as_html(request: HttpRequest, message: Message) -> HttpResponse:
    """Show the message's HTML, for the frame on its page."""
    letter = _letter(message)
    if letter is None:
        raise Http404
    return HttpResponse(shown_as_html(letter))


@needs("outbox.send_message", _message)
@require_POST
def resend_message(request: HttpRequest, message: Message) -> HttpResponse:
    if message.may_be_resent:
        resend(message, by=request.user)
        messages.success(request, _("The message is back in the queue."))
    elif message.may_be_sent_again:
        copy = send_again(message, by=request.user)
        messages.success(request, _("The message will be sent a second time, to %(address)s.") % {"address": copy.to_address})
        return redirect("outbox-message", pk=copy.pk)
    else:
        messages.warning(request, _("Nothing was changed: this message is already waiting or was already sent."))
    return redirect("outbox-message", pk=message.pk)


@needs("outbox.send_message", _message)
@require_POST
def cancel_message(request: HttpRequest, message: Message) -> HttpResponse:
    if message.may_be_cancelled:
        cancel(message, by=request.user)
        messages.success(request, _("The message is withdrawn and won’t be sent."))
    else:
        messages.warning(request, _("Nothing was changed: this message is no longer waiting."))
    return redirect("outbox-message", pk=message.pk)


@needs("outbox.send_message")
@require_http_methods(["GET", "HEAD", "POST"])
def resend_all_failed(request: HttpRequest) -> HttpResponse:
    """Send every failed message again, after showing how many there are of each kind."""
    form = ActForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        count = resend_failed(by=request.user)
        messages.success(request, _resent(count)) if count else messages.warning(request, _("No messages have failed."))
        return redirect("outbox")
    failed = Message.objects.filter(state=State.FAILED).order_by().values("occasion").annotate(count=Count("pk")).order_by("-count")
    kinds = [(occasion_label(row["occasion"]), row["count"]) for row in failed]
    return render(request, "outbox/retry.html", {"form": form, "kinds": kinds, "count": sum(count for _label, count in kinds)})
