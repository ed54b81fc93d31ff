"""Forms of lessons. They collect input and decide nothing (EL-95)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.lessons.actions import DELIVERY, HOME, MONEY, PEOPLE, POLICY
from reports.models import Category, Lesson
from reports.showcase.forms import categories
from web.forms import ActForm

# The category that is proposed on a page, by the name of its section (residencies/subject.py); else the team's work.
ON_PAGE = {
    **dict.fromkeys(("team", "champions", "training"), PEOPLE),
    **dict.fromkeys(("money", "tasks"), MONEY),
    **dict.fromkeys(("agreement", "trust", "barriers"), POLICY),
    **dict.fromkeys(("graduation", "conversations"), HOME),
}


class LessonForm(ActForm):
    """One sentence is enough: the category is proposed from the page one comes from."""

    verb = _("Record lesson")
    text = forms.CharField(
        label=_("What did you learn?"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("A sentence or two.")
    )
    category = forms.ModelChoiceField(label=_("Category"), queryset=Category.objects.none(), empty_label=None)
    advice = forms.CharField(
        label=_("Advice for other teams"), max_length=600, widget=forms.Textarea(attrs={"rows": 2}), required=False,
        help_text=_("What you would do differently."),
    )  # fmt: skip
    is_shared = forms.BooleanField(
        label=_("Share with all teams"), required=False,
        help_text=_("Every team can read it, and it goes into the next version of the product’s page in the showcase."),
    )  # fmt: skip

    def __init__(self, *args: Any, record: Lesson | None = None, page: str = "", **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        offered = categories(Category.Kind.LESSON, record.category if record else None)
        self.fields["category"].queryset = offered  # type: ignore[attr-defined]
        if record is None:
            self.fields["category"].initial = offered.filter(code=ON_PAGE.get(page, DELIVERY)).first() or offered.first()


class EditLessonForm(LessonForm):
    verb = _("Save")


class LessonFilter(forms.Form):
    """The search and filters of lessons; they are in the address."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.filter(kind=Category.Kind.LESSON), required=False, empty_label=_("All")
    )
    guidance = forms.BooleanField(label=_("Guidance only"), required=False)

    @property
    def wanted(self) -> dict[str, Any]:
        """The filters that are set and can be read."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
