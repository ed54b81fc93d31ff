"""Forms for follow-ups."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversight.models import FollowUp, InUse
from people.picker import PersonForm
from web.forms import ActForm


class AnswerForm(ActForm):
    """The questions of a follow-up. Everyone who was asked about starts ticked, so that most people only answer the first question."""

    verb = _("Send answers")
    in_use = forms.ChoiceField(label=_("Is the product in use?"), choices=InUse.choices, widget=forms.RadioSelect)
    together = forms.MultipleChoiceField(
        label=_("Who is still with the product?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Untick anyone who has moved on."),
    )
    changed = forms.CharField(
        label=_("What has changed?"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example new features, a new owner or a new budget."),
    )
    right_contact = forms.TypedChoiceField(
        label=_("Are you still the right person to ask about it?"),
        choices=(("yes", _("Yes")), ("no", _("No"))),
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("If not, who is?"), max_length=150, required=False)
    email = forms.EmailField(label=_("Their email address"), max_length=254, required=False)

    def __init__(self, *args: Any, follow_up: FollowUp, **kwargs: Any) -> None:
        super().__init__(*args, initial={"together": follow_up.team, "right_contact": "yes"}, **kwargs)
        names = list(dict.fromkeys(follow_up.team))
        self.fields["together"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        unasked = [] if names else ["together"]
        if not follow_up.asks_for_contact:
            unasked += ["right_contact", "name", "email"]
        for field in unasked:
            del self.fields[field]


class ContactForm(PersonForm):
    """Who is asked instead."""

    verb = _("Change contact")

    @property
    def contact(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        return {"contact": facts.pop("person"), "name": facts["name"], "email": facts["email"]}
