"""The twelve questions of the model chooser, answered in the address so that a result can be shared, and the decision (SP-02)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.choices import Leaf
from partnerships.chooser.rules import BY_KEY, QUESTIONS, Answers, Choice, complete
from web.forms import ActForm


class Questions(forms.Form):
    """All questions on one page. A question that isn't answered counts with its default, which is chosen at first."""

    def __init__(self, data: Any) -> None:
        super().__init__(data if any(key in BY_KEY for key in data) else None)
        for question in QUESTIONS:
            self.fields[question.key] = forms.ChoiceField(
                label=question.text,
                choices=list(question.options.items()),
                widget=forms.RadioSelect,
                initial=question.default,
                required=False,
                error_messages={"invalid_choice": question.fault},
            )
        if self.is_bound:
            self.data = {**{question.key: question.default for question in QUESTIONS}, **{key: data[key] for key in data if data[key]}}

    @property
    def answers(self) -> dict[str, str] | None:
        """Every question's answer, or None if there is none to read yet."""
        return complete(self.cleaned_data) if self.is_valid() else None


def query(answers: Answers) -> str:
    """Return answers as the query part of an address."""
    return urlencode(answers)


class DecisionForm(ActForm):
    """The model that was decided for, in the order of the ranking, with the reason."""

    verb = _("Record decision")
    leaf = forms.ChoiceField(label=_("Model"), help_text=_("It doesn’t have to be the first in the ranking."))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Why it fits these clients and this place."),
    )

    def __init__(self, *args: Any, choice: Choice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ranked = [(fit.leaf, Leaf(fit.leaf).label) for fit in choice.ranking]
        self.fields["leaf"].choices = ranked  # type: ignore[attr-defined]
