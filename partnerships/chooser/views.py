"""The model chooser: twelve questions, and the ranking of the models with what would change it (SP-02)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.choices import Leaf
from partnerships.chooser.actions import decide_model
from partnerships.chooser.rules import BY_KEY, INTEGRATED, QUESTIONS, RULES_VERSION, THRESHOLD, Answers, Choice, Fit, choose, complete
from partnerships.fetch import partnership_or_404
from partnerships.models import Partnership
from people.identity import account_on
from web.access import needs
from web.acts import run
from web.forms import ActForm

# ── Forms ─────────────────────────────────────────────────────────────────────────────────────────


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

    verb = gettext_lazy("Record decision")
    leaf = forms.ChoiceField(label=gettext_lazy("Model"), help_text=gettext_lazy("It doesn’t have to be the first in the ranking."))
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Why it fits these clients and this place."),
    )

    def __init__(self, *args: Any, choice: Choice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ranked = [(fit.leaf, Leaf(fit.leaf).label) for fit in choice.ranking]
        self.fields["leaf"].choices = ranked  # type: ignore[attr-defined]


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class RankedModel:
    """A model as the ranking shows it."""

    fit: Fit
    is_first: bool

    @property
    def label(self) -> Any:
        return Leaf(self.fit.leaf).label

    @property
    def rests_on_definition(self) -> bool:
        """Whether no practice is on record for the model, so that only its definition speaks for it."""
        return self.fit.leaf in INTEGRATED


@dataclass(frozen=True)
class OtherAnswer:
    """An answer that would change the first place, with the models that would come first and the address of that ranking."""

    question: Any
    answer: Any
    first: list[Any]
    query: str


@dataclass(frozen=True)
class Ranking:
    """A choice in words, for its page."""

    answers: Answers
    choice: Choice

    @property
    def models(self) -> list[RankedModel]:
        return [RankedModel(fit, fit.leaf in self.choice.first) for fit in self.choice.ranking]

    @property
    def likely(self) -> list[RankedModel]:
        """The models with points, and those in first place even without."""
        return [model for model in self.models if model.fit.points > 0 or model.is_first]

    @property
    def unlikely(self) -> list[RankedModel]:
        return [model for model in self.models if model not in self.likely]

    @property
    def first(self) -> list[Any]:
        return [Leaf(leaf).label for leaf in self.choice.first]

    @property
    def query(self) -> str:
        return query(self.answers)

    @property
    def given(self) -> list[tuple[Any, Any]]:
        """The answers in words."""
        return [(question.text, question.options[self.answers[question.key]]) for question in QUESTIONS]

    @property
    def changes(self) -> list[OtherAnswer]:
        return [
            OtherAnswer(
                BY_KEY[each.question].text,
                BY_KEY[each.question].options[each.answer],
                [Leaf(leaf).label for leaf in each.first],
                query({**self.answers, each.question: each.answer}),
            )
            for each in self.choice.would_change
        ]


@require_safe
@needs("partnerships.view_guidance")
def chooser(request: HttpRequest) -> HttpResponse:
    """Show the questions and, once the address has answers, the ranking; one query, for the partnership that it is about."""
    form = Questions(request.GET)
    answers = form.answers
    ranking = Ranking(answers, choose(answers)) if answers else None
    partnership = _partnership(request)
    context: dict[str, Any] = {
        "form": form,
        "ranking": ranking,
        "rules_version": RULES_VERSION,
        "threshold": THRESHOLD,
        "partnership": partnership,
    }
    if ranking and partnership:
        context["decide_url"] = f"{reverse('partnership-model', args=[partnership.reference])}?{query(ranking.answers)}"
    return render(request, "partnerships/chooser/chooser.html", context)


def _partnership(request: HttpRequest) -> Partnership | None:
    """Return the partnership for which a model is chosen, if the address names one that the account keeps."""
    user = account_on(request)
    row = Partnership.objects.visible_to(user).filter(reference=request.GET.get("partnership", "")[:20]).first()
    return row if row and row.is_under_way and user.has_perm("partnerships.keep_partnership", row) else None


@require_http_methods(["GET", "HEAD", "POST"])
@needs("partnerships.keep_partnership", partnership_or_404)
def decide(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Decide on a model on the answers in the address; without answers, lead to the questions."""
    answers = Questions(request.GET).answers
    if answers is None:
        return redirect(f"{reverse('model-chooser')}?partnership={partnership.reference}")
    choice = choose(answers)
    form = DecisionForm(request.POST or None, choice=choice)
    act = lambda: decide_model(
        partnership, leaf=form.cleaned_data["leaf"], answers=answers, reason=form.cleaned_data["reason"], by=request.user
    )
    context = {"heading": _("Decide on a model"), "tab": "overview", "partnership": partnership, "ranking": Ranking(answers, choice)}
    done = lambda decision: _("Recorded: %(model)s. Plan its arrangements next.") % {"model": decision.get_leaf_display()}
    to = partnership.get_absolute_url()
    return run(request, form, act, done=done, to=to, page="partnerships/chooser/decide.html", **context)
