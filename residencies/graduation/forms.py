"""Forms of the way home: releases, the graduation plan and clock, and conversations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from residencies.lifecycle.forms import words
from residencies.models import Conversation, Release
from web.forms import ActForm, DayField


class ReleaseForm(ActForm):
    verb = _("Record the release")
    stage = forms.ChoiceField(label=_("Stage"), choices=[c for c in Release.Stage.choices if c[0] != Release.Stage.LIVE])
    released_on = DayField(label=_("Release date"))
    note = forms.CharField(label=_("Summary of the release"), max_length=500, required=False)


class PlanForm(ActForm):
    verb = _("Save the plan")
    home = forms.CharField(label=_("The team’s home in the ministry"), max_length=200, required=False)
    product_ownership = words(_("Product ownership after graduation"), required=False)
    people = words(_("Staffing, and handover from vendors with dates"), required=False)
    funding = words(_("Ongoing funding"), required=False)
    upkeep = words(_("Hosting and security"), required=False)
    next_products = words(_("Next products"), required=False)
    risks = words(_("Risks of disruption"), required=False)
    responsible = forms.CharField(label=_("Person responsible for the plan"), max_length=150, required=False)
    carried_out_on = DayField(
        label=_("Date carried out"),
        required=False,
        help_text=_("Leave this empty until the team has moved to its ministry. The residency can’t graduate without it."),
    )


class ExtendForm(ActForm):
    verb = _("Give more time")
    to_on = DayField(label=_("New date"))
    acknowledged = forms.BooleanField(label=_("An extension of more than twelve months is intentional"), required=False)
    reason = words(_("Reason"), help_text=_("The reason is kept in the history with your name."))


class OpenConversationForm(ActForm):
    verb = _("Open the conversation")
    expectation = words(_("Expectation that can’t be met"), help_text=_("Name the clause of the agreement if there is one."))
    raised_by = forms.CharField(label=_("Raised by"), max_length=150)


class HoldConversationForm(ActForm):
    verb = _("Record the outcome")
    held_on = DayField(label=_("Date held"))
    present = words(
        _("Attendees"),
        help_text=_(
            "All six groups should be there: the assistant deputy minister, the executive director, the product owner, the leaders of "
            "the lab, the champions and the partners."
        ),
    )
    notes = words(_("Notes"), rows=5, most=10_000, required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Conversation.Outcome.choices, widget=forms.RadioSelect)


class CorrectConversationForm(HoldConversationForm):
    verb = _("Record the correction")
    reason = words(_("Reason for the correction"), help_text=_("We keep the first record next to the correction."))

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        initial = {name: getattr(conversation, name) for name in ("held_on", "present", "notes", "outcome")}
        super().__init__(*args, initial=initial, **kwargs)
