"""Reads for case studies: what one says, who has agreed to it, and which ones there are (SP-08, PB-43)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max
from django.http import Http404
from django.utils.translation import gettext as _

from findings import Finding, blocking
from ledger.canonical import canonical_json, plain
from partnerships.cases import rules
from partnerships.models import CaseConsent, CaseStudy, CaseVersion, Partner
from partnerships.models.cases import Tagged, tagged
from people.models import User


def fields_of(case: CaseStudy) -> dict[str, Any]:
    """Return what would be published of a case now: the allow list and nothing else. No query."""
    texts = ("code", "kind", "title", "place", "started", "background", "status", "results")
    values = {
        **{name: getattr(case, name) for name in texts},
        "partners": rules.lines(case.partners),
        "objectives": rules.lines(case.objectives),
        "next_steps": rules.steps(case.next_steps),
        "figures": [{name: figure[name] for name in rules.ALLOWED_IN["figures"]} for figure in case.figures],
        "models": case.leaves.split(),
        **{name: getattr(case, name).split() for name in ("levels", "communities", "themes")},
    }
    return {name: plain(values[name]) for name in rules.ALLOWED}


def text_sha256(case: CaseStudy) -> str:
    """Return the hash of what would be published, to which partners agree."""
    return hashlib.sha256(canonical_json(fields_of(case))).hexdigest()


def labels_of(tagged: Tagged) -> list[str]:
    """Return the labels of all codes of a case."""
    return [label for name in Tagged.TAGS for label in tagged.labels(name)]


# ── One case ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class PartnerAnswer:
    """A partner of today and what it says to the text as it is: None if it wasn't asked about it."""

    partner: Partner
    consent: CaseConsent | None

    @property
    def has_agreed(self) -> bool:
        return self.consent is not None and self.consent.answer == CaseConsent.Answer.AGREED


def answers_to(case: CaseStudy) -> list[PartnerAnswer]:
    """Return the partners of today of a case's partnership, each with its answer to the text as it is; two queries, none without one."""
    if case.partnership_id is None:
        return []
    consents = {
        row.partner_id: row for row in CaseConsent.objects.filter(case=case, text_sha256=text_sha256(case)).select_related("person")
    }
    partners = Partner.objects.filter(partnership=case.partnership_id, left_on=None).select_related("organization", "coordinator")
    return [PartnerAnswer(partner, consents.get(partner.pk)) for partner in partners.order_by("pk")]


def people_on(case: CaseStudy) -> list[str]:
    """Return the names of those who work on a case's partnership, which it may not say; two queries, none without one."""
    if case.partnership is None:
        return []
    coordinators = Partner.objects.filter(partnership=case.partnership_id).exclude(coordinator=None)
    names = list(coordinators.values_list("coordinator__name", flat=True))
    return [*names, case.partnership.lead.name] if case.partnership.lead else names


def missing_of(case: CaseStudy, answers: Sequence[PartnerAnswer]) -> list[Finding]:
    """Return everything that a case lacks before it can be published, with the partners that haven't agreed to it; two queries."""
    findings = list(rules.missing(fields_of(case), people_on(case)))
    for each in answers:
        if not each.has_agreed:
            message = _("%(partner)s hasn’t agreed to the text as it is.") % {"partner": each.partner.organization.name}
            findings.append(blocking("case-not-agreed", message, _("Ask the partners, and wait for their answers."), "case"))
    return findings


def versions_of(case: CaseStudy) -> list[CaseVersion]:
    """Return what was published of a case, the newest first; one query."""
    return list(CaseVersion.objects.filter(case=case).select_related("published_by", "ended_by").order_by("-number"))


def case_or_404(user: User, case: int) -> CaseStudy:
    """Return a case whose text `user` may read, with its partnership. Raises `Http404` alike for one that is hidden."""
    rows = CaseStudy.objects.visible_to(user).select_related("partnership__stream", "partnership__lead")
    row = rows.filter(pk=case).first()
    if row is None:
        raise Http404(case)
    return row


# ── For the public ───────────────────────────────────────────────────────────────────────────


def public_cases(versions: Iterable[CaseVersion]) -> list[dict[str, Any]]:
    """Return what anyone may read of published versions. Every public answer is made from this."""
    return [rules.public(row.fields) | {"version": row.number, "published_at": row.from_at} for row in versions]


def listed_cases(words: Sequence[str], **tags: str) -> Any:
    """Return the published versions with all these words and codes, by title."""
    rows = tagged(CaseVersion.objects.published(), **tags)
    for word in words[:8]:
        rows = rows.filter(search_text__contains=f" {word}")
    return rows.order_by("title", "pk")


def state_of_cases() -> tuple[Any, ...]:
    """Return what changes with anything that a public page shows of cases; one query."""
    return tuple(CaseVersion.objects.aggregate(Count("pk"), Max("from_at"), Max("to_at")).values())
