"""The forms about experts, their sessions and the lab's desks: what is filled in, and nothing decided (EL-48, EL-49)."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.choices import Discipline
from community.models import Expert
from people.picker import PersonForm
from teams.sprints.rules import LEAST_MINUTES, MOST_MINUTES
from web.forms import ActForm, ClockField, DayField


class ExpertFields(ActForm):
    """What is said of an expert beside who it is."""

    disciplines = forms.MultipleChoiceField(
        label=_("Disciplines"), choices=Discipline.choices, widget=forms.CheckboxSelectMultiple, required=True,
        error_messages={"required": _("Tick at least one discipline.")},
    )  # fmt: skip
    availability = forms.CharField(
        label=_("Availability"), max_length=200, required=False, help_text=_("For example: Tuesday and Thursday mornings.")
    )
    from_on = DayField(label=_("First day"))
    to_on = DayField(label=_("Last day"), required=False, help_text=_("Leave empty if there is no planned end."))

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        first, last = facts.get("from_on"), facts.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("The last day is before the first day."))
        return facts


class ExpertForm(ExpertFields, PersonForm):
    verb = _("Add expert")
    field_order = ("who", "person", "name", "email", "disciplines", "availability", "from_on", "to_on")


class ExpertEditForm(ExpertFields):
    verb = _("Save changes")


class MatchForm(ActForm):
    """An expert and a time; `experts` are those who may be chosen."""

    verb = _("Schedule session")
    expert = forms.ModelChoiceField(label=_("Expert"), queryset=Expert.objects.none(), empty_label=_("Choose an expert"))
    on = DayField(label=_("Date"))
    at = ClockField(label=_("Start time (Pacific)"))
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=LEAST_MINUTES, max_value=MOST_MINUTES, initial=60)
    place = forms.CharField(
        label=_("Place or meeting link"), max_length=300, required=False, help_text=_("Included in the email and the calendar file.")
    )

    def __init__(self, *args: Any, experts: list[Expert], record: Any, **kwargs: Any) -> None:
        initial = {} if record.minutes else {"minutes": 60, "at": datetime.time(10)}
        super().__init__(*args, record=record, initial=initial, **kwargs)
        self.fields["expert"].queryset = Expert.objects.filter(pk__in=[expert.pk for expert in experts]).select_related("person")  # type: ignore[attr-defined]


class HoldForm(ActForm):
    verb = _("Record the outcome")
    outcome = forms.CharField(
        label=_("Outcome"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What the team will do next, and what other teams can learn from it."),
    )

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        if record.is_held:
            # Not asked of someone who filled the form in before a colleague recorded the outcome: they are shown that first.
            asked = str(record.revision) == self.data.get("shown_revision", str(record.revision))
            self.fields["reason"] = forms.CharField(
                label=_("Reason for the correction"),
                max_length=300,
                required=asked,
                help_text=_("This is recorded in History with your name and the earlier outcome."),
            )


class CallOffForm(ActForm):
    verb = _("Cancel session")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The team and the expert will read it."))


class AskForm(ActForm):
    verb = _("Send request")
    discipline = forms.ChoiceField(label=_("Discipline"), choices=[("", _("Choose a discipline")), *Discipline.choices])
    question = forms.CharField(
        label=_("The team’s question"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The lab uses it to find the right expert, who reads it before the session. Include what you’ve tried so far."),
    )
