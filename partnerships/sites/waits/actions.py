"""Acts on the services of a site and their standards (PB-45). Waits come by import (importing.py)."""

from __future__ import annotations

import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from findings import refuse
from ledger import subjects
from ledger.actions import append
from partnerships.models import ServiceStandard, SiteService

LONGEST = 480


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
