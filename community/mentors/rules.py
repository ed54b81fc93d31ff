"""When a mentor can be matched, met and let go (EL-54). Pure: no database, no clock."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from community.choices import MentoringState
from community.rules import STEP, WHOLE_DAY
from findings import Finding, Severity

PLACE = "mentors"
# Which acts are possible from which state.
VERBS: dict[str, frozenset[str]] = {
    MentoringState.REQUESTED: frozenset({"match", "cancel"}),
    MentoringState.MATCHED: frozenset({"match", "meet", "finish", "cancel"}),
    MentoringState.FINISHED: frozenset(),
    MentoringState.CANCELLED: frozenset(),
}


@dataclass(frozen=True)
class MentorFacts:
    """What the rules know about someone who could mentor a team: how many teams they take on, how many they have, and their topics."""

    name: str
    teams_at_once: int
    load: int
    topics: frozenset[str]

    @property
    def free(self) -> int:
        return max(0, self.teams_at_once - self.load)


def state_faults(verb: str, state: str) -> Iterator[Finding]:
    """Say why an act isn't possible in this state."""
    if verb in VERBS[state]:
        return
    if state == MentoringState.REQUESTED:
        yield _finding("mentoring-unmatched", _("This team doesn’t have a mentor yet."), _("Choose a mentor first."))
    else:
        yield _finding("mentoring-over", _("This mentoring has already ended."), _("If the team still needs a mentor, send a new request."))


def match_faults(mentor: MentorFacts, *, on_team: bool) -> Iterator[Finding]:
    """Say everything that keeps someone from being matched. A different topic is no obstacle: staff know people better than a list does."""
    if on_team:
        message = _("%(name)s is on this team.") % {"name": mentor.name}
        yield _finding("mentor-own-team", message, _("Choose someone from another team."))
    if mentor.free < 1:
        params = {"name": mentor.name, "load": mentor.load, "most": mentor.teams_at_once}
        message = _("%(name)s already mentors %(load)d of at most %(most)d teams.") % params
        yield _finding("mentor-full", message, _("Choose someone else, or ask them whether they can take on another team."))


def meeting_faults(met_on: datetime.date, minutes: int, *, matched_on: datetime.date, today: datetime.date) -> Iterator[Finding]:
    """Say everything that keeps a meeting from being recorded."""
    if met_on > today:
        yield _finding("meeting-ahead", _("That date is in the future."), _("Record the meeting after it took place."))
    if met_on < matched_on:
        yield _finding("meeting-before", _("That date is before the team had this mentor."), _("Use a later date."))
    if not 0 < minutes <= WHOLE_DAY or minutes % STEP:
        yield _finding(
            "meeting-time", _("The time must be in quarter hours, and no more than one day."), _("For an hour and a half, enter 1.5.")
        )


def in_order(mentors: list[tuple[MentorFacts, int]], topic: str) -> list[int]:
    """Return the keys of mentors, the best fit first: with the topic, then with room, then with the fewest teams, then by name."""
    ranked = sorted(mentors, key=lambda each: (topic not in each[0].topics, each[0].free < 1, each[0].load, each[0].name, each[1]))
    return [key for _facts, key in ranked]


def _finding(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, Severity.BLOCKS, message, remedy, PLACE)
