"""Organizations and partnerships for tests, made through the acts that people use."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.utils import timezone

from acts.act import SYSTEM
from agreements.models import PARTNERSHIP, Agreement, AgreementVersion
from oversight.bodies.actions import add_body, add_body_seat
from oversight.checklists.actions import complete_task
from oversight.models import ChecklistItem
from partnerships.agreement.template import offered_template
from partnerships.cases import actions as cases
from partnerships.cases.links import CaseLinkHolder, case_link, issue_case_link
from partnerships.cases.queries import text_sha256
from partnerships.endings import actions as endings
from partnerships.endings.rules import FACTORS
from partnerships.guidance.actions import add_resource, load_guidance, publish_version
from partnerships.lifecycle import actions as lifecycle
from partnerships.models import (
    WEEKDAYS,
    Arrangement,
    CaseConsent,
    CaseStudy,
    CaseVersion,
    ClientComment,
    Closure,
    EmergencyPlan,
    Incident,
    OpeningCalendar,
    Partner,
    PartnerMeeting,
    PartnerRating,
    Partnership,
    PilotEvaluation,
    QualityAssessment,
    RatingRound,
    Resource,
    Site,
    SiteService,
    SunsetCriterion,
    Trip,
)
from partnerships.organizations.actions import add_organization
from partnerships.sites import actions as sites
from partnerships.sites import emergencies
from partnerships.sites.comments.actions import record_comment
from partnerships.sites.opening import actions as opening
from partnerships.sites.quality.actions import assess_quality
from partnerships.sites.quality.rules import QUESTIONS
from partnerships.sites.services import actions as services
from partnerships.sites.trips import actions as trips
from partnerships.sites.trips.checklist import checklist_of
from partnerships.sites.waits.importing import import_waits
from partnerships.workspace.incidents import actions as incidents
from partnerships.workspace.meetings import actions as meetings
from partnerships.workspace.relationship import actions as relationship
from partnerships.workspace.relationship.links import RatingLinkHolder, issue_rating_link, rating_link
from partnerships.workspace.relationship.rules import CRITERIA
from people.identity import Presenter
from people.models import Body, Organization, User
from tests.factories import account, person

_numbers = count(1)


def organization(*, by: User | None = None, level: str = "municipal", **fields: Any) -> Organization:
    """An organization with a name of its own."""
    name = fields.pop("name", "") or f"Town of Ashford {next(_numbers)}"
    return add_organization(name=name, level=level, by=by or account("lab_ops"), **fields)


def partnership(*, by: User | None = None, name: str = "Joint counter in Picton", **fields: Any) -> Partnership:
    """An idea with a name alone."""
    return lifecycle.start_partnership(name=name, by=by or account("lab_ops"), **fields)


def partner(of: Partnership, *, level: str = "municipal", by: User | None = None, **fields: Any) -> Partner:
    """A partner of `of`, from an organization of its own, with a coordinator."""
    by = by or account("lab_ops")
    place = {name: fields.pop(name) for name in ("name", "time_zone", "holidays") if name in fields}
    facts = {"role": "host", "joined_on": timezone.localdate(), "person": fields.pop("person", None) or person()}
    return lifecycle.add_partner(of, organization=organization(level=level, by=by, **place), by=by, **facts, **fields)


WORDS = {
    "problem": "Two offices, and neither is open every day.",
    "purpose": "One counter for services of both levels.",
    "vision": "People come once and are done.",
    "value_clients": "One visit instead of two.",
    "value_partners": "Shared rent.",
    "value_employees": "Nobody works alone.",
}


def done(of: Partnership, *codes: str, by: User) -> None:
    """Complete steps of the process."""
    for item in ChecklistItem.objects.select_related("checklist__stream").filter(checklist__stream=of.stream, code__in=codes):
        complete_task(item, done_on=timezone.localdate(), shown_revision=item.revision, by=by)


def case(*, by: User | None = None, **fields: Any) -> Partnership:
    """An idea that can be studied: two partners at two levels, its words, and the step that they agree on."""
    by = by or account("lab_ops")
    row = partnership(by=by, **fields)
    for level in ("municipal", "provincial"):
        partner(row, level=level, by=by)
    row = lifecycle.edit_partnership(row, shown_revision=row.revision, by=by, **WORDS)
    done(row, "G05", by=by)
    return row


def site(of: Partnership, *, by: User | None = None, chosen: bool = False, **fields: Any) -> Site:
    by = by or account("lab_ops")
    facts = {"name": "Picton town hall", "community": "Picton", "place": "rural", **fields}
    row = sites.add_site(of, by=by, **facts)
    return sites.decide_site(row, chosen=True, reason="The only one with parking.", by=by) if chosen else row


def calendar(of: Site, *, by: User | None = None, **fields: Any) -> OpeningCalendar:
    """Hours from Monday to Friday, half past eight to half past four, with Ontario's holidays unless `fields` say otherwise."""
    hours = dict.fromkeys(WEEKDAYS[:5], "08:30-16:30")
    return opening.add_calendar(of, **{"holidays": "ON", **hours, **fields}, by=by or account("lab_ops"))


def closure(of: Site, *, by: User | None = None, **fields: Any) -> Closure:
    facts = {"from_on": timezone.localdate(), "reason": "Staff training", **fields}
    return opening.add_closure(of, **facts, by=by or account("lab_ops"))


def waits_file(rows: Iterable[tuple[str, datetime.date, int | None, int | None, bool | None]], first: int = 1) -> str:
    """A queue system's file: for each client the service, the day, the minutes waited and served, and whether the organization was right."""
    out = ["Ticket,Service,Arrived,Called,Ended,Right organization"]
    answers = {True: "yes", False: "no", None: ""}
    for number, (name, on, waited, served, right) in enumerate(rows, first):
        arrived = datetime.datetime.combine(on, datetime.time(9)) + datetime.timedelta(minutes=number % 300)
        called = arrived + datetime.timedelta(minutes=waited) if waited is not None else None
        ended = called + datetime.timedelta(minutes=served) if called and served is not None else None
        times = ",".join(f"{time:%Y-%m-%d %H:%M}" if time else "" for time in (arrived, called, ended))
        out.append(f"A{number},{name},{times},{answers[right]}")
    return "\n".join(out) + "\n"


def service(of: Site, *, by: User | None = None) -> SiteService:
    """A service for which somebody has waited."""
    import_waits(
        of, waits_file([("Passports", timezone.localdate() - datetime.timedelta(days=1), 3, 12, True)]), by=by or account("lab_ops")
    )
    return SiteService.objects.select_related("site__partnership__stream").get(site=of)


def provided_service(of: Site | None = None, *, by: User | None = None, **fields: Any) -> SiteService:
    """A service whose provider needs training."""
    by = by or account("lab_ops")
    row = service(of or site(case(by=by), by=by), by=by)
    owner, provider = row.site.partnership.partners.order_by("pk")
    facts = {"owner": owner, "provider": provider, "depth": "accept", "training": "Passports, one day", "settlement": "", **fields}
    services.edit_service(row, **facts, shown_revision=row.revision, by=by)
    return SiteService.objects.select_related("site__partnership__stream", "provider__organization").get(pk=row.pk)


def comment(of: Site, *, by: User | None = None, **fields: Any) -> ClientComment:
    """A client's comment of today; its follow-up is due unless `fields` say that there is no contact."""
    facts = {
        "channel": "box",
        "received_on": of.today,
        "text": "The sign is hard to find.",
        "tone": "displeased",
        "contact": "250-555-0100",
    }
    facts = {**facts, "consent": True, **fields}
    return record_comment(of, by=by or account("lab_ops"), **facts)


def incident(of: Partnership, *, by: User | None = None, **fields: Any) -> Incident:
    """A rapid response to a flood for which every partner was called just now."""
    facts = {"kind": "flood", "community": "Picton", "called": of.partners.filter(left_on=None), **fields}
    return incidents.open_incident(of, by=by or account("lab_ops"), **facts)


def arrangement(of: Partnership, *, by: User | None = None, leaf: str = "colocation_space", **fields: Any) -> Arrangement:
    facts = {"from_on": timezone.localdate(), "reason": "Two small offices.", **fields}
    return sites.add_arrangement(of, leaf=leaf, by=by or account("lab_ops"), **facts)


def seated(of: Partnership, *, by: User) -> Body:
    """A group on which every partner's coordinator sits."""
    board = add_body(name=f"Board of {of.reference}", by=by)
    for each in of.partners.select_related("coordinator"):
        add_body_seat(board, person=each.coordinator, from_on=timezone.localdate(), by=by)
    return board


def studied(*, by: User | None = None, leaf: str = "colocation_space", **fields: Any) -> Partnership:
    """A partnership whose feasibility study is done: a chosen site, an arrangement, a board that decides, shared costs."""
    by = by or account("lab_ops")
    row = lifecycle.study_feasibility(case(by=by, **fields), by=by)
    arrangement(row, site=site(row, chosen=True, by=by), leaf=leaf, by=by)
    row = lifecycle.edit_partnership(row, shown_revision=fresh(row).revision, board=seated(row, by=by), by=by)
    done(row, "G06", "G08", by=by)
    return fresh(row)


def agreeing(*, by: User | None = None, **fields: Any) -> Partnership:
    """A partnership that has gone on to its agreement."""
    by = by or account("lab_ops")
    return lifecycle.begin_agreeing(studied(by=by, **fields), by=by)


def noted(*, by: User | None = None, **fields: Any) -> Partnership:
    """An informal cross promotion with its note, its review date and no sunset criteria."""
    by = by or account("lab_ops")
    row = agreeing(by=by, leaf="promotion_informal", **fields)
    facts = {"note": "Referral sheets, agreed with the town clerk.", "note_on": timezone.localdate(), "no_sunset_reason": "No cost."}
    review_on = timezone.localdate() + datetime.timedelta(days=365)
    return lifecycle.edit_partnership(row, shown_revision=row.revision, review_on=review_on, by=by, **facts)


def prepared(*, by: User | None = None, **fields: Any) -> Partnership:
    """An informal cross promotion that can start."""
    by = by or account("lab_ops")
    row = lifecycle.begin_preparing(noted(by=by, **fields), by=by)
    done(row, "G09", by=by)
    return row


def operating(*, by: User | None = None, **fields: Any) -> Partnership:
    """An informal cross promotion that operates."""
    by = by or account("lab_ops")
    return lifecycle.begin_operating(prepared(by=by, **fields), on=timezone.localdate(), by=by)


def criterion(of: Partnership, *, by: User | None = None, **fields: Any) -> SunsetCriterion:
    """A sunset criterion; an event, unless `fields` say otherwise."""
    facts = {"kind": "event", "text": "The host gives up the premises", **fields}
    return endings.add_criterion(of, by=by or account("lab_ops"), **facts)


def pilot(of: Partnership, *, months: int = 12, by: User | None = None, **fields: Any) -> tuple[PilotEvaluation, PilotEvaluation]:
    """A pilot's half-way and final evaluations; it begins today unless `fields` say otherwise."""
    by = by or account("lab_ops")
    row = endings.set_pilot(arrangement(of, by=by, **fields), months=months, by=by)
    half, final = PilotEvaluation.objects.select_related("arrangement__partnership__stream").filter(arrangement=row)
    return half, final


def quality_assessment(of: Site, *, by: User | None = None, score: int = 4, **fields: Any) -> QualityAssessment:
    """What was observed in the interview of an agent."""
    facts = {"observer": "Ingrid Sandvik", "on": of.today, "feedback": "Ask what they need first.", **fields}
    facts.setdefault("person", None)
    scores = {question.code: score for question in QUESTIONS}
    return assess_quality(of, scores=scores, **facts | {"person": facts["person"] or person()}, by=by or account("lab_ops"))


def trip(of: Site, *, by: User | None = None, **fields: Any) -> Trip:
    """A trip by car, tomorrow, that a lab lead signs off."""
    facts: dict[str, Any] = {"on": of.today + datetime.timedelta(days=1), "mode": "car", **fields}
    if "person" not in facts:
        facts["person"] = person()
    if "manager" not in facts:
        facts["manager"] = account("lab_lead")
    return trips.plan_trip(of, by=by or account("lab_ops"), **facts)


def trip_codes(of: Trip) -> list[str]:
    """Every code of its checklist."""
    return [item.code for each in checklist_of(of).lists for item in each.items]


def trip_numbers(of: Trip) -> dict[str, str]:
    """A number for each place."""
    phones = {"police": "250-555-0101", "ambulance": "250-555-0102", "fire": "250-555-0103", "automobile": "250-555-0105"}
    return {item.code: {**phones, "host": "250-555-0104"}[item.code] for item, _number in checklist_of(of).numbers}


def ticked_form(of: Trip) -> dict[str, Any]:
    """What a form with everything ticked sends."""
    lists = {each.code: [item.code for item in each.items] for each in checklist_of(of).lists}
    return {**lists, **{f"number_{code}": number for code, number in trip_numbers(of).items()}, "shown_revision": of.revision}


def ready(of: Trip, *, by: User | None = None) -> Trip:
    """A trip with everything ticked and every number entered."""
    facts: dict[str, Any] = {"codes": trip_codes(of), "numbers": trip_numbers(of), "shown_revision": of.revision}
    return trips.tick_trip(of, by=by or account("lab_ops"), **facts)


def fresh_trip(row: Trip) -> Trip:
    return Trip.objects.select_related("site__partnership__stream", "site__partnership__lead", "traveller", "manager").get(pk=row.pk)


def emergency_plan(of: Site, *, by: User | None = None) -> EmergencyPlan:
    """The emergency plan of a site, recorded now."""
    return emergencies.keep_plan(of, url="https://example.org/plan", person=person(), by=by or account("lab_ops"))


def planned_meeting(of: Partnership, *, by: User | None = None, days: int = 10) -> PartnerMeeting:
    """A meeting of the partners, planned for some days ahead."""
    on = timezone.localdate() + datetime.timedelta(days=days)
    return meetings.plan_meeting(of, on=on, place="Town hall", by=by or account("lab_ops"))


def held_meeting(of: Partnership, *, by: User | None = None, ago: int = 0, **fields: Any) -> PartnerMeeting:
    """A meeting that was held some days ago."""
    facts = {"on": timezone.localdate() - datetime.timedelta(days=ago), "attended": "Both coordinators", **fields}
    return meetings.record_meeting(of, **facts, by=by or account("lab_ops"))


def findings(**parts: str) -> dict[str, dict[str, str]]:
    """What `evaluate` takes: the same about every factor."""
    parts = {"result": "better", "finding": "Fewer trips.", "evidence": "Median wait 9 min, was 14", **parts}
    return {factor.code: parts for factor in FACTORS}


def evaluated(row: PilotEvaluation, *, by: User | None = None, **parts: str) -> PilotEvaluation:
    row.refresh_from_db()
    return endings.evaluate(row, findings=findings(**parts), shown_revision=row.revision, by=by or account("lab_ops"))


def agreement_in_force(of: Partnership, *, until: datetime.date | str, by: User) -> AgreementVersion:
    """An agreement in force for 300 days now, its rows written directly; `until` is its last day."""
    since = timezone.now() - datetime.timedelta(days=300)
    agreement = Agreement.objects.create(
        stream=of.stream, template_version=offered_template(), purpose=PARTNERSHIP, number=1, reference=f"{of.reference}-A1", made_by=by
    )
    facts = {"canonical": b"words", "content_sha256": "a" * 64, "circulated_at": since, "in_force_at": since}
    header = {"until": str(until)}
    return AgreementVersion.objects.create(agreement=agreement, number=1, state="in_force", header=header, **facts)


def wound_up(*, by: User | None = None) -> Partnership:
    """A partnership that was decided to end, with everything settled."""
    by = by or account("lab_ops")
    row = operating(by=by)
    endings.decide(row, choice="end", reason="The lease has ended.", by=by)
    done(row, "W1", "W2", "W3", "W4", by=by)
    return fresh(row)


def fresh(row: Partnership) -> Partnership:
    return Partnership.objects.select_related("stream", "lead", "board").get(pk=row.pk)


def guidance() -> None:
    """The guidance, as the command loads it."""
    load_guidance(by=SYSTEM)


def resource(*, by: User | None = None, published: bool = True, **fields: Any) -> Resource:
    """A tool of the lab's own, with a file unless it isn't to be published."""
    number = next(_numbers)
    by = by or account("lab_ops")
    row = add_resource(**{"title": f"Site plan {number}", "code": f"site-plan-{number}", "theme": "accommodation", **fields}, by=by)
    return publish_version(row, file_name="plan.csv", content=b"Room,Area\nLobby,40\n", by=by) if published else row


def rating_round(of: Partnership | None = None, *, by: User | None = None, days: int = 14) -> RatingRound:
    """An open round of a partnership, by default one with two partners."""
    by = by or account("lab_ops")
    if of is None:
        of = partnership(by=by)
        for name in ("Prince Edward County", "Ontario service agency"):
            partner(of, name=f"{name} {next(_numbers)}", by=by)
    return relationship.open_round(of, due_on=timezone.localdate() + datetime.timedelta(days=days), by=by)


def answers(score: int = 4, reason: str = "", **scores: int) -> dict[str, Any]:
    """What `rate` takes: `score` for every criterion but those named (with _ for -), and `reason` for each."""
    named = {code.replace("_", "-"): value for code, value in scores.items()}
    return {
        "scores": {criterion.code: score for criterion in CRITERIA} | named,
        "reasons": {criterion.code: reason for criterion in CRITERIA} if reason else dict.fromkeys(named, "Why."),
    }


def rating_token(of: PartnerRating) -> str:
    """A new link's token, as for an email that leaves now."""
    assert of.partner.coordinator_id is not None
    return issue_rating_link(of.pk, of.partner.coordinator_id).rsplit("/", 1)[-1]


def coordinator_of(of: PartnerRating) -> RatingLinkHolder:
    """The coordinator of a rating's partner, as they come by their link."""
    link = rating_link(rating_token(of))
    assert link is not None
    return RatingLinkHolder(link)


@dataclass(frozen=True)
class Coordinator(Presenter):
    """Whoever coordinates for a rating's partner when they are asked; no link is written for it."""

    rating: int

    def may_rate(self, rating: PartnerRating) -> bool:
        return rating.pk == self.rating


def rate(of: PartnerRating, given: dict[str, Any] | None = None) -> PartnerRating:
    """Rate by the link, as it is now."""
    of = PartnerRating.objects.select_related("round__partnership__stream", "partner").get(pk=of.pk)
    return relationship.rate(of, **(given or answers()), shown_revision=of.revision, by=coordinator_of(of))


TEXT = {
    "background": "Two offices, and neither was open every day.",
    "objectives": "An open door every working day\nOne visit for both governments",
    "results": "The office is open five days a week.",
    "next_steps": "2027-03-31 Look at a second town\nTrain two more officers",
}


def case_study(*, by: User | None = None, title: str = "", **fields: Any) -> CaseStudy:
    """A case study without a partnership here, complete enough to publish."""
    facts = {**TEXT, "leaves": ["colocation_space"], **fields}
    return cases.add_case(title=title or f"Shared space in Ashford {next(_numbers)}", by=by or account("lab_ops"), **facts)


def drafted(of: Partnership | None = None, *, by: User | None = None) -> CaseStudy:
    """A case study drafted from a partnership that operates, with its results written."""
    by = by or account("lab_ops")
    row = cases.draft_case(of or operating(by=by), by=by)
    return cases.edit_case(row, shown_revision=row.revision, results="Clients are served in one place.", by=by)


def asked(case: CaseStudy | None = None, *, by: User | None = None) -> list[CaseConsent]:
    """What the partners of a case are asked."""
    by = by or account("lab_ops")
    return cases.ask_partners(case or drafted(by=by), by=by)


def case_link_of(consent: CaseConsent) -> str:
    """The token of a link that leaves for the person who is asked."""
    return issue_case_link(consent.pk, consent.person_id).rstrip("/").rsplit("/", 1)[-1]


def by_case_link(consent: CaseConsent) -> CaseLinkHolder:
    """The person who came by their own link."""
    link = case_link(case_link_of(consent))
    assert link is not None
    return CaseLinkHolder(link)


def agreed(consents: Iterable[CaseConsent]) -> None:
    """Each partner agrees by its link."""
    for consent in consents:
        cases.answer_case(consent, answer="case_agreed", shown_sha256=consent.text_sha256, by=by_case_link(consent))


def published_case(*, by: User | None = None, **fields: Any) -> CaseVersion:
    """A case study without a partnership here, published."""
    by = by or account("lab_ops")
    row = case_study(by=by, **fields)
    return cases.publish_case(row, shown_sha256=text_sha256(row), by=by)
