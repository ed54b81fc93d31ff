from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.fields import AddressInput, LineInput
from people.lab import lab_staff
from people.models import User
from web.forms import ActForm, DayField


class PersonForm(ActForm):
    name = LineInput(label=_("Name"), max_length=150)
    title = LineInput(label=_("Title"), max_length=150, required=False, help_text=_("For example “Director, Digital Services”."))
    organisation = LineInput(label=_("Organization"), max_length=200, required=False, help_text=_("A ministry or a company."))
    email = AddressInput(label=_("Email address"), max_length=254, required=False, help_text=_("Messages and links to sign are sent here."))
    phone = LineInput(label=_("Work phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))

    def __init__(self, *args: Any, guarded: bool = False, **kwargs: Any) -> None:
        """`guarded`: the address changes on a page of its own, where a second account confirms it."""
        super().__init__(*args, **kwargs)
        if guarded:
            del self.fields["email"]


class AddressForm(ActForm):
    verb: Any = _("Change address")
    email = AddressInput(label=_("New email address"), max_length=254)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Required while their signature is outstanding. The colleague who confirms the change will read it."),
    )  # fmt: skip


class AddressAnswerForm(ActForm):
    verb = _("Save decision")
    answer = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("yes", _("Confirm: I asked them, and the new address is theirs")), ("no", _("Refuse: the address stays as it is"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason, if you refuse"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, may_confirm: bool = True, is_own: bool = False, **kwargs: Any) -> None:
        """Someone who can't be the second account is offered only what they can do: refuse, or withdraw their own request."""
        super().__init__(*args, **kwargs)
        if not may_confirm:
            self.fields["answer"].widget = forms.HiddenInput()
            self.fields["answer"].initial = "no"
            self.fields["reason"].label = _("Reason")
            self.verb = _("Withdraw the request") if is_own else _("Refuse the change")


class LeaveForm(ActForm):
    verb = _("Close the account")
    to = forms.ModelChoiceField(label=_("Hand over to"), queryset=User.objects.none(), empty_label=_("Choose a colleague"))
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("The reason stays on record.")
    )

    def __init__(self, *args: Any, leaver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(pk__in=[account.pk for account in lab_staff() if account != leaver])
        self.fields["to"].queryset = staff.order_by("name", "pk")  # type: ignore[attr-defined]


class MergeForm(ActForm):
    verb = _("Merge the two records")
    other = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("How you know they are the same person"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Your answer stays on record. A merge can’t be undone."),
    )  # fmt: skip


class SnoozeForm(forms.Form):
    """Until which day a line of home is snoozed."""

    until = DayField(label=_("Date"), error_messages={"required": _("Choose a date.")})
