"""The outbox: what we told whom, and what to do when it did not arrive (EL-62)."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from outbox.actions import cancel, resend
from outbox.alarm import complaints
from outbox.filters import MessageFilter
from outbox.letters import NoLongerHolds, letter_of
from outbox.models import Message, unsealed
from outbox.occasions import occasion_label
from outbox.reminding import Letter
from outbox.tables import MessageTable
from people.models import User
from web.access import needs
from web.paging import paged


@needs("outbox.view_message")
def outbox(request: HttpRequest) -> HttpResponse:
    """All messages, the latest due first."""
    found = MessageFilter(request.GET, queryset=Message.objects.for_list())
    table = MessageTable(found.qs)
    paged(request, table)
    table.empty = _nothing(found)
    context = {"filter": found, "table": table, "suspended": settings.OUTBOX_SUSPENDED, "late": complaints()}
    return render(request, "outbox/list.html", context)


def _nothing(found: MessageFilter) -> dict[str, str]:
    if found.is_on:
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
    return get_object_or_404(Message.objects.with_subject().select_related("digest"), pk=pk)


@needs("outbox.view_message", _message)
def message(request: HttpRequest, message: Message) -> HttpResponse:
    """One message with its text, a reminder's as it would read today; a secret in it is named and never shown."""
    letter = _letter(message)
    context = {
        "message": message,
        "letter": letter,
        "says": unsealed(letter.text),
        "not_yet_written": not message.text,
        "failures": message.failures.all(),
        "parts": message.parts.order_by("pk") if message.is_digest else (),
        "why": occasion_label(message.occasion),
        "may_send": request.user.has_perm("outbox.send_message"),
        "suspended": settings.OUTBOX_SUSPENDED,
    }
    return render(request, "outbox/message.html", context)


def _letter(message: Message) -> Letter:
    """What the message says; a digest that has nothing left to tell says why it will not go."""
    try:
        return letter_of(message)
    except NoLongerHolds as gone:
        return Letter(message.subject, str(gone))


@needs("outbox.send_message", _message)
@require_POST
def resend_message(request: HttpRequest, message: Message) -> HttpResponse:
    if message.may_be_resent:
        resend(message, by=request.user)
        messages.success(request, _("The message is in the queue again."))
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
