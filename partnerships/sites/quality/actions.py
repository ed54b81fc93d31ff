"""Recording what was observed in an agent's interview (PB-45). No event says who the agent is, or what the scores were."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, act
from dates.months import months_after
from dates.plausible import not_happened
from findings import Refused, refuse
from ledger import subjects
from ledger.actions import append, lab_stream
from partnerships.models import QualityAssessment, Site
from partnerships.sites.quality.rules import QUESTIONS, assessment_faults
from people.actions import chosen_or_new
from people.models import Person

KEPT_MONTHS = 24


@act("partnerships.assess_quality", on="site.partnership")
def assess_quality(
    site: Site,
    *,
    observer: str,
    on: datetime.date,
    scores: Mapping[str, int],
    feedback: str,
    by: Actor,
    person: Person | None = None,
    name: str = "",
    email: str = "",
) -> QualityAssessment:
    """Record an assessment of an agent; `name` and `email` are for someone new. Nobody is emailed, because lists of mail name who gets it.

    Raises `Refused`: `quality-agent`, `quality-score`, `quality-feedback`, `quality-observer`, and for a date ahead.
    """
    subjects.lock(site.partnership.stream)
    faults = [*assessment_faults(scores, feedback), *not_happened(on, site.today, since=None)]
    if faults:
        raise Refused(faults)
    if not observer.strip():
        raise refuse("quality-observer", _("Who observed is missing."), _("Enter the name of the experienced agent."), "quality")
    agent = chosen_or_new(person, name=name, email=email, by=by)
    if agent is None:
        raise refuse("quality-agent", _("No agent is chosen."), _("Choose a person, or enter their name."), "quality")
    kept = {question.code: scores[question.code] for question in QUESTIONS}
    row = QualityAssessment.objects.create(
        site=site, agent=agent, observer=observer.strip(), on=on, scores=kept, feedback=feedback.strip()
    )  # fmt: skip
    append(site.partnership.stream, "quality-assessed", by=by, facts={"site": site.name})
    return row


@act(system=SYSTEM)
def forget_assessments(*, by: Actor) -> int:
    """Delete assessments of interviews more than two years ago; returns how many."""
    deleted, _by_model = QualityAssessment.objects.filter(on__lt=months_after(timezone.localdate(), -KEPT_MONTHS)).delete()
    if deleted:
        append(lab_stream(), "assessments-forgotten", by=by, facts={"rows": deleted})
    return deleted
