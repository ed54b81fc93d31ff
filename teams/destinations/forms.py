"""The form for where someone goes after graduation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from findings import Finding
from people.picker import KNOWN, NEW, OPEN, PersonForm
from residencies.lifecycle.team import Goes
from teams.destinations.actions import MOST_WEEKS
from teams.models import Destination
from web.forms import DayField

FIELDS = {
    "destination-no-place": "place",
    "destination-no-day": "on",
    "successor-no-overlap": "overlap_weeks",
    "successor-self": "person",
}


class DestinationForm(PersonForm):
    """Where someone goes, and who takes over from them."""

    verb = _("Save destination")
    goes = forms.ChoiceField(label=_("After graduation"), choices=Goes.choices, widget=forms.RadioSelect)
    place = forms.CharField(
        label=_("Where to"),
        max_length=200,
        required=False,
        help_text=_("The branch, team or organization. Leave it empty for someone who stays."),
    )
    on = DayField(label=_("Last day"), required=False, help_text=_("Only for someone who leaves."))
    overlap_weeks = forms.IntegerField(
        label=_("Weeks of overlap"),
        required=False,
        min_value=0,
        max_value=MOST_WEEKS,
        help_text=_("How many weeks they work together before the handover."),
    )
    choices = ((OPEN, _("No successor")), (KNOWN, _("Someone on record")), (NEW, _("Someone new")))
    field_order = ("goes", "place", "on", "who", "person", "name", "email", "overlap_weeks")

    def __init__(self, data: Any = None, *args: Any, record: Destination, **kwargs: Any) -> None:
        initial = {"who": KNOWN if record.successor_id else OPEN, "person": record.successor_id}
        super().__init__(data, *args, record=record, initial=initial, **kwargs)
        self.fields["who"].label = _("Successor")

    def field_of(self, finding: Finding) -> str | None:
        return FIELDS.get(finding.code)

    @property
    def destination(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        return {
            "successor": facts.pop("person"),
            **{name: facts[name] for name in ("goes", "place", "on", "name", "email", "overlap_weeks")},
        }
