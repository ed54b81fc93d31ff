from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from outbox.catalogue.messages import occasion_label
from outbox.models import Message

WHEN = "{% load portal %}<span class='nowrap'>{{ value|pacific_short }}</span>"
CHIP = '{% include "components/chip.html" with label=record.get_state_display tone=record.look.tone icon=record.look.icon only %}'
STATE = CHIP + "{% if record.last_error %}<span class='cell-sub'>{{ record.last_error|truncatechars:80 }}</span>{% endif %}"
TO = "{% if value %}{{ value }}<br>{% endif %}<span class='cell-sub'>{{ record.to_address }}</span>"

WORDS = {"td": {"class": "cell-words"}}


class MessageTable(tables.Table):
    """One row a message; asks the database nothing a row."""

    subject = tables.Column(verbose_name=_("Message"), linkify=("outbox-message", {"pk": tables.A("pk")}), orderable=False, attrs=WORDS)
    state = tables.TemplateColumn(STATE, verbose_name=_("State"), orderable=False, attrs=WORDS)
    due_at = tables.TemplateColumn(WHEN, verbose_name=_("Due, Pacific"), order_by=("due_at", "id"))
    to_name = tables.TemplateColumn(TO, verbose_name=_("To"), orderable=False, attrs=WORDS)
    occasion = tables.Column(verbose_name=_("Why"), orderable=False)
    about = tables.TemplateColumn(
        "{% if value %}<a class='nowrap' href='{{ value.get_absolute_url }}'>{{ value.reference }}</a>{% endif %}",
        accessor="subject_matter", verbose_name=_("About"), orderable=False,
    )  # fmt: skip
    attempts = tables.Column(verbose_name=_("Tries"), orderable=False, attrs={"td": {"class": "tabular"}})

    label = _("Messages")
    cards = True

    class Meta:
        model = Message
        fields = ("subject", "state", "due_at", "to_name", "occasion", "about", "attempts")
        order_by = ("-due_at",)

    def render_occasion(self, value: str) -> str:
        return occasion_label(value)
