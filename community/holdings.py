"""What an account of the lab holds as an expert in residence, for whoever takes over when it leaves (EL-16)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from community.kinds import SessionState
from community.models import ExpertSession
from people.leaving import Holding
from people.models import User


def holdings(account: User) -> Iterator[Holding]:
    """Sessions that are still to be held: another expert has to have the time, so people settle them."""
    coming = ExpertSession.objects.filter(expert__person__user=account, state=SessionState.MATCHED, on__gte=timezone.localdate())
    labels = [f"{session.residency}, {session.on}" for session in coming.select_related("residency").order_by("on", "pk")]
    yield Holding(
        "sessions",
        _("Sessions they hold as an expert"),
        labels,
        None,
        _("These aren’t handed over. Match another expert, or cancel the session."),
    )
