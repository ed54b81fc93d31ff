"""What sites lack before clients are served: a trained provider (PB-16), terms for payments (PB-18), a safety assessment (PB-38)."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from findings import Finding, Severity, blocking
from findings.gates import gate
from partnerships.choices import Depth, SiteState
from partnerships.models import Partnership, ServiceTraining, SiteService
from partnerships.sites.safety import assessment_due, due_among


@dataclass(frozen=True)
class ServiceFacts:
    """A service at a site: who provides it and how far, the training that it needs, and whether its provider took that."""

    name: str
    site: str
    provider: str = ""
    training: str = ""
    is_trained: bool = False
    takes_payment: bool = False
    settlement: str = ""


def service_gaps(service: ServiceFacts) -> Iterator[Finding]:
    """Yield what a service lacks: its provider's training (PB-16), and for payments how they are settled (PB-18)."""
    params = {"provider": service.provider, "service": service.name, "site": service.site, "training": service.training}
    if service.provider and service.training and not service.is_trained:
        message = _("%(provider)s has no training on record for “%(service)s” at %(site)s.") % params
        yield blocking("untrained", message, _("Record when its agents finished “%(training)s”.") % params, "partnership-services")
    if service.takes_payment and not service.settlement:
        message = _("How payments for “%(service)s” at %(site)s are settled is missing.") % params
        yield blocking("no-settlement", message, _("Enter how often, and who reconciles them."), "partnership-services")


def with_training(rows: QuerySet[SiteService]) -> QuerySet[SiteService]:
    """Add whether the provider of today took the training that is named today, as `is_trained`."""
    trainings = ServiceTraining.objects.filter(service=OuterRef("pk"), partner=OuterRef("provider"), training=OuterRef("training"))
    return rows.annotate(is_trained=Exists(trainings)).select_related("site", "owner__organization", "provider__organization")


def facts_of(row: SiteService) -> ServiceFacts:
    """Return a service, read `with_training`, as the rules see it."""
    provider = row.provider.organization.name if row.provider else ""
    trained: bool = row.is_trained  # type: ignore[attr-defined]
    return ServiceFacts(row.name, row.site.name, provider, row.training, trained, row.depth == Depth.TAKE_PAYMENT, row.settlement)


def site_facts(partnerships: Sequence[Partnership], on: datetime.date) -> dict[int, list[Finding]]:
    """Return what the sites of each partnership lack, by stream; four queries, however many partnerships there are."""
    rows = SiteService.objects.filter(site__partnership__in=partnerships).exclude(site__state=SiteState.NOT_CHOSEN)
    by_partnership: dict[int, list[Finding]] = defaultdict(list)
    for row in with_training(rows).order_by("site", "pk"):
        by_partnership[row.site.partnership_id] += service_gaps(facts_of(row))
    for site in due_among(partnerships):
        by_partnership[site.partnership_id].append(assessment_due(site, Severity.BLOCKS))
    return {each.stream_id: by_partnership[each.pk] for each in partnerships}


@gate(reads=site_facts, holds=_l("Providers are trained, payments have terms, and every site was assessed after its last change."))
def ready(facts: list[Finding], on: datetime.date) -> Iterator[Finding]:
    """Require trained providers, terms for payments, and an assessment after the last change at a site (PB-16, PB-18, PB-38)."""
    yield from facts
