"""Forms for bodies and their members."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.fields import LineInput
from people.models import Body
from people.picker import PersonForm
from web.forms import ActForm, DayField


class BodyForm(ActForm):
    """The details of a body. Without a record, it adds one."""

    name = LineInput(label=_("Name"), max_length=100, help_text=_("For example “Digital working group”."))
    kind = forms.ChoiceField(label=_("Kind"), choices=Body.Kind.choices, initial=Body.Kind.COMMITTEE)
    parent = forms.ModelChoiceField(
        label=_("Reports to"), queryset=Body.objects.all(), required=False, empty_label=_("No other group"), blank=True
    )
    purpose = forms.CharField(
        label=_("Purpose"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What it decides, and what it passes on."),
    )  # fmt: skip

    def __init__(self, *args: Any, record: Body | None = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.verb = _("Save changes") if record else _("Add group")
        if record:
            self.fields["parent"].queryset = Body.objects.exclude(pk=record.pk)  # type: ignore[attr-defined]


class BodySeatForm(PersonForm):
    verb = _("Add member")
    role = LineInput(label=_("Role"), max_length=80, required=False, help_text=_("For example “Chair” or “Member”."))
    acting_for = LineInput(
        label=_("Acting for"), max_length=150, required=False, help_text=_("The person they represent, if they act for someone else.")
    )
    from_on = DayField(label=_("First day"))
    field_order = ("who", "person", "name", "email", "role", "acting_for", "from_on")


class EndBodySeatForm(ActForm):
    verb = _("End membership")
    to_on = DayField(label=_("Last day"))
