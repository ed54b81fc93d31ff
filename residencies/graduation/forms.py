"""Forms of the way home: releases, and the graduation plan and clock."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from oversight.checklists.forms import PlanForm
from residencies.lifecycle.forms import words
from residencies.models import Release
from web.forms import ActForm, DayField


class ReleaseForm(ActForm):
    verb = _("Record the release")
    stage = forms.ChoiceField(label=_("Stage"), choices=[c for c in Release.Stage.choices if c[0] != Release.Stage.LIVE])
    released_on = DayField(label=_("Release date"))
    note = forms.CharField(label=_("Summary of the release"), max_length=500, required=False)


class CorrectReleaseForm(ActForm):
    """Another date for the final live release."""

    verb = _("Correct release date")
    live_on = DayField(label=_("Date of the final release"))
    reason = words(_("Reason"), help_text=_("The reason and the earlier date are kept in the history with your name."))


class PlanPartForm(PlanForm):
    """What a part of the graduation plan says, who owns it, and when it is due."""

    note = words(_("Plan"), rows=5, most=4000, required=False, help_text=_("Names, dates and amounts, as far as you know them today."))
    field_order = ("note",)


class StoryForm(ActForm):
    """The story and the ceremony of a graduation."""

    verb = _("Save story")
    story = words(_("Story"), rows=10, most=10_000, required=False, help_text=_("What changed for people, in the team’s own words."))
    ceremony_on = DayField(label=_("Date of the ceremony"), required=False)
    ceremony_place = forms.CharField(label=_("Place of the ceremony"), max_length=200, required=False)


class ExtendForm(ActForm):
    verb = _("Give more time")
    to_on = DayField(label=_("New date"))
    acknowledged = forms.BooleanField(label=_("An extension of more than twelve months is intentional"), required=False)
    reason = words(_("Reason"), help_text=_("The reason is kept in the history with your name."))
