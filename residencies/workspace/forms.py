"""Forms of a residency's head and its coaching phase: each sends one act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Role, User
from residencies.lifecycle.forms import words
from residencies.models.phases import Phase
from web.forms import ActForm, DayField


class EditForm(ActForm):
    verb = _("Save")
    product = forms.CharField(label=_("Product"), max_length=150)
    problem = words(_("The problem, in one sentence"), most=400)


class AssignForm(ActForm):
    verb = _("Assign")
    to = forms.ModelChoiceField(label=_("Lab lead"), queryset=User.objects.none(), required=False, empty_label=_("Not assigned"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lab = User.objects.filter(is_active=True, role_grants__to_at=None, role_grants__role__in=[Role.LAB_OPS, Role.LAB_LEAD])
        self.fields["to"].queryset = lab.distinct().order_by("name", "email")  # type: ignore[attr-defined]


# ── The way home ─────────────────────────────────────────────────────────────────────────────


class PhaseForm(ActForm):
    verb = _("Enter this phase")
    phase = forms.ChoiceField(label=_("Phase"), choices=Phase.choices)
    on = DayField(label=_("From"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
