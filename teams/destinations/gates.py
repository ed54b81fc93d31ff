"""What graduation requires of a team: it is decided where everyone goes, and who takes over from vendors (EL-81, EL-82)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from findings import Finding, blocking
from findings.gates import gate
from residencies.lifecycle.team import Member
from teams.destinations.queries import members_of

PLACE = "graduation"


@gate(reads=members_of, holds=gettext_lazy("There’s a decision on where everyone on the team goes."))
def destinations_decided(members: Sequence[Member], on: datetime.date) -> Iterator[Finding]:
    """Require a decision about everyone on the team, and a successor for each person from a vendor who goes."""
    for member in members:
        params = {"name": member.name}
        if not member.is_decided:
            message = _("There’s no decision yet on where %(name)s goes after graduation.") % params
            yield blocking("destination-undecided", message, _("Choose it on the graduation page."), PLACE)
        elif member.lacks_successor:
            message = _("No one is named to take over from %(name)s, who works for a vendor.") % params
            yield blocking("vendor-no-successor", message, _("Choose a successor on the graduation page."), PLACE)
