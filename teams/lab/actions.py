"""A light log of what the lab gave a team (EL-53)."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from acts.revisions import refuse_if_stale
from findings import refuse
from ledger.actions import append, cancel
from ledger.subjects import Subject
from teams.locks import locked_anyhow, locked_of_anyhow
from teams.models import Service

PLACE = "services"


@act("teams.log_service")
def log_service(subject: Subject, *, kind: str, given_on: datetime.date, given_by: str = "", result: str = "", by: Actor) -> Service:
    """Put on record what the lab gave the team on a day, by whoever logs it unless `given_by` says otherwise (EL-53).

    Also of a residency that has ended. Raises `Refused` (`service-ahead`); nothing is written then.
    """
    team = locked_anyhow(subject)
    if given_on > timezone.localdate():
        raise refuse("service-ahead", _("That date is in the future."), _("Log the service once it has been given."), PLACE)
    who = " ".join(given_by.split()) or str(by)
    service = Service.objects.create(
        team=team, kind=kind, given_on=given_on, given_by=who[:150], result=result.strip(), logged_by=account_of(by)
    )
    append(team.stream, "service-logged", by=by, facts=_facts(service))
    return service


@act("teams.log_service")
def cancel_service(service: Service, *, reason: str, shown_revision: int, by: Actor) -> Service:
    """Take an entry out of the log that was a mistake; it stays on record. Raises `Stale`, and `Refused` (`service-struck`, `no-reason`)."""
    team = locked_of_anyhow(services=service.pk)
    current = Service.objects.select_for_update().get(pk=service.pk)
    refuse_if_stale(current, shown_revision)
    if current.struck_at:
        raise refuse("service-struck", _("This entry has already been removed."), _("You don’t need to do anything."), PLACE)
    facts = _facts(current)
    return cancel(current, reason=reason, act="service-struck", by=by, stream=team.stream, facts=facts, place=PLACE)


def _facts(service: Service) -> dict[str, Any]:
    facts = {"service": service.pk, "kind": service.kind, "given_on": service.given_on, "given_by": service.given_by}
    return facts | ({"result": service.result} if service.result else {})
