"""Services at sites with who provides them, and whether their providers are trained (PB-16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from partnerships.choices import Depth, SiteState
from partnerships.lifecycle.rules import ServiceFacts
from partnerships.models import Partnership, ServiceTraining, SiteService


def with_training(rows: QuerySet[SiteService]) -> QuerySet[SiteService]:
    """Add whether the provider of today took the training that is named today, as `is_trained`."""
    trainings = ServiceTraining.objects.filter(service=OuterRef("pk"), partner=OuterRef("provider"), training=OuterRef("training"))
    return rows.annotate(is_trained=Exists(trainings)).select_related("site", "owner__organization", "provider__organization")


def facts_of(row: SiteService) -> ServiceFacts:
    """Return a service, read `with_training`, as the rules see it."""
    provider = row.provider.organization.name if row.provider else ""
    trained: bool = row.is_trained  # type: ignore[attr-defined]
    return ServiceFacts(row.name, row.site.name, provider, row.training, trained, row.depth == Depth.TAKE_PAYMENT, row.settlement)


def services_of(partnerships: Iterable[Partnership]) -> dict[int, list[ServiceFacts]]:
    """Return the services at the sites of some partnerships that weren't decided against, by partnership; one query."""
    by_partnership: dict[int, list[ServiceFacts]] = defaultdict(list)
    rows = SiteService.objects.filter(site__partnership__in=partnerships).exclude(site__state=SiteState.NOT_CHOSEN)
    for row in with_training(rows).order_by("site", "pk"):
        by_partnership[row.site.partnership_id].append(facts_of(row))
    return by_partnership
