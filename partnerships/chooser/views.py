"""The model chooser: twelve questions, and the ranking of the models with what would change it (SP-02)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships.choices import Leaf
from partnerships.chooser.forms import Questions, query
from partnerships.chooser.rules import BY_KEY, INTEGRATED, QUESTIONS, RULES_VERSION, THRESHOLD, Answers, Choice, Fit, choose
from web.access import needs


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
    """Show the questions and, once the address has answers, the ranking; no queries of its own."""
    form = Questions(request.GET)
    answers = form.answers
    ranking = Ranking(answers, choose(answers)) if answers else None
    context = {"form": form, "ranking": ranking, "rules_version": RULES_VERSION, "threshold": THRESHOLD}
    return render(request, "partnerships/chooser/chooser.html", context)
