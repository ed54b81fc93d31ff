from django import forms
from django.utils.translation import gettext_lazy as _

from ledger import sentences


class HistoryFilter(forms.Form):
    """Which events to show; every field may be left out."""

    act = forms.ChoiceField(label=_("What"), required=False)
    who = forms.CharField(label=_("By whom"), required=False, max_length=100)
    reference = forms.CharField(
        label=_("Residency"), required=False, max_length=20, widget=forms.TextInput(attrs={"placeholder": "XL-2026-014"})
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["act"].choices = [("", _("Anything")), *sentences.acts()]  # type: ignore[attr-defined]
