"""The lock that an act on a residency's place in the community takes first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from findings import refuse
from residencies.models import Residency

PLACE = "community"


def locked_anyhow(residency: Residency) -> Residency:
    """The residency with its stream, locked until the transaction ends, whether it has ended or not."""
    return Residency.objects.select_for_update(of=("self",)).select_related("stream").get(pk=residency.pk)


def locked(residency: Residency) -> Residency:
    """The same for one under way. Raises `Refused` (`residency-over`) once it has ended."""
    current = locked_anyhow(residency)
    if not current.is_under_way:
        params = {"residency": str(current), "state": current.get_state_display()}
        message = _("%(residency)s has ended (%(state)s).") % params
        raise refuse("residency-over", message, _("Nothing needs to be done."), PLACE)
    return current
