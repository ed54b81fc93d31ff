"""Forms for opening and closing a round, and for rating. They collect input and decide nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from partnerships.models import PartnerRating
from partnerships.workspace.relationship.queries import own_answers
from partnerships.workspace.relationship.rules import CRITERIA, ELEMENTS, HIGHEST, LOWEST, Element, unexplained
from people.fields import LineInput
from web.forms import ActForm, DayField

SCALE = [
    (score, {LOWEST: _("1 Not at all"), HIGHEST: _("5 Fully")}.get(score, str(score)))  # the words stand at both ends
    for score in range(LOWEST, HIGHEST + 1)
]


class OpenForm(ActForm):
    verb = _("Ask for ratings")
    due_on = DayField(label=_("Due date"), help_text=_("Partners get reminders from three days before."))


class CloseForm(ActForm):
    verb = _("Close round")
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("All partners can read it.")
    )


class RateForm(ActForm):
    """The seventeen criteria, each with a score and a line of why."""

    verb = _("Send rating")

    def __init__(self, *args: Any, record: PartnerRating, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial=own_answers(record), **kwargs)
        for criterion in CRITERIA:
            self.fields[f"score_{criterion.code}"] = forms.TypedChoiceField(
                label=criterion.text,
                choices=SCALE,
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a number from 1 to 5.")},
            )
            label = format_html('{}<span class="visually-hidden">: {}</span>', _("Why (for 1 or 2)"), criterion.text)
            self.fields[f"reason_{criterion.code}"] = LineInput(label=label, max_length=500, required=False)

    @property
    def elements(self) -> Iterator[tuple[Element, list[BoundField]]]:
        """Yield each element with the fields of its criteria, for the template."""
        for element in ELEMENTS:
            names = [f"{kind}_{criterion.code}" for criterion in element.criteria for kind in ("score", "reason")]
            yield element, [self[name] for name in names]

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Return the input as the act takes it."""
        return {
            f"{kind}s": {criterion.code: self.facts[f"{kind}_{criterion.code}"] for criterion in CRITERIA} for kind in ("score", "reason")
        }

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or self.cleaned_data
        scores: dict[str, int] = {c.code: score for c in CRITERIA if (score := facts.get(f"score_{c.code}"))}
        reasons: dict[str, str] = {c.code: facts.get(f"reason_{c.code}") or "" for c in CRITERIA}
        for criterion in unexplained(scores, reasons):
            self.add_error(f"reason_{criterion.code}", _("Add a line about why the rating is low."))
        return facts
