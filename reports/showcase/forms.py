"""Forms of the showcase. They collect input and decide nothing (EL-95)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.fields import LineInput
from reports.models import Category, ShowcaseEntry
from reports.showcase.rules import STAGES
from web.forms import ActForm, DayField


def categories(kind: str, current: Category | None = None) -> Any:
    """Return the categories to choose from: those that are offered, and the one that is chosen already."""
    return Category.objects.filter(Q(is_offered=True) | Q(pk=current.pk if current else None), kind=kind)


class EntryForm(ActForm):
    """What a team says about its product for the public."""

    verb = _("Save")
    summary = forms.CharField(
        label=_("Summary"), max_length=600, widget=forms.Textarea(attrs={"rows": 4}), required=False,
        help_text=_("What the product does, for whom, and what is better now. Everyone can read it."),
    )  # fmt: skip
    theme = forms.ModelChoiceField(label=_("Theme"), queryset=Category.objects.none(), required=False, empty_label=_("Not chosen yet"))
    learned = forms.CharField(
        label=_("What was learned"), max_length=3000, widget=forms.Textarea(attrs={"rows": 8}), required=False,
        help_text=_("What you would tell the next team. If the product stopped, say why in your own words."),
    )  # fmt: skip
    link = forms.URLField(label=_("Product’s web address"), max_length=500, required=False, assume_scheme="https")

    def __init__(self, *args: Any, record: ShowcaseEntry, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.fields["theme"].queryset = categories(Category.Kind.THEME, record.theme)  # type: ignore[attr-defined]
        # Of an entry that isn't saved yet; the act takes 0 for it.
        self.fields["shown_revision"].initial = record.revision if record.pk else 0


class ComponentForm(ActForm):
    verb = _("Add component")
    name = LineInput(label=_("Name"), max_length=100)
    link = forms.URLField(label=_("Link"), max_length=500, assume_scheme="https", help_text=_("Where others can get it."))
    text = LineInput(label=_("What it does"), max_length=200, required=False)


class ConsentForm(ActForm):
    verb = _("Record consent")
    agreed_on = DayField(label=_("Agreed on"))
    how = LineInput(label=_("How they agreed"), max_length=200, help_text=_("For example: by email to the product owner."))


class WithdrawForm(ActForm):
    verb = _("Withdraw the page")
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("It stays on record and isn’t public.")
    )


ALL = ("", _("All"))


class PublicFilter(forms.Form):
    """The search and filters of the public list; they are in the address."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    phase = forms.ChoiceField(label=_("Phase"), required=False, choices=[ALL, *STAGES.items()])
    ministry = forms.ChoiceField(label=_("Ministry"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)

    def __init__(self, data: Any, *, offered: dict[str, list[str]]) -> None:
        super().__init__(data)
        for name in ("ministry", "theme"):
            self.fields[name].choices = [ALL, *((value, value) for value in offered[name])]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, str]:
        """The filters that are set and can be read."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
