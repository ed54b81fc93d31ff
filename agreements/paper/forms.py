"""Forms about agreements signed on paper."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import ActForm, DayField


class PaperForm(ActForm):
    """The scan, and what is printed on it."""

    verb = _("Record the scan")
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("As printed on the first page."))
    parties = forms.CharField(
        label=_("Parties"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("As printed, one on each line.")
    )
    signers = forms.CharField(
        label=_("Signers"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("As printed: name, title and date of each signature, one on each line."),
    )  # fmt: skip
    signed_on = DayField(label=_("Date of the last signature"), help_text=_("YYYY-MM-DD, as printed."))
    scan = forms.FileField(
        label=_("Scan"), help_text=_("One PDF with all pages, up to 10 MB."), widget=forms.ClearableFileInput(attrs={"accept": ".pdf"})
    )


class ConfirmPaperForm(ActForm):
    verb = _("Confirm the scan")
    compared = forms.BooleanField(
        label=_("I have read the scan. Parties, signers and dates are entered as printed, and all pages are there.")
    )


class WithdrawPaperForm(ActForm):
    verb = _("Withdraw the scan")
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
