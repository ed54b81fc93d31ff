"""Forms for sites, arrangements and emergency plans."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.choices import Finding, Leaf, Place, Scenario, SiteState
from partnerships.models import Partner, Partnership, SafetyAssessment, Site
from people.fields import LineInput
from people.models import Organization
from people.picker import PersonForm
from web.forms import ActForm, DayField


def _line(label: Any, most: int = 200, help_text: Any = "") -> LineInput:
    return LineInput(label=label, max_length=most, required=False, help_text=help_text)


def reason_field(help_text: Any) -> forms.CharField:
    return forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=help_text)


class SiteForm(ActForm):
    """What is known of a site: the six headings of a feasibility study, its cost, and what the study came to."""

    name = LineInput(label=_("Name"), max_length=150, help_text=_("For example “Picton town hall”."))
    community = LineInput(label=_("Community"), max_length=100)
    place = forms.ChoiceField(label=_("Place"), choices=Place.choices, widget=forms.RadioSelect)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=[("", _("Same as the host partner")), *Organization.Zone.choices], required=False
    )
    host = forms.ModelChoiceField(
        label=_("Host partner"), queryset=Partner.objects.none(), required=False, empty_label=_("No host partner"), blank=True
    )
    address = _line(_("Address"))
    size = _line(_("Size"), 100, _("For example “85 m², two counters”."))
    layout = _line(_("Layout"))
    insurance = _line(_("Insurance"))
    parking = _line(_("Parking"))
    noise = _line(_("Noise"))
    clients = _line(_("Clients expected"), 200, _("For example “30 to 40 a week”."))
    cost = _line(_("Cost"), 100)
    lease_ends_on = DayField(label=_("Lease ends on"), required=False)
    finding = forms.ChoiceField(label=_("Result of the study"), choices=[("", _("Not studied yet")), *Finding.choices], required=False)

    def __init__(self, *args: Any, partnership: Partnership, record: Site | None = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.verb = _("Save changes") if record else _("Add site")
        partners = Partner.objects.filter(partnership=partnership, left_on=None).select_related("organization")
        self.fields["host"].queryset = partners  # type: ignore[attr-defined]


class ChooseSiteForm(ActForm):
    reason = reason_field(_("The reason for the decision. It stays on record with the site."))


class RefitForm(ActForm):
    verb = _("Record the change")
    note = LineInput(label=_("What changed"), max_length=200, help_text=_("For example “New counters and a second entrance”."))


class AssessmentForm(ActForm):
    """An assessment of threats and risks at a site."""

    verb = _("Record assessment")
    on = DayField(label=_("Date"))
    outcome = forms.ChoiceField(label=_("Outcome"), choices=SafetyAssessment.Outcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("People, access control and layout"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the assessment says about each. Everyone on the partnership can read it."),
    )  # fmt: skip
    url = forms.CharField(label=_("Link to the assessment"), max_length=1000, required=False, widget=forms.URLInput)


class ArrangementForm(ActForm):
    verb = _("Add arrangement")
    leaf = forms.ChoiceField(label=_("Model"), choices=[("", _("Choose a model")), *Leaf.choices])
    site = forms.ModelChoiceField(
        label=_("Site"), queryset=Site.objects.none(), required=False, empty_label=_("No site"), blank=True,
        help_text=_("Cross promotion and digital services may need none."),
    )  # fmt: skip
    from_on = DayField(label=_("First day"))
    to_on = DayField(label=_("Last day"), required=False, help_text=_("Leave blank if there’s no end date."))
    queue_owner = forms.ModelChoiceField(
        label=_("Queue run by"), queryset=Partner.objects.none(), required=False, empty_label=_("No shared queue"), blank=True
    )
    reason = reason_field(_("Why this model fits these clients and this place."))

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.filter(partnership=partnership).exclude(state=SiteState.NOT_CHOSEN)  # type: ignore[attr-defined]
        partners = Partner.objects.filter(partnership=partnership, left_on=None).select_related("organization")
        self.fields["queue_owner"].queryset = partners  # type: ignore[attr-defined]


class EndArrangementForm(ActForm):
    verb = _("Set last day")
    to_on = DayField(label=_("Last day"))


# ── Emergencies ──────────────────────────────────────────────────────────────────────────────


class EmergencyPlanForm(PersonForm):
    """Who answers for the plan, and where it is."""

    verb = _("Save emergency plan")
    url = forms.URLField(
        label=_("Link to the plan"), max_length=1000, assume_scheme="https",
        help_text=_("Where the partners keep it. At a shared site, they write one plan together."),
    )  # fmt: skip
    field_order = ("who", "person", "name", "email", "url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].label = _("Who answers for the plan")


class EmergencyTestForm(ActForm):
    """Which scenario was tested, when, and what was learned."""

    verb = _("Record test")
    scenario = forms.ChoiceField(label=_("Scenario"), choices=Scenario.choices, widget=forms.RadioSelect)
    on = DayField(label=_("Tested on"))
    learned = forms.CharField(
        label=_("What you learned"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What worked, what didn’t, and what you’ll change in the plan."),
    )  # fmt: skip
