"""Forms for a partnership's own words, its lead and board, its note, its ending, and its partners."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.choices import PartnerRole
from people.fields import LineInput
from people.models import Body, Organization, Role, User
from people.picker import PersonForm
from web.forms import ActForm, DayField


def words(label: Any, help_text: Any = "", rows: int = 3, most: int = 1000) -> forms.CharField:
    """Some sentences, which may be written later."""
    return forms.CharField(label=label, max_length=most, required=False, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}))


class StartForm(ActForm):
    verb = _("Start partnership")
    name = LineInput(label=_("Name"), max_length=150, help_text=_("The place and the service, for example “Joint counter in Picton”."))
    problem = words(_("Problem or opportunity"), _("What clients run into today, or what could be better."))


class IdeaForm(ActForm):
    """What the partnership is about. Partners confirm it; a change asks them again."""

    verb = _("Save changes")
    name = LineInput(label=_("Name"), max_length=150)
    problem = words(_("Problem or opportunity"), _("What clients run into today, or what could be better."))
    purpose = words(_("Purpose"), _("What the partnership is for, in one or two sentences."))
    vision = words(_("Vision"), _("What it looks like when it works."))
    client_groups = LineInput(label=_("Client groups"), max_length=300, required=False, help_text=_("For example “Seniors, newcomers”."))
    value_clients = words(_("Value for clients"))
    value_partners = words(_("Value for partners"))
    value_employees = words(_("Value for employees"))


class GovernanceForm(ActForm):
    verb = _("Save changes")
    lead = forms.ModelChoiceField(
        label=_("Partnership lead"), queryset=User.objects.none(), required=False, empty_label=_("No lead"), blank=True
    )
    board = forms.ModelChoiceField(
        label=_("Board"), queryset=Body.objects.all(), required=False, empty_label=_("No board"), blank=True,
        help_text=_("The group that decides. It needs a member for each partner: its coordinator, or one of its contacts."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lab = User.objects.filter(is_active=True, role_grants__to_at=None, role_grants__role__in=[Role.LAB_OPS, Role.LAB_LEAD])
        self.fields["lead"].queryset = lab.distinct().order_by("name", "email")  # type: ignore[attr-defined]


class NoteForm(ActForm):
    """What was agreed where no agreement is needed; both or neither."""

    verb = _("Save note")
    note = words(_("What was agreed, and with whom"), rows=5, most=2000)
    note_on = DayField(label=_("Agreed on"), required=False)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if bool(facts.get("note", "").strip()) != bool(facts.get("note_on")) and "note_on" not in self.errors:
            missing = "note_on" if facts.get("note", "").strip() else "note"
            self.add_error(missing, _("Enter both what was agreed and the date."))
        return facts


class EndingForm(ActForm):
    verb = _("Save")
    review_on = DayField(
        label=_("Review date"), required=False, help_text=_("The day the partners review whether the partnership still works.")
    )
    no_sunset_reason = words(_("Why there are no sunset criteria"), _("Only if there are none. The agreement quotes it."))


class PartnerForm(PersonForm):
    """An organization from the directory, or a new one, and who coordinates for it."""

    verb = _("Add partner")
    organization = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.all(), required=False, empty_label=_("New organization"), blank=True
    )
    new_name = LineInput(label=_("Name of a new organization"), max_length=150, required=False)
    new_level = forms.ChoiceField(
        label=_("Its level of government"), choices=[("", _("Choose a level")), *Organization.Level.choices], required=False
    )
    role = forms.ChoiceField(label=_("Role in the partnership"), choices=PartnerRole.choices, initial=PartnerRole.CONTRIBUTING)
    joined_on = DayField(label=_("Joined on"))
    choices = (*PersonForm.choices, ("open", _("No coordinator yet")))
    field_order = ("organization", "new_name", "new_level", "role", "joined_on", "who", "person", "name", "email")

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        if facts.get("organization"):
            facts["new_name"] = facts["new_level"] = ""
        elif not facts.get("new_name"):
            self.add_error("organization", _("Choose an organization, or enter the name of a new one."))
        elif not facts.get("new_level"):
            self.add_error("new_level", _("Choose the level of government of the new organization."))
        return facts


class CoordinatorForm(PersonForm):
    verb = _("Save coordinator")
    choices = (*PersonForm.choices, ("open", _("No coordinator yet")))


class LeaveForm(ActForm):
    verb = _("Record departure")
    left_on = DayField(label=_("Last day"))


class ConfirmForm(ActForm):
    verb = _("Confirm purpose")
    shown_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
