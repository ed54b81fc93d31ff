"""Forms of the way home: releases, and the graduation plan and clock."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from residencies.lifecycle.forms import words
from residencies.models import Release
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
