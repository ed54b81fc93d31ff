"""Acts on the services of a site: whose they are, who provides them and how far, the training that providers took,
and how long an interview should take (PB-16, PB-18, PB-45)."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from dates.plausible import not_happened
from findings import Refused, refuse
from ledger import subjects
from ledger.actions import append, revise
from partnerships.models import Partner, ServiceStandard, ServiceTraining, SiteService

LONGEST = 480


@act("partnerships.keep_partnership", on="service.site.partnership")
def edit_service(
    service: SiteService,
    *,
    owner: Partner | None,
    provider: Partner | None,
    depth: str,
    training: str,
    settlement: str,
    shown_revision: int,
    by: Actor,
) -> SiteService:
    """Set whose a service is, who provides it and how far, the training that it needs, and how payments are settled.

    Training that was recorded for other words, or for another provider, no longer counts. Raises `Stale`, and `Refused`
    (`partner-left`) for a partner of another partnership or one that left.
    """
    partnership = service.site.partnership
    subjects.lock(partnership.stream)
    for partner in filter(None, (owner, provider)):
        if not Partner.objects.filter(pk=partner.pk, partnership=partnership, left_on=None).exists():
            message = _("%(organization)s isn’t a partner any more.") % {"organization": partner.organization.name}
            raise refuse("partner-left", message, _("Choose another partner."))
    current = SiteService.objects.get(pk=service.pk)
    # A partner that stays isn't read to be compared.
    partners = {"owner": (owner, current.owner_id), "provider": (provider, current.provider_id)}
    changes: dict[str, Any] = {name: new for name, (new, old) in partners.items() if (new.pk if new else None) != old}
    changes |= {"depth": depth, "training": training.strip(), "settlement": settlement.strip()}
    facts = {"site": service.site.name, "service": service.name}
    return revise(
        service, shown_revision=shown_revision, changes=changes, act="service-edited", by=by, stream=partnership.stream, facts=facts
    )


@act("partnerships.keep_partnership", on="service.site.partnership")
def record_training(service: SiteService, *, on: datetime.date, agents: int, by: Actor) -> ServiceTraining:
    """Record that agents of the service's provider finished its training.

    Raises `Refused`: `no-provider` without a provider or a training to take, `no-agents`, `day-to-come`.
    """
    subjects.lock(service.site.partnership.stream)
    current = SiteService.objects.select_related("site__partnership__stream", "provider__organization").get(pk=service.pk)
    if current.provider is None or not current.training:
        message = _("The service has no provider, or no training is needed for it.")
        raise refuse("no-provider", message, _("Edit the service first."), "partnership-services")
    if agents < 1:
        raise refuse("no-agents", _("The number of agents is missing."), _("Enter how many finished the training."))
    if faults := list(not_happened(on, current.site.today, since=None)):
        raise Refused(faults)
    row = ServiceTraining.objects.create(
        service=current, partner=current.provider, training=current.training, on=on, agents=agents, recorded_by=account_of(by)
    )
    facts = {
        "site": current.site.name, "service": current.name, "organization": current.provider.organization.name,
        "training_taken": row.training, "finished_on": on, "agents": agents,
    }  # fmt: skip
    append(current.site.partnership.stream, "service-training-recorded", by=by, facts=facts)
    return row


@act("partnerships.keep_partnership", on="service.site.partnership")
def set_standard(service: SiteService, *, minutes: int, by: Actor, from_on: datetime.date | None = None) -> ServiceStandard:
    """Set how long an interview should take from a day on, by default today; earlier interviews keep their standard.

    Raises `Refused`: `standard-length`, `standard-known` if one was set from that day already.
    """
    subjects.lock(service.site.partnership.stream)
    if not 1 <= minutes <= LONGEST:
        message = _("A standard must be between 1 and %(most)d minutes.") % {"most": LONGEST}
        raise refuse("standard-length", message, _("Enter the minutes that an interview should take."))
    row = ServiceStandard.objects.create(service=service, minutes=minutes, from_on=from_on or service.site.day_of(timezone.now()))
    facts = {"site": service.site.name, "service": service.name, "minutes": minutes, "from_on": row.from_on}
    append(service.site.partnership.stream, "standard-set", by=by, facts=facts)
    return row
