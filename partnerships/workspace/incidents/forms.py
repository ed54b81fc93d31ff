"""Forms of a rapid response: one to open it on a phone, and the ones that follow (PB-12)."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partnerships.choices import IncidentKind
from partnerships.models import Incident, Partner, Partnership
from people.fields import LineInput
from web.forms import ActForm, ClockField, DayField


def moment(on: datetime.date | None, at: datetime.time | None) -> datetime.datetime | None:
    """Return the moment that a date and a time name, or None without either; a date alone begins at midnight."""
    if on is None and at is None:
        return None
    day = on or timezone.localdate()
    return timezone.make_aware(datetime.datetime.combine(day, at or datetime.time()))


def _moment_now() -> dict[str, Any]:
    now = timezone.localtime()
    return {"on": now.date(), "at": now.time().replace(second=0, microsecond=0)}


class IncidentForm(ActForm):
    """What has to be known at once. All partners are ticked, and the call came when the form was opened, unless someone says otherwise."""

    kind = forms.ChoiceField(label=_("What happened"), choices=IncidentKind.choices, widget=forms.RadioSelect)
    about = LineInput(label=_("In a few words"), max_length=100, required=False, help_text=_("Only if you chose “Other”."))
    community = LineInput(label=_("Community"), max_length=100)
    called = forms.ModelMultipleChoiceField(
        label=_("Partners called"), queryset=Partner.objects.none(), widget=forms.CheckboxSelectMultiple, required=False
    )
    presence = LineInput(
        label=_("First presence"),
        max_length=200,
        required=False,
        help_text=_("Where and when, for example “Legion hall, today from 14:00”."),
    )
    on = DayField(label=_("Call received on"), required=False)
    at = ClockField(label=_("Call received at"), required=False)

    def __init__(self, *args: Any, partnership: Partnership, record: Incident | None = None, **kwargs: Any) -> None:
        partners = Partner.objects.filter(partnership=partnership, left_on=None).select_related("organization").order_by("pk")
        initial: dict[str, Any] = {**_moment_now(), "called": partners}
        if record:
            called_at = timezone.localtime(record.called_at)
            initial = {"on": called_at.date(), "at": called_at.time(), "called": record.called.all()}
        super().__init__(*args, record=record, initial=initial, **kwargs)
        self.verb = _("Save changes") if record else _("Open rapid response")
        self.fields["called"].queryset = partners  # type: ignore[attr-defined]

    @property
    def words(self) -> dict[str, Any]:
        """What was entered, with the moment of the call, unless it was left blank or is the one that the form showed."""
        facts = self.facts
        entered = (facts.pop("on"), facts.pop("at"))
        called_at = moment(*entered)
        shown = timezone.localtime(self.record.called_at) if isinstance(self.record, Incident) else None
        if called_at and not (shown and called_at == shown.replace(second=0, microsecond=0)):
            facts["called_at"] = called_at
        return facts


class ServedForm(ActForm):
    """When the first client was served."""

    verb = _("Record first client")
    on = DayField(label=_("Served on"))
    at = ClockField(label=_("Served at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial=_moment_now(), **kwargs)


class LessonsForm(ActForm):
    verb = _("Deactivate rapid response")
    lessons = forms.CharField(
        label=_("Lessons"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What worked, and what to do differently next time. Everyone on the partnership can read it."),
    )  # fmt: skip
