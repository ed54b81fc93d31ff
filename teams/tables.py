"""The lists over the whole lab."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from teams.models import RoleFinding, Service, Sprint

WHEN = '<a href="{{ record.get_absolute_url }}">{{ record.when }}</a>'
STATE = "{% include 'teams/_review_chip.html' with sprint=record only %}"


class ReviewTable(tables.Table):
    """One row a review, the next first."""

    when = tables.TemplateColumn(WHEN, verbose_name=_("When"), orderable=False)
    residency = tables.Column(_("Residency"), accessor="team__residency", orderable=False, linkify=True)
    sprint = tables.Column(_("Sprint"), accessor="number", orderable=False)
    place = tables.Column(_("Place"), orderable=False, default="")
    state = tables.TemplateColumn(STATE, verbose_name=_("State"), orderable=False, empty_values=())

    label = _("Sprint reviews")

    class Meta:
        model = Sprint
        fields = ("when", "residency", "sprint", "place", "state")


LEVEL = "{% load portal %}{% with look=record|severity_look %}{% include 'components/chip.html' with label=look.label tone=look.tone icon=look.icon only %}{% endwith %}"
FOUND = '{{ record.message }}<span class="cell-sub">{{ record.remedy }}</span>'
TEAM = '<a href="{% url "team" record.team.residency.reference %}">{{ record.team.residency }}</a><span class="cell-sub">{{ record.team.residency.program_area.ministry }}</span>'
SINCE = "{% load portal i18n %}{{ record.opened_at|day }}{% if record.resolved_at %}<span class='cell-sub'>{% blocktranslate trimmed with day=record.resolved_at|day %}resolved {{ day }}{% endblocktranslate %}</span>{% endif %}"  # noqa: E501


class CheckTable(tables.Table):
    """One row a finding, the gravest and oldest first."""

    level = tables.TemplateColumn(LEVEL, verbose_name=_("Level"), order_by=("severity",), accessor="severity")
    finding = tables.TemplateColumn(FOUND, verbose_name=_("Finding and remedy"), orderable=False, accessor="message")
    residency = tables.TemplateColumn(TEAM, verbose_name=_("Residency"), orderable=False, accessor="team")
    since = tables.TemplateColumn(SINCE, verbose_name=_("Since"), accessor="opened_at")

    label = _("Role checks")

    class Meta:
        model = RoleFinding
        fields = ("level", "finding", "residency", "since")


class ServiceTable(tables.Table):
    """One row a service, the newest first."""

    given_on = tables.DateColumn(verbose_name=_("Day"))
    residency = tables.Column(_("Team"), accessor="team__residency", orderable=False, linkify=True)
    kind = tables.Column(_("Kind of help"), accessor="get_kind_display", orderable=False)
    given_by = tables.Column(_("By whom"), orderable=False)
    result = tables.Column(_("Result"), orderable=False, default="")

    label = _("Services received")

    class Meta:
        model = Service
        fields = ("given_on", "residency", "kind", "given_by", "result")
