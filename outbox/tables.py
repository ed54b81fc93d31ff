from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from outbox.models import Message
from outbox.occasions import occasion_label

WHEN = "{% load portal %}{{ value|pacific }}"
CHIP = '{% include "components/chip.html" with label=record.get_state_display tone=record.look.tone icon=record.look.icon only %}'
TO = "{% if value %}{{ value }}<br>{% endif %}<span class='cell-sub'>{{ record.to_address }}</span>"


class MessageTable(tables.Table):
    """One row a message; asks the database nothing a row."""

    subject = tables.Column(verbose_name=_("Message"), linkify=("outbox-message", {"pk": tables.A("pk")}), orderable=False)
    to_name = tables.TemplateColumn(
        "{% if value %}{{ value }}<br>{% endif %}<span class='cell-sub'>{{ record.to_address }}</span>",
        verbose_name=_("To"),
        orderable=False,
    )
    occasion = tables.Column(verbose_name=_("Why"), orderable=False)
    about = tables.TemplateColumn(
        "{% if value %}<a class='nowrap' href='{{ value.get_absolute_url }}'>{{ value.reference }}</a>{% endif %}",
        accessor="subject_matter", verbose_name=_("About"), orderable=False,
    )  # fmt: skip
    state = tables.TemplateColumn(CHIP, verbose_name=_("State"), orderable=False)
    due_at = tables.TemplateColumn(WHEN, verbose_name=_("Due"), order_by=("due_at", "id"))
    attempts = tables.Column(verbose_name=_("Tries"), orderable=False, attrs={"td": {"class": "tabular"}})
    last_error = tables.Column(verbose_name=_("Last problem"), orderable=False, empty_values=(None,))

    label = _("Messages")

    class Meta:
        model = Message
        fields = ("subject", "to_name", "occasion", "about", "state", "due_at", "attempts", "last_error")
        order_by = ("-due_at",)

    def render_occasion(self, value: str) -> str:
        return occasion_label(value)

    def render_last_error(self, value: str) -> Any:
        return value if len(value) <= 80 else f"{value[:79]}…"
