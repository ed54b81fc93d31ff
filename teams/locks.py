"""The lock that every act on a team takes first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from findings import refuse
from ledger.subjects import Subject, with_subject
from teams.models import Team


def locked(subject: Subject) -> Team:
    """The subject's team, made on first use, locked until the transaction ends. Raises `Refused` once the subject has ended."""
    return _while_under_way(locked_anyhow(subject))


def locked_anyhow(subject: Subject) -> Team:
    """The same for a subject that may have ended."""
    # Made first, locked second; and the team's row rather than its seats', as a seat that is being added has none yet.
    Team.objects.get_or_create(stream_id=subject.stream_id)
    return _lock(stream=subject.stream_id)


def locked_of(**part: int) -> Team:
    """The team of a part (`seats=`, `sprints=`, `champions=`), locked. Raises `Refused` once the subject has ended."""
    return _while_under_way(locked_of_anyhow(**part))


def locked_of_anyhow(**part: int) -> Team:
    """The same for a part of a team whose subject may have ended."""
    return _lock(**part)


def _lock(**which: int) -> Team:
    # The subject is read in the same query, so that it is as the lock found it.
    return Team.objects.select_for_update(of=("self",)).select_related(*with_subject("stream")).get(**which)


def _while_under_way(team: Team) -> Team:
    subject = team.subject
    if not subject.is_under_way:
        message = _("%(subject)s has ended (%(state)s), so its roster can’t be changed.")
        params = {"subject": str(subject), "state": subject.get_state_display()}
        raise refuse("residency-ended", message % params, _("You don’t need to do anything."), "team")
    return team
