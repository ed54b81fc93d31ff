"""The demo's service partnerships, in four stages. The places are in the playbook; the people, dates and decisions are invented."""

from __future__ import annotations

import datetime
import random
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, cast

from django.utils import timezone

from agreements.drafting import actions as drafting
from agreements.drafting import sending
from agreements.models import Invitation
from dates.months import months_after
from demo.stories.agreements import read_and_sign
from oversight.bodies import actions as bodies
from oversight.checklists.actions import complete_task, plan_task
from oversight.models import ChecklistItem
from partnerships.agreement.template import offered_template
from partnerships.cases import actions as cases
from partnerships.cases.links import CaseLinkHolder, case_link, issue_case_link
from partnerships.cases.starting import start_like
from partnerships.choices import Scenario
from partnerships.endings import actions as endings
from partnerships.lifecycle import actions as lifecycle
from partnerships.models import (
    WEEKDAYS,
    Arrangement,
    CaseConsent,
    CaseStudy,
    ClientComment,
    Partnership,
    PilotEvaluation,
    Site,
    SiteService,
)
from partnerships.organizations import actions as directory
from partnerships.sites import actions as sites
from partnerships.sites import safety
from partnerships.sites.comments import actions as comments
from partnerships.sites.counter.actions import TapFacts, record_taps
from partnerships.sites.emergencies import keep_plan, record_test
from partnerships.sites.opening import actions as opening
from partnerships.sites.quality.actions import assess_quality
from partnerships.sites.quality.rules import QUESTIONS
from partnerships.sites.services import actions as services
from partnerships.sites.trips import actions as trips
from partnerships.sites.trips.checklist import checklist_of, possible_managers
from partnerships.sites.volumes.importing import import_volumes
from partnerships.sites.waits.importing import import_waits
from partnerships.workspace.incidents.actions import end_incident, open_incident, record_first_served
from partnerships.workspace.meetings import actions as meetings
from partnerships.workspace.relationship import actions as relationship
from partnerships.workspace.relationship.links import RatingLinkHolder, issue_rating_link, rating_link
from partnerships.workspace.relationship.rules import CRITERIA
from people.models import Organization, Person, User

HALF_A_YEAR = datetime.timedelta(days=182)
Somebody = Callable[[str, str], Person]
NORTH, OTTAWA, PICTON, ISLAND = (
    "Territorial pilot in the North",
    "Joint counter at Ottawa city hall",
    "Shared space in Picton",
    "Virtual visits on Grand Manan",
)
NORTH_HASTINGS = "Shared space in North Hastings"
FEDERAL, TERRITORY, ONTARIO, CITY, COUNTY, BRUNSWICK, VILLAGE = (
    "Federal service agency",
    "Government of the Northwest Territories",
    "Ontario service agency",
    "City of Ottawa",
    "Prince Edward County",
    "New Brunswick service agency",
    "Village of Grand Manan",
)
DIRECTORY = (
    (FEDERAL, "federal", "America/Toronto", "CA", "English, French"),
    (TERRITORY, "territorial", "America/Edmonton", "NT", "English, French, nine Indigenous languages"),
    (ONTARIO, "provincial", "America/Toronto", "ON", "English, French"),
    (CITY, "municipal", "America/Toronto", "ON", "English, French"),
    (COUNTY, "municipal", "America/Toronto", "ON", "English"),
    (BRUNSWICK, "crown", "America/Halifax", "NB", "English, French"),
    (VILLAGE, "municipal", "America/Halifax", "NB", "English"),
)

# Comments in the North: days ago, text, tone, what was learned, tone afterwards, and after how many days.
COMMENTS = (
    (
        110,
        "I waited outside because the door was locked at nine.",
        "displeased",
        "The door sticks in the cold. It has been fixed.",
        "pleased",
        8,
    ),
    (90, "The officer spoke with my mother in her language.", "pleased", "She would like the forms in it too.", "pleased", 5),
    (75, "I was told to phone Yellowknife about my licence.", "displeased", "Road tests can’t be booked here yet.", "neutral", 20),
    (60, "Helpful, but it took three visits.", "neutral", "The list of documents to bring was out of date.", "pleased", 9),
    (50, "There’s nowhere to sit.", "displeased", "Two chairs were added.", "pleased", 7),
    (24, "Nobody answers the phone in the afternoon.", "displeased", "", "", 0),
)
# What the partners in the North gave, by partner: the score and the reason, where it isn't a 4.
NORTH_THEN: tuple[dict[str, tuple[int, str]], ...] = (
    {"meetings": (2, "We have met once, online."), "timeliness": (3, ""), "staffing": (2, "Two people weren’t told who they report to.")},
    {"meetings": (3, ""), "accountability": (3, ""), "staffing": (3, "")},
)
NORTH_NOW: tuple[dict[str, tuple[int, str]], ...] = (
    {"openness": (5, ""), "meetings": (2, "The spring visit was cancelled and not planned again."), "results": (5, "")},
    {"openness": (5, ""), "meetings": (5, "The monthly calls work well."), "implementation": (3, ""), "timeliness": (5, "")},
)


# What no record has, so that people write it into the draft.
NORTH_CASE: dict[str, Any] = {
    "title": "One official for two governments in Délı̨nę",
    "results": "People no longer fly out to fill in a form. Waits became shorter every month, and clients rate the service highly.\n\n"
    "The official needed more training than planned: two weeks with each government, and a number to call.",
    "themes": ["services", "human_resources", "performance", "indigenous"],
}


# What the partners found half-way through the pilot in the North.
NORTH_HALF_WAY: dict[str, dict[str, str]] = {
    "efficiency": {"result": "better", "finding": "One visit instead of two, and no flight.", "evidence": "Logbook of the official"},
    "cost": {
        "result": "unclear",
        "finding": "Travel costs fell; training cost more than planned.",
        "evidence": "Invoices of both governments",
    },
    "quality": {"result": "better", "finding": "Clients are served in their language.", "evidence": "Clients’ comments at the office"},
    "access": {"result": "better", "finding": "Elders who never flew out now come.", "evidence": "Visits by age, from the logbook"},
}


TRIP_NUMBERS = {
    "police": "867-555-0111", "ambulance": "867-555-0112", "fire": "867-555-0113", "automobile": "867-555-0114", "host": "867-555-0115",
}  # fmt: skip


class Partnerships:
    """Tells the stories of four partnerships: each step on its day, by the acts that people use."""

    def __init__(self, somebody: Somebody, ops: User) -> None:
        self.somebody, self.ops = somebody, ops

    def steps(self) -> Iterator[tuple[int, Callable[..., None]]]:
        """Yield what happens how many days ago."""
        yield 520, self.open_directory
        yield 500, partial(self.start, NORTH, self.north_words, TERRITORY, FEDERAL)
        yield 470, self.study_north
        yield 430, partial(self.agree, NORTH)
        yield 410, self.open_north
        yield 408, self.pilot_north
        yield 215, self.evaluate_north
        yield 400, self.agree_to_meet
        yield 160, partial(self.meet, "The official gets a second person on Fridays.", True)
        yield 75, partial(self.meet, "The spring visit is planned again in October.", False)
        yield 20, self.plan_to_meet
        yield 120, partial(self.start, OTTAWA, self.ottawa_words, CITY, ONTARIO, FEDERAL)
        yield 80, self.study_ottawa
        yield 12, partial(self.agree, OTTAWA, signers=1)
        yield 200, partial(self.rate, NORTH, NORTH_THEN)
        yield 12, partial(self.rate, NORTH, NORTH_NOW)
        yield 5, partial(self.rate, OTTAWA, ({},))
        for days_ago, text, tone, _learned, _tone_after, _days in COMMENTS:
            yield days_ago, partial(self.comment, text, tone)
        for days_ago, text, _tone, learned, tone_after, days in COMMENTS:
            if learned:
                yield days_ago - days, partial(self.follow_up, text, learned, tone_after)
        yield 2, self.count_north
        yield 3, self.assess_north
        yield 3, self.plan_north
        yield 1, self.volumes_north
        yield 0, self.tap_north
        yield 0, self.tell_of_north
        yield 0, self.start_like_picton
        yield 200, self.flood_north
        yield 1, self.fire_north
        yield 1, self.travel_north
        yield 45, partial(self.start, PICTON, self.picton_words, COUNTY, ONTARIO)
        yield 40, self.open_city_hall
        yield 30, self.study_picton
        yield 9, partial(self.start, ISLAND, self.island_words, BRUNSWICK)

    # ── What they are about ──────────────────────────────────────────────────────────────────

    north_words = {
        "problem": "People in small communities fly out to reach a federal office.",
        "purpose": "One official in each community serves for both governments.",
        "vision": "No one has to leave the community to fill in a form.",
        "client_groups": "Seniors, families, Indigenous communities",
        "value_clients": "Service at home, in the language people speak.",
        "value_partners": "A presence in places that are too small for an office.",
        "value_employees": "Broader work, and training from both governments.",
    }
    ottawa_words = {
        "problem": "People are sent from one counter to the next, in three buildings.",
        "purpose": "One counter and one queue at city hall for three levels of government.",
        "client_groups": "Newcomers, seniors, people who live downtown",
        "value_clients": "One visit and one queue.",
        "value_partners": "Shared rent, and fewer people sent to the wrong place.",
        "value_employees": "Colleagues who know the answer sit at the next desk.",
    }
    picton_words = {
        "problem": "Two small offices, each open three days a week.",
        "purpose": "Keep an in-person presence in the county all week.",
        "client_groups": "Seniors, people without a car",
        "value_clients": "An open door every working day.",
        "value_partners": "Half the rent.",
        "value_employees": "No one works alone.",
    }
    island_words = {
        "problem": "The ferry is often cancelled, and so are the visits.",
        "purpose": "Officers who speak with people by video from the village office.",
        "value_clients": "Service when the ferry doesn’t run.",
    }

    # ── Steps ────────────────────────────────────────────────────────────────────────────────

    def open_directory(self, *, today: datetime.date) -> None:
        """Add the organizations, each with a contact for leases."""
        for name, level, zone, holidays, languages in DIRECTORY:
            facts: dict[str, Any] = {"time_zone": zone, "holidays": holidays, "languages": languages}
            row = directory.add_organization(name=name, level=level, by=self.ops, **facts)
            directory.add_contact(row, person=self.somebody("Manager, real property", name), role="Leases", from_on=today, by=self.ops)

    def start(self, name: str, words: dict[str, str], *organizations: str, today: datetime.date) -> None:
        row = lifecycle.start_partnership(name=name, problem=words["problem"], lead=self.ops, by=self.ops)
        for number, organization in enumerate(organizations):
            facts: dict[str, Any] = {
                "role": "visiting" if number else "host",
                "joined_on": today,
                "person": self.somebody("Director, service", organization),
            }
            lifecycle.add_partner(row, organization=Organization.objects.get(name=organization), by=self.ops, **facts)
        row = lifecycle.edit_partnership(_named(name), shown_revision=row.revision, by=self.ops, **words)
        for partner in row.partners.select_related("partnership__stream")[: len(organizations) - 1]:
            lifecycle.confirm_purpose(partner, shown_sha256=row.words_sha256, by=self.ops)

    def _study(self, name: str, today: datetime.date) -> Partnership:
        """Go on to the feasibility study, with a board on which each partner has a member."""
        self._complete(name, "G01", "G02", "G03", "G05", today=today)
        row = lifecycle.study_feasibility(_named(name), by=self.ops)
        board = bodies.add_body(name=f"Board: {name}", by=self.ops)
        for partner in row.partners.select_related("coordinator"):
            assert partner.coordinator is not None  # noqa: S101 - each was added with one
            bodies.add_body_seat(board, person=partner.coordinator, role="Member", from_on=today, by=self.ops)
        return lifecycle.edit_partnership(row, shown_revision=row.revision, board=board, by=self.ops)

    def study_north(self, *, today: datetime.date) -> None:
        row = self._study(NORTH, today)
        site = self._site(row, "Community office, Délı̨nę", community="Délı̨nę", place="remote", size="40 m²", finding="fit")
        sites.decide_site(site, chosen=True, reason="People come here already.", by=self.ops)
        facts: dict[str, Any] = {"from_on": today + datetime.timedelta(days=60), "reason": "One official is there; two would not be."}
        sites.add_arrangement(row, leaf="integrated_agent", site=site, by=self.ops, **facts)
        self._complete(NORTH, "G06", "G07", "G08", today=today)
        host = row.partners.select_related("organization").order_by("pk")[0].organization
        contact = directory.add_contact(
            host, person=self.somebody("Security lead", host.name), role="Security lead", emergency_phone="867-555-0142", from_on=today, by=self.ops
        )  # fmt: skip
        directory.set_site_contacts(site, contacts=[contact], by=self.ops)

    def study_ottawa(self, *, today: datetime.date) -> None:
        row = self._study(OTTAWA, today)
        hall = self._site(row, "City hall, ground floor", community="Ottawa", place="urban", size="210 m², six counters", finding="fit")
        self._site(row, "Library on Metcalfe Street", community="Ottawa", place="urban", size="90 m²", noise="Story time on Tuesdays")
        sites.decide_site(hall, chosen=True, reason="Everyone knows where it is, and it has room for six counters.", by=self.ops)
        host = row.partners.order_by("pk")[0]
        facts: dict[str, Any] = {
            "from_on": today + datetime.timedelta(days=140),
            "queue_owner": host,
            "reason": "One queue for three levels.",
        }
        sites.add_arrangement(row, leaf="colocation_counter", site=hall, by=self.ops, **facts)
        self._complete(OTTAWA, "G06", "G07", "G08", today=today)

    def open_city_hall(self, *, today: datetime.date) -> None:
        """Enter the hours at city hall. The federal counter observes other holidays; both close for a move."""
        row = _named(OTTAWA)
        hall = Site.objects.select_related("partnership__stream", "host__organization").get(partnership=row, name="City hall, ground floor")
        week: dict[str, Any] = dict.fromkeys(WEEKDAYS[:5], "08:30-16:30")
        four_days: dict[str, Any] = dict.fromkeys(WEEKDAYS[:4], "09:00-15:30")
        opening.add_calendar(hall, holidays="ON", **{**week, "thursday": "08:30-19:00"}, by=self.ops)
        federal = row.partners.get(organization__name=FEDERAL)
        opening.add_calendar(hall, partner=federal, holidays="CA", **four_days, by=self.ops)
        first = today + datetime.timedelta(days=60)
        opening.add_closure(hall, from_on=first, to_on=first + datetime.timedelta(days=1), reason="Counters are moved", by=self.ops)

    def study_picton(self, *, today: datetime.date) -> None:
        row = self._study(PICTON, today)
        details: dict[str, Any] = {"community": "Picton", "place": "rural", "clients": "30 to 40 a week"}
        first, second = (today + datetime.timedelta(days=days) for days in (290, 410))
        self._site(
            row, "Town hall", size="85 m²", parking="Ten places", cost="$1,900 a month", finding="fit", lease_ends_on=first, **details
        )  # fmt: skip
        post_office: dict[str, Any] = {"size": "120 m²", "parking": "None", "cost": "$1,400 a month", "finding": "work", **details}
        self._site(row, "Old post office", host=1, lease_ends_on=second, **post_office)
        facts: dict[str, Any] = {"from_on": today + datetime.timedelta(days=200), "reason": "Two small offices, low and steady volumes."}
        sites.add_arrangement(row, leaf="colocation_space", site=Site.objects.get(partnership=row, name="Town hall"), by=self.ops, **facts)
        item = _step(PICTON, "G08")
        due_on = today + datetime.timedelta(days=50)
        owner = row.partners.order_by("pk")[0].coordinator
        plan_task(item, owner=owner, due_on=due_on, note="", shown_revision=item.revision, by=self.ops)

    def agree(self, name: str, *, today: datetime.date, signers: int = 9) -> None:
        """Send the agreement out, and have the first `signers` of its parties sign."""
        row = lifecycle.begin_agreeing(_named(name), by=self.ops)
        endings.add_criterion(row, kind="event", text="The host gives up the premises", by=self.ops)
        review_on = today + datetime.timedelta(days=420)
        row = lifecycle.edit_partnership(_named(name), shown_revision=_named(name).revision, review_on=review_on, by=self.ops)
        until = str(today + datetime.timedelta(days=3 * 365))
        version = drafting.prepare(row.stream, offered_template(), header={"until": until}, by=self.ops)
        names = [partner.organization.name for partner in row.partners.select_related("organization").order_by("pk")]
        for role, organization in zip(
            version.roles.select_related("role").order_by("position"), [*names[:2], "Partnership office"], strict=True
        ):
            drafting.set_party(version, role.role, self.somebody("Executive Director", organization), by=self.ops)
        version.refresh_from_db()
        version = sending.circulate(version, shown_revision=version.revision, by=self.ops)
        waiting = Invitation.objects.filter(version=version, purpose="sign").select_related("party__person").order_by("pk")
        for invitation in waiting[:signers]:
            read_and_sign(invitation)

    def open_north(self, *, today: datetime.date) -> None:
        lifecycle.begin_preparing(_named(NORTH), by=self.ops)
        self._complete(NORTH, "G09", "G10", "G11", "G12", "G13", "G14", today=today)
        office = Site.objects.select_related("partnership__stream").get(partnership__name=NORTH)
        note = "One door, a counter with a gate, and a second officer on pension days."
        safety.record_assessment(office, on=today, outcome="safe", note=note, by=self.ops)
        lifecycle.begin_operating(_named(NORTH), on=today, by=self.ops)

    def pilot_north(self, *, today: datetime.date) -> None:
        """Plan the arrangement in the North as a pilot of 15 months."""
        arrangement = Arrangement.objects.select_related("partnership__stream", "site").get(partnership__name=NORTH)
        endings.set_pilot(arrangement, months=15, by=self.ops)

    def evaluate_north(self, *, today: datetime.date) -> None:
        """Evaluate the pilot half-way, with the territory's own review."""
        half = PilotEvaluation.objects.select_related("arrangement__partnership__stream").get(
            arrangement__partnership__name=NORTH, kind="half"
        )
        territory = half.partnership.partners.select_related("partnership__stream", "organization").get(organization__name=TERRITORY)
        text = "Three in four requests are settled in one visit. The official would like a second person on Fridays."
        endings.add_review(territory, evaluation=half, on=today, text=text, by=self.ops)
        endings.evaluate(half, findings=NORTH_HALF_WAY, shown_revision=half.revision, by=self.ops)

    def agree_to_meet(self, *, today: datetime.date) -> None:
        meetings.set_rhythm(_named(NORTH), every_months=3, by=self.ops)

    def meet(self, decisions: str, agree: bool, *, today: datetime.date) -> None:
        """Record a meeting of the partners in the North, at which the federal agency shares the vision or not."""
        row = _named(NORTH)
        answers = {partner.pk: (True, "") for partner in row.partners.all()}
        if not agree:
            federal = row.partners.get(organization__name=FEDERAL)
            answers[federal.pk] = (False, "New priorities after the budget; to be settled with the territory.")
        facts: dict[str, Any] = {"attended": "Both directors, the official", "decisions": decisions, "in_person": agree, "answers": answers}
        meetings.record_meeting(row, on=today, **facts, by=self.ops)

    def plan_to_meet(self, *, today: datetime.date) -> None:
        on = today + datetime.timedelta(days=32)
        meetings.plan_meeting(_named(NORTH), on=on, at=datetime.time(10), in_person=True, place="Community office, Délı̨nę", by=self.ops)

    def count_north(self, *, today: datetime.date) -> None:
        """Import half a year of waits at the community office, and set how long an interview should take."""
        office = Site.objects.select_related("partnership__stream", "host__organization").get(partnership__name=NORTH)
        opening.add_calendar(office, holidays="NT", **cast(dict[str, Any], dict.fromkeys(WEEKDAYS[:5], "09:00-16:00")), by=self.ops)
        import_waits(office, "\n".join(_waits(today)), source="queue-deline.csv", by=self.ops)
        for name, minutes in (("Pensions", 15), ("Driver’s licences", 10)):
            service = SiteService.objects.select_related("site__partnership__stream").get(site=office, name=name)
            services.set_standard(service, minutes=minutes, from_on=today - HALF_A_YEAR, by=self.ops)
        self.train_north(office, today)

    def train_north(self, office: Site, today: datetime.date) -> None:
        """Say who provides which service at the community office; one provider’s training isn’t on record yet."""
        partners = {row.organization.name: row for row in office.partnership.partners.select_related("organization")}
        facts: dict[str, Any] = {"depth": "help_apply", "settlement": "", "owner": partners[FEDERAL], "provider": partners[TERRITORY]}
        for name, training in (("Pensions", "Old Age Security, two days"), ("Driver’s licences", "Licence system, half a day")):
            service = SiteService.objects.select_related("site__partnership__stream").get(site=office, name=name)
            service = services.edit_service(service, training=training, **facts, shown_revision=service.revision, by=self.ops)
            if name == "Pensions":
                services.record_training(service, on=today - HALF_A_YEAR, agents=2, by=self.ops)

    def assess_north(self, *, today: datetime.date) -> None:
        """Record what was observed in six interviews at the community office."""
        office = Site.objects.select_related("partnership__stream").get(partnership__name=NORTH)
        for number, score in enumerate((4, 5, 3, 4, 5, 4)):
            agent = self.somebody("Service officer", TERRITORY if number % 2 else FEDERAL)
            scores = {question.code: score for question in QUESTIONS}
            on = today - datetime.timedelta(days=number)
            facts: dict[str, Any] = {"observer": "Service coach", "on": on, "feedback": "Say what happens next before the client leaves."}
            assess_quality(office, person=agent, scores=scores, **facts, by=self.ops)

    def plan_north(self, *, today: datetime.date) -> None:
        """Record the community office's emergency plan, with a test of each scenario; the one of a fire is a month overdue."""
        office = Site.objects.select_related("partnership__stream").get(partnership__name=NORTH)
        keeper = self.somebody("Office manager", TERRITORY)
        plan = keep_plan(office, url="https://example.org/emergency-plan", person=keeper, by=self.ops)
        for number, scenario in enumerate(Scenario):
            on = months_after(today, -13 if scenario == Scenario.FIRE else number - 9)
            record_test(plan, scenario=scenario, on=on, learned="Everyone left in four minutes. One sign was missing.", by=self.ops)

    def volumes_north(self, *, today: datetime.date) -> None:
        """Import 18 months of volumes at the community office."""
        office = Site.objects.select_related("partnership__stream").get(partnership__name=NORTH)
        rows = ["Service,Month,Services,Clients"]
        for ago in range(18, 0, -1):
            month = months_after(today.replace(day=1), -ago)
            for name, usual in (("Pensions", 24), ("Driver’s licences", 31), ("Health cards", 12)):
                clients = usual + (18 - ago) + month.month % 4
                rows.append(f"{name},{month:%Y-%m},{clients + clients // 5},{clients}")
        import_volumes(office, "\n".join(rows), by=self.ops)

    def tap_north(self, *, today: datetime.date) -> None:
        """Tap for a morning's clients at the community office."""
        office = Site.objects.select_related("partnership__stream").get(partnership__name=NORTH)
        pensions, licences = (SiteService.objects.get(site=office, name=name) for name in ("Pensions", "Driver’s licences"))
        kinds = [("right", None)] * 7 + [("wrong", None)] + [("served", None)] * 6 + [("quality", score) for score in (5, 4, 5, 3, 5)]
        now = timezone.now()
        taps = [
            TapFacts(
                uuid.UUID(int=number + 1), (pensions if number % 2 else licences).pk, kind, now - datetime.timedelta(minutes=number), score
            )
            for number, (kind, score) in enumerate(kinds)
        ]
        record_taps(office, taps, by=self.ops)

    def comment(self, text: str, tone: str, *, today: datetime.date) -> None:
        """Record a comment at the community office, with a phone number."""
        office = Site.objects.select_related("partnership__stream", "host__organization").get(partnership__name=NORTH)
        facts: dict[str, Any] = {"channel": "counter", "received_on": today, "contact": "867-555-0142", "consent": True}
        comments.record_comment(office, text=text, tone=tone, **facts, by=self.ops)

    def follow_up(self, text: str, learned: str, tone_after: str, *, today: datetime.date) -> None:
        """Call the client back."""
        row = ClientComment.objects.select_related("site__partnership__stream").get(text=text)
        facts: dict[str, Any] = {"followed_up_on": today, "learned": learned, "tone_after": tone_after}
        comments.follow_up(row, **facts, shown_revision=row.revision, by=self.ops)

    def rate(self, name: str, partners: tuple[dict[str, tuple[int, str]], ...], *, today: datetime.date) -> None:
        """Ask the partners for their ratings; the first few rate, 4 for all but the criteria that are named, with a reason."""
        current = relationship.open_round(_named(name), due_on=today + datetime.timedelta(days=14), by=self.ops)
        ratings = current.ratings.select_related("round__partnership__stream", "partner").order_by("pk")
        for rating, given in zip(ratings, partners, strict=False):
            assert rating.partner.coordinator_id is not None  # noqa: S101 - each was added with one
            link = rating_link(issue_rating_link(rating.pk, rating.partner.coordinator_id).rsplit("/", 1)[-1])
            assert link is not None  # noqa: S101 - it was issued just now
            scores = {criterion.code: given.get(criterion.code, (4, ""))[0] for criterion in CRITERIA}
            reasons = {code: reason for code, (_score, reason) in given.items()}
            relationship.rate(rating, scores=scores, reasons=reasons, shown_revision=rating.revision, by=RatingLinkHolder(link))

    def start_like_picton(self, *, today: datetime.date) -> None:
        """Start a partnership like the case study of Picton."""
        start_like(CaseStudy.objects.get(code="picton"), name=NORTH_HASTINGS, lead=self.ops, by=self.ops)

    def tell_of_north(self, *, today: datetime.date) -> None:
        """Draft a case study from what is on record, and ask both governments. The territory has agreed; the federal agency hasn't answered."""
        case = cases.draft_case(_named(NORTH), by=self.ops)
        case = cases.edit_case(case, shown_revision=case.revision, by=self.ops, **NORTH_CASE)
        consents = cases.ask_partners(case, by=self.ops)
        first = next(consent for consent in consents if consent.partner.organization.name == TERRITORY)
        link = case_link(issue_case_link(first.pk, first.person_id).rstrip("/").rsplit("/", 1)[-1])
        assert link is not None  # noqa: S101 - it was just made
        by = CaseLinkHolder(link)
        cases.answer_case(first, answer=CaseConsent.Answer.AGREED, shown_sha256=first.text_sha256, by=by)

    def flood_north(self, *, today: datetime.date) -> None:
        """Respond to a flood: the first client is served after seven hours, and the lessons are on record."""
        row, hour = _named(NORTH), datetime.timedelta(hours=1)
        called_at = timezone.now() - 9 * hour
        facts: dict[str, Any] = {"presence": "School gym, from 16:00", "called": row.partners.all(), "called_at": called_at}
        incident = open_incident(row, kind="flood", community="Fort Simpson", by=self.ops, **facts)
        incident = record_first_served(incident, at=called_at + 7 * hour, by=self.ops)
        end_incident(incident, lessons="Bring paper forms: the network was down until evening. Have an interpreter on call.", by=self.ops)

    def fire_north(self, *, today: datetime.date) -> None:
        """Respond to a fire near the community office; no client has been served yet."""
        row = _named(NORTH)
        facts: dict[str, Any] = {"presence": "Band hall, tomorrow from 9:00", "called": row.partners.all()}
        open_incident(row, kind="fire", community="Délı̨nę", called_at=timezone.now() - datetime.timedelta(hours=3), by=self.ops, **facts)

    def travel_north(self, *, today: datetime.date) -> None:
        """Plan two trips to the community office: the one by car is ready to be signed off, the one by plane isn’t."""
        office = Site.objects.select_related("partnership__stream").get(partnership__name=NORTH)
        manager = next(row for row in possible_managers(office.partnership) if row != self.ops)
        for days, mode, title in ((4, "car", "Officer, outreach"), (11, "plane", "Officer, licences")):
            facts: dict[str, Any] = {"person": self.somebody(title, TERRITORY), "manager": manager}
            trip = trips.plan_trip(office, on=office.today + datetime.timedelta(days=days), mode=mode, by=self.ops, **facts)
            if mode == "car":
                checklist = checklist_of(trip)
                codes = [item.code for each in checklist.lists for item in each.items]
                trips.tick_trip(trip, codes=codes, numbers=TRIP_NUMBERS, shown_revision=trip.revision, by=self.ops)

    # ── Parts ────────────────────────────────────────────────────────────────────────────────

    def _site(self, row: Partnership, name: str, *, host: int = 0, **details: Any) -> Site:
        return sites.add_site(row, name=name, host=row.partners.order_by("pk")[host], by=self.ops, **details)

    def _complete(self, name: str, *codes: str, today: datetime.date) -> None:
        for code in codes:
            item = _step(name, code)
            complete_task(item, done_on=today, shown_revision=item.revision, by=self.ops)


def _waits(today: datetime.date) -> Iterator[str]:
    """Yield the rows of a queue system's file, with waits that get shorter. The same on every day that the demo is loaded."""
    dice = random.Random(7)  # noqa: S311 - invented figures
    yield "Ticket,Service,Arrived,Called,Ended,Right organization"
    for ago in range(HALF_A_YEAR.days, 0, -1):
        day = today - ago * datetime.timedelta(days=1)
        for number in range(dice.randint(3, 7) if day.weekday() < 5 else 0):
            service = dice.choice(("Pensions", "Driver’s licences", "Driver’s licences", "Health cards"))
            arrived = datetime.datetime.combine(day, datetime.time(9 + number, dice.randint(0, 50)))
            called = arrived + datetime.timedelta(minutes=dice.randint(2, 12 + ago // 8))
            ended = called + datetime.timedelta(minutes=dice.randint(6, 20))
            times = ",".join(f"{time:%Y-%m-%d %H:%M}" for time in (arrived, called, ended))
            yield f"{number + 1},{service},{times},{'no' if dice.random() < 0.08 else 'yes'}"


def _named(name: str) -> Partnership:
    return Partnership.objects.select_related("stream", "lead", "board").get(name=name)


def _step(name: str, code: str) -> ChecklistItem:
    rows = ChecklistItem.objects.select_related("checklist__stream")
    return rows.get(checklist__stream__service_partnership__name=name, code=code)
