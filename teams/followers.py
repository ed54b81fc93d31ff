"""What a team does when its subject ends, and when a residency's agreement comes into force (EL-36, EL-85)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from acts.act import SYSTEM
from ledger import subjects
from ledger.actions import append
from ledger.models import Stream
from ledger.subjects import ENDED, Ending, Subject, after_end, follows
from people.merging import FATES, Moves, Stays
from people.models import Person
from residencies.conversations import proposals
from residencies.conversations.proposals import Expected
from residencies.lifecycle.team import TEAM
from residencies.models import Residency
from residencies.models.states import Group
from teams.choices import ChampionRole, TeamRole, champion_role, is_product_owner
from teams.destinations.queries import members_of
from teams.locks import locked_anyhow
from teams.models import Champion, Seat, Team
from teams.roster.actions import recheck
from teams.roster.queries import people_on_team
from teams.sprints.actions import end_sprints

# What the lab gave and who learnt what is logged late, or corrected; sweeps close what an end left open.
after_end("training-logged", "training-struck", "certificate-kept", "service-logged", "service-struck", "findings-changed", "sprints-ended")


subjects.register_belonging(people_on_team)
TEAM.add(members_of)
FATES.update(
    {
        "teams.Seat.person": Moves("team__stream"),
        "teams.Champion.person": Moves("team__stream"),
        "teams.Destination.person": Moves("team__stream"),
        "teams.Destination.successor": Moves("team__stream"),
        "teams.Training.person": Moves("team__stream"),
        "teams.Presence.person": Moves("sprint__team__stream"),
        "teams.AnswerLink.person": Moves("sprint__team__stream"),
        "teams.CalendarFeed.person": Moves(),
        "teams.ReviewInvitation.person": Stays("the entry is in the calendar of that address"),
    }
)


CHAMPION_GROUPS = {
    ChampionRole.ADM: Group.ADM,
    ChampionRole.ED: Group.EXECUTIVE,
    ChampionRole.CFO: Group.PARTNERS,
    ChampionRole.CIO: Group.PARTNERS,
    ChampionRole.OTHER: Group.CHAMPIONS,
}


@proposals.EXPECTED.add
def expected_at_conversations(subject: Subject) -> Iterator[Expected]:
    """Yield the team's product owner and champions of today, in their group; two queries (EL-84)."""
    today = timezone.localdate()
    for seat in Seat.objects.of(subject).filter(role=TeamRole.PRODUCT_OWNER, person__isnull=False):
        if seat.person and seat.covers(today):
            yield Expected(seat.person, Group.PRODUCT_OWNER)
    for champion in Champion.objects.filter(team__stream=subject.stream_id).on(today).select_related("person"):
        yield Expected(champion.person, CHAMPION_GROUPS[ChampionRole(champion.role)])


@follows(ENDED)
def end_team(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Cancel the reviews to come, close the role checks, and tell the team and its champions."""
    if not Team.objects.filter(stream=stream).exists():
        return
    team = locked_anyhow(subject)
    yield
    team.stream = stream  # it leads to the subject as it is now, ended
    end_sprints(team, by=ending.by)
    recheck(team, because="residency-ended")
    today = timezone.localdate()
    ending.tell(seat.person for seat in Seat.objects.of(subject) if seat.person and seat.covers(today))
    ending.tell(champion.person for champion in team.champions.on(today).select_related("person"))


@follows("agreement_in_force")
def make_alliance_team(
    stream: Stream, *, subject: Subject, partners: Sequence[tuple[Person, str]], purpose: str, **_version: Any
) -> Iterator[None]:
    """Make the leaders who signed for the program area and the alliance team its champions from now on, each once (EL-36, EL-44).

    `partners` are people with the names of their roles in the agreement. The product owner is on the team instead, and
    someone who is a champion already stays as they are.
    """
    champions = [(person, label) for person, label in partners if not is_product_owner(label)]
    if not isinstance(subject, Residency) or purpose != "partnership" or not champions:
        return
    team = locked_anyhow(subject)
    yield
    today = timezone.localdate()
    known = set(team.champions.filter(to_on=None).values_list("person", flat=True))
    for person, label in champions:
        if person.pk in known:
            continue
        known.add(person.pk)
        champion = Champion.objects.create(team=team, person=person, role=champion_role(label), from_on=today)
        facts = {"champion": champion.pk, "person": person.pk, "name": person.name, "role": champion.role, "from_on": today}
        append(stream, "champion-named", by=SYSTEM, facts=facts | {"because": "agreement-in-force"})
