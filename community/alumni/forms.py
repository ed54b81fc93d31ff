"""Forms about alumni: who joins, what they offer, and what others see (EL-54, EL-82)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.choices import HelpTopic
from community.models import Offer
from community.models.alumni import MOST_TEAMS
from people.picker import PersonForm
from residencies.models import Residency
from residencies.models.states import State
from web.forms import ActForm


class OfferForm(ActForm):
    """What someone offers; without anything chosen, the offer is withdrawn."""

    verb = _("Save offer")
    topics = forms.MultipleChoiceField(
        label=_("Topics"), choices=HelpTopic.choices, widget=forms.CheckboxSelectMultiple, required=False,
        help_text=_("Teams find people by topic."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Offer"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: I can review your first roadmap, or tell your executive what a year of Agile delivery was like."),
    )
    teams_at_once = forms.IntegerField(
        label=_("Teams to mentor at a time"),
        min_value=0,
        max_value=MOST_TEAMS,
        help_text=_("Enter 0 if they don’t mentor teams. To withdraw the offer, also clear the topics and the text."),
    )

    def __init__(self, *args: Any, offer: Offer | None, **kwargs: Any) -> None:
        given = {"topics": offer.topics, "text": offer.text, "teams_at_once": offer.teams_at_once} if offer else {"teams_at_once": 0}
        super().__init__(*args, initial=given, **kwargs)
        revision = offer.revision if offer else 0
        self.fields["shown_revision"] = forms.IntegerField(widget=forms.HiddenInput, initial=revision)


class ListingForm(ActForm):
    verb = _("Save changes")
    is_listed = forms.BooleanField(
        label=_("In the alumni directory"),
        required=False,
        help_text=_("If you clear this, the person is removed from the directory and their offer is deleted."),
    )
    shows_email = forms.BooleanField(
        label=_("Show the email address to teams"),
        required=False,
        help_text=_("Lab staff always see it. Without this, teams get in touch through the lab."),
    )


class AddForm(PersonForm):
    """Someone who graduated with a residency."""

    verb = _("Add to directory")
    residency = forms.ModelChoiceField(
        label=_("Residency"),
        queryset=Residency.objects.filter(state=State.GRADUATED).order_by("product", "pk"),
        empty_label=_("Choose a residency that has graduated"),
    )
    role = forms.CharField(label=_("Role at the time"), max_length=100, required=False)
    field_order = ("residency", "who", "person", "name", "email", "role")
