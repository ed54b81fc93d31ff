"""The forms about sprints, champions and attendance: what is filled in, and nothing decided."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.picker import PersonForm
from teams.choices import Answer, Came, ChampionRole
from teams.sprints.rules import LEAST_MINUTES, MOST_MINUTES
from web.forms import ActForm, ClockField, DayField

WEEKS = [(1, _("1 week")), (2, _("2 weeks")), (3, _("3 weeks")), (4, _("4 weeks"))]


def minutes_field() -> forms.IntegerField:
    return forms.IntegerField(label=_("Length in minutes"), min_value=LEAST_MINUTES, max_value=MOST_MINUTES, initial=60)


def place_field() -> forms.CharField:
    return forms.CharField(
        label=_("Place or meeting link"), max_length=300, required=False, help_text=_("Shown in emails and calendar entries.")
    )


class CadenceForm(ActForm):
    verb = _("Plan the sprints")
    weeks = forms.TypedChoiceField(label=_("Length of a sprint"), choices=WEEKS, coerce=int, help_text=_("Usually two or three weeks."))
    first_review_on = DayField(
        label=_("First sprint review"),
        help_text=_("The last day of the first sprint. Later reviews fall on the same day of the week."),
    )
    at = ClockField(label=_("Time of day, Pacific"), initial=datetime.time(14))
    minutes = minutes_field()
    place = place_field()


class PauseForm(ActForm):
    verb = _("Pause the sprints")
    from_on = DayField(label=_("First day of the pause"))
    resume_on = DayField(
        label=_("Date to resume"),
        required=False,
        help_text=_("Leave this empty if it isn’t known yet. You can plan sprints again later."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Everyone who is expected will see this."))


class WriteForm(ActForm):
    verb = _("Save")
    goal = forms.CharField(label=_("Goal of the sprint"), max_length=500, required=False)
    demo = forms.CharField(label=_("Demo"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    decisions = forms.CharField(label=_("Decisions"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 4}))


ALONE, FOLLOWING = "alone", "following"


class MoveForm(ActForm):
    verb = _("Move the review")
    review_on = DayField(label=_("Day"))
    review_at = ClockField(label=_("Time of day, Pacific"))
    minutes = minutes_field()
    place = place_field()
    which = forms.ChoiceField(
        label=_("Reviews to move"),
        widget=forms.RadioSelect,
        initial=ALONE,
        choices=[(ALONE, _("This review only")), (FOLLOWING, _("This review and all later ones"))],
    )

    @property
    def when(self) -> dict[str, Any]:
        """What the act asks for."""
        facts = self.facts
        return {
            "on": facts["review_on"],
            "at": facts["review_at"],
            "minutes": facts["minutes"],
            "place": facts["place"],
            "following": facts["which"] == FOLLOWING,
        }


class CallOffForm(ActForm):
    verb = _("Cancel the review")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Everyone who is expected will see this."))


class ReinstateForm(ActForm):
    verb = _("Reinstate the review")


class HoldForm(ActForm):
    verb = _("Record as held")


class PresenceForm(forms.Form):
    came = forms.ChoiceField(choices=Came.choices)


class ChampionForm(PersonForm):
    verb = _("Name as champion")
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose a role")), *ChampionRole.choices])
    is_lead = forms.BooleanField(label=_("Leads the alliance team"), required=False)
    from_on = DayField(label=_("First day"))
    field_order = ("who", "person", "name", "email", "role", "is_lead", "from_on")


class ChampionEditForm(ActForm):
    verb = _("Save")
    role = forms.ChoiceField(label=_("Role"), choices=ChampionRole.choices)
    is_lead = forms.BooleanField(label=_("Leads the alliance team"), required=False)


class ChampionEndForm(ActForm):
    verb = _("Set the last day")
    to_on = DayField(label=_("Last day as champion"))


class AnswerForm(ActForm):
    verb = _("Send the answer")
    answer = forms.ChoiceField(label=_("Will you be there?"), widget=forms.RadioSelect, choices=Answer.choices)
    delegate = forms.CharField(label=_("Name of your delegate"), max_length=150, required=False)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("answer") == Answer.DELEGATE and not facts.get("delegate", "").strip():
            self.add_error("delegate", _("Enter the name of your delegate."))
        return facts
