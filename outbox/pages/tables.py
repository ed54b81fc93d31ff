"""The outbox's list: its columns and filters."""

from __future__ import annotations

import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from dates.database import end_of, start_of
from ledger import subjects
from outbox.catalogue.messages import MESSAGES, occasion_label
from outbox.models import Message, State
from people.lists.bulk import SelectColumn
from web.paging import Table, TemplateColumn

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


NO_DAY = {"invalid": _("Use YYYY-MM-DD, for example 2026-11-22.")}


class DaysForm(forms.Form):
    """Checks that the two days, if both are given, are in order."""

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        since, until = facts.get("since"), facts.get("until")
        if since and until and since > until:
            self.add_error("until", _t("Choose %(day)s or a later day.") % {"day": date_format(since)})
        return facts


class MessageFilter(django_filters.FilterSet):
    """Filters messages by words, state, reason, subject and due date (EL-62).

    If one filter is invalid, none is applied: a list with only half of them applied would be taken for the whole answer.
    """

    q = django_filters.CharFilter(
        label=_("Name, address, subject or reference"), method="by_words", widget=forms.TextInput(attrs={"type": "search"})
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=State.choices, empty_label=_("Any state"))
    occasion = django_filters.ChoiceFilter(
        label=_("Why"),
        empty_label=_("Any reason"),
        choices=lambda: [(key, kind.label) for key, kind in sorted(MESSAGES.items())],
    )
    since = django_filters.DateFilter(label=_("Due from"), method="due_since", widget=DAY, error_messages=NO_DAY)
    until = django_filters.DateFilter(label=_("Due to"), method="due_until", widget=DAY, error_messages=NO_DAY)

    class Meta:
        model = Message
        form = DaysForm
        fields: tuple[str, ...] = ()

    def by_words(self, messages: QuerySet[Message], name: str, words: str) -> QuerySet[Message]:
        condition = Q(to_name__icontains=words) | Q(to_address__icontains=words) | Q(subject__icontains=words)
        for kind in subjects.kinds():
            condition |= Q(**{f"stream__{kind.related_name}__reference__iexact": words.strip()})
        return messages.filter(condition)

    def due_since(self, messages: QuerySet[Message], name: str, day: datetime.date) -> QuerySet[Message]:
        return messages.filter(due_at__gte=start_of(day))

    def due_until(self, messages: QuerySet[Message], name: str, day: datetime.date) -> QuerySet[Message]:
        return messages.filter(due_at__lt=end_of(day))

    def filter_queryset(self, messages: QuerySet[Message]) -> QuerySet[Message]:
        return super().filter_queryset(messages) if self.form.is_valid() else messages

    @property
    def is_on(self) -> bool:
        return self.form.is_valid() and any(self.form.cleaned_data.values())


WHEN = "{% load portal %}<span class='nowrap'>{{ value|pacific_short }}</span>"
CHIP = '{% include "components/chip.html" with label=record.get_state_display tone=record.look.tone icon=record.look.icon only %}'
STATE = CHIP + "{% if record.last_error %}<span class='cell-sub'>{{ record.last_error|truncatechars:80 }}</span>{% endif %}"
TO = "{% if value %}{{ value }}<br>{% endif %}<span class='cell-sub'>{{ record.to_address }}</span>"

WORDS = {"td": {"class": "cell-words"}}
TITLE = {"td": {"class": "cell-words cell-title"}}


class MessageTable(Table):
    """One row per message, without any query per row."""

    select = SelectColumn()
    subject = tables.Column(verbose_name=_("Message"), linkify=("outbox-message", {"pk": tables.A("pk")}), orderable=False, attrs=TITLE)
    state = TemplateColumn(STATE, verbose_name=_("State"), orderable=False, attrs=WORDS)
    due_at = TemplateColumn(WHEN, verbose_name=_("Due, Pacific"), order_by=("due_at", "id"))
    to_name = TemplateColumn(TO, verbose_name=_("To"), orderable=False, attrs=WORDS)
    occasion = tables.Column(verbose_name=_("Why"), orderable=False)
    about = TemplateColumn(
        "{% if value %}<a class='nowrap' href='{{ value.get_absolute_url }}'>{{ value.reference }}</a>{% endif %}",
        accessor="subject_matter", verbose_name=_("About"), orderable=False,
    )  # fmt: skip
    attempts = tables.Column(verbose_name=_("Attempts"), orderable=False, attrs={"td": {"class": "tabular"}})

    label = _("Messages")
    cards = True

    class Meta:
        model = Message
        fields = ("select", "subject", "state", "due_at", "to_name", "occasion", "about", "attempts")
        order_by = ("-due_at",)

    def __init__(self, *args: Any, selects: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, exclude=() if selects else ("select",), **kwargs)

    def render_occasion(self, value: str) -> str:
        return occasion_label(value)
