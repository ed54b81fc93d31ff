"""Forms for money. People type amounts as they write them; the forms return whole cents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from acts.revisions import Stale
from findings import Finding
from oversight.choices import LineKind, Payer
from oversight.money.importing import cents, columns
from web.forms import ActForm, DayField
from web.spreadsheets.columns import Column, Unfit
from web.spreadsheets.forms import SpreadsheetForm
from web.templatetags.portal import dollars


class CentsField(forms.CharField):
    """An amount of money: "$1,250.50" or "1250.5" becomes 125050."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 100:.2f}".removesuffix(".00") if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return cents(text)
        except Unfit as unfit:
            params = {"value": text, "expectation": str(unfit)}
            raise forms.ValidationError(_t("“%(value)s” %(expectation)s.") % params, code="invalid") from None


class MoneyForm(ActForm):
    """A form that shows amounts in dollars and choices in words when someone else saved first."""

    def became_stale(self, stale: Stale) -> None:
        differing = {name: (self._in_words(name, theirs), self._in_words(name, mine)) for name, (theirs, mine) in stale.differing.items()}
        super().became_stale(Stale(stale.current, differing))

    def _in_words(self, name: str, value: Any) -> Any:
        field = self.fields.get(name)
        if isinstance(field, CentsField):
            return dollars(value)
        if isinstance(field, forms.ChoiceField):
            return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
        return value


def _reason(why: Any) -> forms.CharField:
    return forms.CharField(label=_("Reason"), max_length=300, help_text=why)


class _CorrectableForm(MoneyForm):
    """A form that asks for a reason only if it is a correction. If someone else saved first, it shows both versions."""

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        if record is None:
            del self.fields["reason"]
            self.fields["shown_revision"] = forms.IntegerField(widget=forms.HiddenInput, initial=0)
        else:
            self.initial["reason"] = ""
            # If the row was added after the form was opened, show both versions before asking for a reason.
            self.fields["reason"].required = self.data.get("shown_revision", str(record.revision)) == str(record.revision)

    def field_of(self, finding: Finding) -> str | None:
        return "reason" if finding.code == "no-reason" else None


class BudgetForm(_CorrectableForm):
    verb = _("Save budget")
    amount_cents = CentsField(label=_("Amount"), help_text=_("In Canadian dollars, for the whole fiscal year."))
    reason = _reason(_("Why you’re changing the budget. The earlier amount stays on record."))


class ConfirmationForm(_CorrectableForm):
    verb = _("Save confirmation")
    amount_cents = CentsField(label=_("Amount the program area can pay"), help_text=_("In Canadian dollars, for the whole fiscal year."))
    confirmed_by = forms.CharField(
        label=_("Confirmed by"), max_length=200, help_text=_("Name and title of the person who can commit the money.")
    )
    confirmed_on = DayField(label=_("Date of the confirmation"))
    reason = _reason(_("Why you’re changing the confirmation. The earlier one stays on record."))


class LineForm(MoneyForm):
    verb = _("Add entry")
    kind = forms.ChoiceField(
        label=_("Kind"),
        widget=forms.RadioSelect,
        choices=LineKind.choices,
        help_text=_("Committed: promised for the year, paid or not. Spent: paid. Forecast: expected on a future date."),
    )
    item = forms.CharField(label=_("Item"), max_length=150, help_text=_("What it is for, such as salaries or design research."))
    amount_cents = CentsField(label=_("Amount"), help_text=_("In Canadian dollars. Use a minus sign for a credit."))
    on = DayField(label=_("Date"), help_text=_("The date decides which fiscal year it counts in."))
    payer = forms.ChoiceField(label=_("Who pays"), widget=forms.RadioSelect, choices=Payer.choices)
    vendor = forms.CharField(label=_("Vendor"), max_length=150, required=False)
    source = forms.CharField(label=_("Source"), max_length=150, required=False, help_text=_("For example an invoice number or a report."))


class CorrectForm(LineForm):
    verb = _("Save correction")
    reason = _reason(_("Why you’re changing the entry. The earlier entry stays on record and no longer counts."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["reason"] = ""


class RemoveForm(ActForm):
    verb = _("Remove")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The entry stays on record with this reason."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["reason"] = ""


class PayerForm(MoneyForm):
    verb = _("Save changes")
    payer = forms.ChoiceField(label=_("Who pays"), widget=forms.RadioSelect, choices=Payer.choices)
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("If this differs from the agreement, say why."))

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        if record is None:
            self.fields["shown_revision"] = forms.IntegerField(widget=forms.HiddenInput, initial=0)


class ContractForm(MoneyForm):
    verb = _("Add contract")
    vendor = forms.CharField(label=_("Vendor"), max_length=150)
    purpose = forms.CharField(label=_("Work"), max_length=200, help_text=_("What the vendor does for the team."))
    amount_cents = CentsField(label=_("Value"), required=False, help_text=_("The whole contract, in Canadian dollars."))
    from_on = DayField(label=_("First day"))
    to_on = DayField(label=_("Last day"))
    ends_as_planned = forms.BooleanField(
        label=_("Ends as planned: it won’t be extended"),
        required=False,
        help_text=_("You won’t get reminders before this contract ends."),
    )


class ContractEditForm(ContractForm):
    verb = _("Save changes")


class ImportForm(SpreadsheetForm):
    verb = _("Import")

    def columns(self) -> Sequence[Column]:
        return columns()
