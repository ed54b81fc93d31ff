"""The act that decides for a model (SP-02)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from findings import refuse
from ledger import subjects
from ledger.actions import append
from partnerships.chooser.rules import RULES_VERSION, choose, complete, faults
from partnerships.models import ModelDecision, Partnership


@act("partnerships.keep_partnership")
def decide_model(partnership: Partnership, *, leaf: str, answers: Mapping[str, str], reason: str, by: Actor) -> ModelDecision:
    """Choose a model, first in the ranking or not, with the reason; the answers and what came first stay with it.

    Raises `Refused`: `no-reason`, and `chooser-answers` for answers that the chooser doesn't know.
    """
    subjects.lock(partnership.stream)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why this model fits these clients and this place."))
    if problems := list(faults(answers)):
        raise refuse("chooser-answers", problems[0], _("Answer the questions again."))
    choice = choose(answers)
    decision = ModelDecision.objects.create(
        partnership=partnership, leaf=leaf, answers=urlencode(complete(answers)), first=" ".join(choice.first),
        rules_version=RULES_VERSION, reason=reason.strip(), decided_on=timezone.localdate(), decided_by=account_of(by),
    )  # fmt: skip
    facts = {"leaf": leaf, "first_place": ", ".join(decision.first_labels), "rules_version": RULES_VERSION, "reason": decision.reason}
    append(partnership.stream, "model-decided", by=by, facts=facts)
    return decision
