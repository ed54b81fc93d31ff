"""What a residency that ends leaves behind in the community, and what of someone who leaves or is merged (EL-16, EL-48, EL-49, EL-85)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from community.actions import free_desks
from community.alumni.actions import join_alumni
from community.alumni.queries import graduates
from community.choices import SessionState
from community.experts.actions import end_sessions, sessions_to_come
from community.mentors.actions import end_mentorings, open_mentorings
from community.models import DeskAllocation, ExpertSession, Offer
from ledger.models import Stream
from ledger.subjects import ENDED, Ending, Subject, after_end, follows
from people import leaving
from people.leaving import Holding
from people.merging import FATES, Moves, Stays
from people.models import User
from residencies.models import Residency
from residencies.models.states import State

# Giving outlasts a residency; the outcome of a session that was held is recorded; desks become free.
after_end("giving-noted", "giving-struck", "desks-changed", "desks-taken-back")
after_end("session-held", "session-corrected", "alumni-joined")


FATES.update(
    {
        "community.Expert.person": Moves(),
        "community.Contribution.person": Moves("residency__stream"),
        "community.SessionInvitation.person": Stays("the entry is in the calendar of that address"),
        "community.Alumnus.person": Moves(),
        "community.Offer.person": Moves(),
        "community.Mentoring.mentor": Moves("residency__stream"),
    }
)


@follows(ENDED)
def leave_community(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Cancel the sessions still to come, and free the desks from the day after the end."""
    if not isinstance(subject, Residency):
        return
    sessions = sessions_to_come(subject)
    # Locked before the end is written: an act on these waits until it is over, and then finds the residency ended.
    desks = list(DeskAllocation.objects.select_for_update().between(timezone.localdate()).filter(residency=subject))
    yield
    end_sessions(sessions, by=ending.by)
    free_desks(desks, stream, by=ending.by)


@follows(ENDED)
def leave_mentors(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """End mentoring of the team. What its people offer becomes an alum's offer if it graduated, and is withdrawn otherwise.

    If it graduated, everyone on the roster and all champions on that day become alumni (EL-54, EL-82).
    """
    if not isinstance(subject, Residency):
        return
    mentorings = open_mentorings(subject)
    offers = Offer.objects.select_for_update().filter(residency=subject).order_by("pk")
    has_graduated = ending.state == State.GRADUATED
    people = graduates(subject, ending.on) if has_graduated else []
    list(offers)
    yield
    end_mentorings(mentorings, by=ending.by)
    if has_graduated:
        offers.update(residency=None)
        join_alumni(subject, people, ending.on, by=ending.by)
    else:
        offers.delete()


@leaving.HOLDINGS.add
def holdings(account: User) -> Iterator[Holding]:
    """Sessions that are still to be held: another expert has to have the time, so people settle them."""
    coming = ExpertSession.objects.filter(expert__person__user=account, state=SessionState.MATCHED, on__gte=timezone.localdate())
    labels = [f"{session.residency}, {session.on}" for session in coming.select_related("residency").order_by("on", "pk")]
    yield Holding(
        "sessions",
        _("Sessions as an expert"),
        labels,
        None,
        _("These aren’t transferred. Find another expert, or cancel the session."),
    )
