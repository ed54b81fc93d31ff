"""The forms about experts, their sessions and the lab's desks: what is filled in, and nothing decided (EL-48, EL-49)."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.choices import Discipline
from community.models import Expert
from people.picker import PersonForm
from teams.sprints.forms import ClockField
from teams.sprints.rules import LEAST_MINUTES, MOST_MINUTES
from web.forms import ActForm, DayField


class ExpertFields(ActForm):
    """What is said of an expert beside who it is."""

    disciplines = forms.MultipleChoiceField(
        label=_("What they know"), choices=Discipline.choices, widget=forms.CheckboxSelectMultiple, required=True,
        error_messages={"required": _("Tick at least one discipline.")},
    )  # fmt: skip
    availability = forms.CharField(
        label=_("When they can be had"), max_length=200, required=False, help_text=_("For example: Tuesdays and Thursdays in the morning.")
    )
    from_on = DayField(label=_("First day"))
    to_on = DayField(label=_("Last day"), required=False, help_text=_("Leave empty while no end is planned."))

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        first, last = facts.get("from_on"), facts.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("The last day is before the first day."))
        return facts


class ExpertForm(ExpertFields, PersonForm):
    verb = _("Add the expert")
    field_order = ("who", "person", "name", "email", "disciplines", "availability", "from_on", "to_on")


class ExpertEditForm(ExpertFields):
    verb = _("Save")


class MatchForm(ActForm):
    """An expert and a time; `experts` are those who may be chosen."""

    verb = _("Set the session")
    expert = forms.ModelChoiceField(label=_("Expert"), queryset=Expert.objects.none(), empty_label=_("Choose an expert"))
    on = DayField(label=_("Day"))
    at = ClockField(label=_("Time of day, Pacific"))
    minutes = forms.IntegerField(label=_("How long, in minutes"), min_value=LEAST_MINUTES, max_value=MOST_MINUTES, initial=60)
    place = forms.CharField(
        label=_("Place or meeting link"), max_length=300, required=False, help_text=_("It is in the mail and in each calendar.")
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
        help_text=_("What the team will do now, and what other teams can learn from it."),
    )

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        if record.is_held:
            # Not asked of someone who filled the form in before a colleague recorded the outcome: they are shown that first.
            asked = str(record.version) == self.data.get("version", str(record.version))
            self.fields["reason"] = forms.CharField(
                label=_("Reason for the correction"),
                max_length=300,
                required=asked,
                help_text=_("This is recorded in History with your name and the earlier outcome."),
            )


class CallOffForm(ActForm):
    verb = _("Cancel session")
    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("Team and expert read this."))


class AskForm(ActForm):
    verb = _("Ask the lab")
    discipline = forms.ChoiceField(label=_("Discipline"), choices=[("", _("Choose a discipline")), *Discipline.choices])
    question = forms.CharField(
        label=_("What does the team want to know?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The lab looks for an expert with it, and the expert reads it first. Say what you tried so far."),
    )
