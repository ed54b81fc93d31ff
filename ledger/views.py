"""The lab's history: everything that happened, across all streams (EL-07)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from dates.database import end_of, start_of
from ledger import history_text, subjects
from ledger.history_text import HistoryLine, tell
from ledger.models import Event
from web.access import needs
from web.exports import export

PAGE = 50
MOST_EXPORTED = 20_000
HEADER = ("When (UTC)", "Residency", "What", "By whom", "From", "To", "Facts", "Hash")


@needs("ledger.view_lab_history")
@require_safe
def lab_history(request: HttpRequest) -> HttpResponse:
    """Show the newest events of all streams, filtered by the query string; older ones follow page by page, never counted."""
    form = HistoryFilter(request.GET or None)
    events = _newest(_filtered(form), request.GET.get("before", ""))[: PAGE + 1]
    rows = list(events)
    context = {
        "form": form,
        "events": [_history_line(event) for event in rows[:PAGE]],
        "older": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "filtered": form.is_bound and any(form.data.get(name) for name in form.fields),
    }
    return render(request, "ledger/history.html", context)


@needs("ledger.view_lab_history")
@require_safe
def lab_history_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """Export the newest events that match the query string, at most twenty thousand, as a file."""
    events = _newest(_filtered(HistoryFilter(request.GET or None)), "")[:MOST_EXPORTED]
    return export(f"history-{timezone.localdate():%Y-%m-%d}", file_format, HEADER, _cells(events))


def _filtered(form: HistoryFilter) -> QuerySet[Event]:
    owners = subjects.with_subject("stream", documents=True)
    events = Event.objects.select_related(*owners)
    if not form.is_valid():
        return events
    wanted = form.cleaned_data
    if wanted["act"]:
        events = events.filter(act=wanted["act"])
    if wanted["who"]:
        events = events.filter(actor_name__icontains=wanted["who"])
    if wanted["reference"]:
        about = Q()
        for owner in owners:
            about |= Q(**{f"{owner}__reference__iexact": wanted["reference"].strip()})
        events = events.filter(about)
    if wanted["since"]:
        events = events.filter(at__gte=start_of(wanted["since"]))
    if wanted["until"]:
        events = events.filter(at__lt=end_of(wanted["until"]))
    return events


def _newest(events: QuerySet[Event], before: str) -> QuerySet[Event]:
    if before.isdecimal() and len(before) < 19:
        events = events.filter(pk__lt=int(before))
    return events.order_by("-pk")


def _subject(event: Event) -> Any:
    return None if event.stream.kind == "lab" else subjects.subject_of(event.stream)


def _history_line(event: Event) -> HistoryLine:
    subject = _subject(event)
    return tell(event, about=str(subject), url=subject.get_absolute_url()) if subject else tell(event)


def _cells(events: QuerySet[Event]) -> Iterator[tuple[Any, ...]]:
    for event in events.iterator(chunk_size=1000):
        subject, line = _subject(event), tell(event, in_file=True)
        about = subject.reference if subject else ""
        yield event.at, about, line.what, event.actor_name, event.from_state, event.to_state, line.detail, event.hash


class HistoryFilter(forms.Form):
    """Filters for events; every field is optional."""

    act = forms.ChoiceField(label=_("What"), required=False)
    who = forms.CharField(label=_("Actor"), required=False, max_length=100)
    reference = forms.CharField(
        label=_("Residency"), required=False, max_length=20, widget=forms.TextInput(attrs={"placeholder": "XL-2026-014"})
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["act"].choices = [("", _("Anything")), *history_text.acts()]  # type: ignore[attr-defined]
