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


GRADUATED = "graduated-residencies"
OFFERED = 20


def graduated_like(words: str) -> list[Residency]:
    """Return the first graduated residencies that match the words, for the list that opens as somebody types."""
    return list(Residency.objects.filter(state=State.GRADUATED).matching(words).order_by("product", "pk")[:OFFERED])


class GraduatedField(forms.CharField):
    """A residency that has graduated: its reference, which may be followed by its product, as in the list."""

    widget = forms.TextInput(
        attrs={
            "list": GRADUATED, "autocomplete": "off", "hx-get": ".", "hx-trigger": "input changed delay:300ms",
            "hx-target": f"#{GRADUATED}", "hx-sync": "this:replace",
        }
    )  # fmt: skip

    def clean(self, value: Any) -> Residency:
        reference = (super().clean(value).split() or [""])[0]
        residency = Residency.objects.filter(state=State.GRADUATED, reference__iexact=reference).first()
        if residency is None:
            message = _("No residency with this reference has graduated. Choose one from the list that opens as you type.")
            raise forms.ValidationError(message, code="not-graduated")
        return residency


class AddForm(PersonForm):
    """Someone who graduated with a residency."""

    verb = _("Add to directory")
    residency = GraduatedField(
        label=_("Residency"), max_length=200, help_text=_("Type a product or a reference, then choose a residency that has graduated.")
    )
    role = forms.CharField(label=_("Role at the time"), max_length=100, required=False)
    field_order = ("residency", "who", "person", "name", "email", "role")
