"""One lab with three residencies and every kind of visitor, for walking addresses × visitors × objects."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from agreements.discussion import actions as discussion_actions
from agreements.drafting import sending
from agreements.invitations import actions as invitations_actions
from agreements.models import Amendment, HandOver, Invitation, PaperAgreement, Party, PartyRole, WrongPerson
from agreements.signing import delegation
from community.models import Alumnus, BenefitOwner, Expert, MentorMeeting
from community.models.checklists import HABITS
from ledger.models import Stream
from metrics.models import Metric, Observation, ReuseLink, SavingRevision
from outbox.models import Message
from oversight.bodies.actions import add_body, add_body_seat
from oversight.checklists import actions as task_actions
from oversight.checklists.library import ADMINISTRATION
from oversight.models import (
    Barrier,
    Category,
    Checklist,
    ChecklistItem,
    Contract,
    DecisionAnswer,
    DecisionWanted,
    DelayedApproval,
    FollowUp,
    Level,
    MoneyLine,
    OpennessPlan,
    ReportLine,
    Risk,
    TaskEvidence,
)
from partnerships import urls as partnership_urls
from partnerships.cases.actions import add_figure
from partnerships.endings.actions import decide, record_event
from partnerships.lifecycle.actions import end_partnership
from partnerships.models import (
    CaseConsent,
    ClientComment,
    Closure,
    OpeningCalendar,
    PartnerRating,
    Partnership,
    PilotEvaluation,
    QualityAssessment,
    Resource,
    SiteService,
    Trip,
)
from partnerships.organizations.actions import add_contact
from partnerships.workspace.incidents.actions import end_incident
from partnerships.workspace.relationship.actions import close_round
from people.actions import person_of
from people.models import AddressChange, Body, BodySeat, Organization, OrganizationContact, SavedView, User
from reports.models import ApiToken, Consent, Lesson, ShowcaseComponent
from reports.portfolio.actions import seal_portfolio
from reports.value.actions import seal_value_report
from residencies.intake import actions as intake_actions
from residencies.lifecycle import actions as lifecycle_actions
from residencies.lifecycle import residency as residency_acts
from residencies.models import Evidence, Membership, Question, Residency, Review
from residencies.review import actions as review_actions
from teams.models import Champion, Seat, Service, Sprint, Training
from teams.training.actions import attach_certificate
from tests.agreements import amending
from tests.agreements import factories as make_agreements
from tests.agreements.factories import as_party
from tests.community.factories import desks, giving, habit, matched, mentored, met
from tests.factories import account, person
from tests.metrics.factories import metric, offset, reading, reused
from tests.oversight import trusting
from tests.oversight.barriers import defined, risk
from tests.oversight.documents import issued
from tests.oversight.factories import contract, entry, this_year
from tests.oversight.follow_ups import follow_up
from tests.oversight.status import reported
from tests.oversight.task_rows import plan_part, task
from tests.partnerships import factories as make_partnerships
from tests.partnerships.factories import guidance, organization, resource
from tests.pdfs import PDF
from tests.reports.factories import token_for
from tests.reports.showcasing import in_the_showcase
from tests.residencies import conversing
from tests.residencies import factories as make
from tests.security.addresses import Address
from tests.security.roles import Visitor
from tests.teams.factories import champion, expectation, seat, service, sprinting, training
from tests.teams.factories import residency as bare_residency

PASSES = "labportal.accounts.Backend"
OBJECTS = ("own", "other", "ended")
# Pages that are there while an agreement is still a draft.
OF_A_DRAFT = {
    f"status-{page}" for page in ("edit", "facts", "send", "discard", "ask", "question-remove", "decision-add", "decision-remove")
}
DRAFT_PAGES = {f"agreement-{page}" for page in ("header", "conditions", "order", "parties", "party", "circulate")}

# Pages of one partnership: about the partnership of the same name as the residency.
PARTNERSHIP_PAGES = {pattern.name for pattern in [*partnership_urls.PARTNERSHIP, *partnership_urls.CASES]} - {"case-by-link"}

CONVERSATION_PAGES = [f"conversation{page}" for page in ("", "-plan", "-cancel", "-invite", "-file", "-hold", "-correct")]


@dataclass
class World:
    """`accounts` by visitor, `clients` signed in as them, `residencies` by whose they are."""

    accounts: dict[Visitor, User] = field(default_factory=dict)
    clients: dict[Visitor, Client] = field(default_factory=dict)
    residencies: dict[str, Residency] = field(default_factory=dict)
    drafted: dict[str, Residency] = field(default_factory=dict)
    partnerships: dict[str, Partnership] = field(default_factory=dict)
    persons: Any = None
    files: Any = None

    def keeper(self, of: str) -> Visitor:
        return Visitor.STRANGER if of == "other" else Visitor.OWNER

    def parts(self, address: Address, of: str) -> dict[str, Any]:
        """What fills the address's parts when it is about the residency `of`."""
        if address.name in PARTNERSHIP_PAGES:
            return {part: self._of_partnership(address.name, part, self.partnerships[of]) for part in address.parts}
        about = self.drafted if address.name in DRAFT_PAGES else self.residencies
        residency = about.get(of, self.residencies[of])
        return {part: self._part(part, address.name, residency) for part in address.parts}

    def _part(self, part: str, name: str, residency: Residency) -> Any:
        fixed = {
            "file_format": "csv",
            "verb": "withdraw",
            "number": 1,
            "agreement": 1,
            "token": "t" * 43,
            "slug": "partnership",
            "clause": "1.1",
            "digits": "0" * 64,
            "day": (timezone.localdate() + datetime.timedelta(days=30)).isoformat(),
            "occasion": "review-waiting",
            "code": "data",
            "step": "backup",
            "topic": "sprints",
            "measure": "in-residence",
            "figure": "to-start",
            "model": "outreach",
            "theme": "security",
            "year": this_year(),
            "item": "hosting",
        }
        if name == "tick" and part == "checklist":
            return HABITS.code
        if name.startswith(("showcase-feed", "showcase-cases-feed")):
            return "json"
        if part in fixed:
            return fixed[part]
        if part == "reference":
            return residency.reference
        if part == "report":
            return 2 if name in OF_A_DRAFT else 1
        return self._row(part, name, residency).pk

    def _row(self, part: str, name: str, residency: Residency) -> Any:
        of_stream = {"stream": residency.stream}
        if part == "checklist":
            return Checklist.objects.get(stream=residency.stream, code=ADMINISTRATION.code)
        if part == "task" and name == "graduation-part":
            return ChecklistItem.objects.get(checklist__stream=residency.stream, code="home")
        if part == "task":
            return ChecklistItem.objects.filter(checklist__stream=residency.stream, code="pia").get()
        if part == "evidence" and name.startswith("task-"):
            return TaskEvidence.objects.get(item__checklist__stream=residency.stream, item__code="pia")
        if part in ("ministry", "area"):
            return residency.program_area.ministry if part == "ministry" else residency.program_area
        if part == "seat":
            return Seat.objects.filter(team__stream=residency.stream_id).latest("pk")
        if part == "sprint":
            return Sprint.objects.filter(team__stream=residency.stream_id).earliest("pk")
        if part == "service":
            return Service.objects.filter(team__stream=residency.stream_id).latest("pk")
        if part == "training":
            return Training.objects.filter(team__stream=residency.stream_id).latest("pk")
        if part == "champion" or name == "presence":
            champion = Champion.objects.filter(team__stream=residency.stream_id).latest("pk")
            return champion if part == "champion" else champion.person
        if part in ("contribution", "session", "expert", "allocation", "alumnus", "mentoring", "meeting", "owner"):
            return self._of_community(part, residency)
        if part in ("entry", "contract"):
            model: Any = MoneyLine if part == "entry" else Contract
            return model.objects.filter(**of_stream).latest("pk")
        if part in ("metric", "observation"):
            rows = Metric.objects.filter(**of_stream) if part == "metric" else Observation.objects.filter(metric__stream=residency.stream)
            return rows.latest("pk")
        if part in ("saving", "revision"):
            rows = SavingRevision.objects.filter(saving__stream=residency.stream)
            return rows.latest("pk").saving if part == "saving" else rows.latest("pk")
        if part in ("component", "place", "consent", "lesson"):
            return self._of_showcase(part, residency)
        if part == "link":
            return ReuseLink.objects.filter(taker=residency.stream).latest("pk")
        if part == "follow_up":
            return FollowUp.objects.filter(**of_stream).latest("pk")
        if name == "destination":
            return Seat.objects.filter(team__stream=residency.stream_id).latest("pk").person
        if part in ("barrier", "risk"):
            return (Barrier if part == "barrier" else Risk).objects.filter(stream=residency.stream_id).latest("pk")
        if part in ("approval", "plan"):
            model = DelayedApproval if part == "approval" else OpennessPlan
            return model.objects.filter(stream=residency.stream_id).latest("pk")
        if part in ("level", "category"):
            return (Level if part == "level" else Category).objects.earliest("pk")
        if part == "question":
            return ReportLine.objects.filter(report__stream=residency.stream_id).latest("pk")
        if part == "decision":
            decisions = DecisionWanted.objects.filter(report__stream=residency.stream_id)
            return decisions.latest("pk") if name in OF_A_DRAFT else decisions.earliest("pk")
        if part == "answer":
            return DecisionAnswer.objects.filter(decision__report__stream=residency.stream_id).latest("pk")
        if part == "role":
            return PartyRole.objects.filter(version__agreement__stream=residency.stream).earliest("position").role
        if part == "party":
            return Party.objects.filter(agreement__stream=residency.stream).earliest("pk")
        if part == "hand_over":
            return HandOver.objects.filter(version__agreement__stream=residency.stream).latest("pk")
        if part == "paper":
            return PaperAgreement.objects.filter(stream=residency.stream).latest("pk")
        if part == "wrong_person":
            return WrongPerson.objects.filter(link__invitation__version__agreement__stream=residency.stream).latest("pk")
        if part == "change":
            return AddressChange.objects.filter(person=self.persons).latest("pk")
        if part == "invitation":
            return Invitation.objects.filter(version__agreement__stream=residency.stream).earliest("pk")
        if part == "amendment":
            proposed = Amendment.objects.filter(version__agreement__stream=residency.stream)
            return proposed.filter(party__isnull=name != "sign-withdraw-amendment").earliest("pk")
        rows: dict[str, Any] = {
            "person": lambda: self.persons,
            **dict.fromkeys(("lesson", "lesson-edit", "lesson-promote"), lambda: residency.stream.lessons.latest("pk")),
            "api-token-revoke": self.token,
            "body": lambda: Body.objects.earliest("pk"),
            "body-edit": lambda: Body.objects.earliest("pk"),
            "body-seat-add": lambda: Body.objects.earliest("pk"),
            "body-seat-end": lambda: BodySeat.objects.filter(to_on=None).earliest("pk"),
            **dict.fromkeys(("organization", "organization-edit", "contact-add"), lambda: Organization.objects.earliest("pk")),
            **dict.fromkeys(("contact-edit", "contact-end"), lambda: OrganizationContact.objects.filter(to_on=None).earliest("pk")),
            **dict.fromkeys(("resource", "resource-file", "resource-publish"), lambda: Resource.objects.earliest("pk")),
            "kept-text-discard": lambda: self.persons,
            "snooze-end": lambda: self.persons,
            "person-edit": lambda: self.persons,
            "person-address": lambda: self.persons,
            "person-merge": lambda: self.persons,
            "view-edit": lambda: self._view(),
            "view-delete": lambda: self._view(),
            "account-leave": lambda: self.accounts[Visitor.VIEWER],
            "account-address": lambda: self.accounts[Visitor.VIEWER],
            "person-mail": lambda: self.persons,
            "person-lab": lambda: self.persons,
            "intake-answer": lambda: Question.objects.filter(review__residency=residency).latest("pk"),
            "intake-unshare": lambda: Membership.objects.filter(residency=residency).latest("pk"),
            "need-change": lambda: residency.intake.needs.latest("pk"),
            "need-remove": lambda: residency.intake.needs.latest("pk"),
            "evidence-file": lambda: Evidence.objects.filter(condition__residency=residency).exclude(file="").latest("pk"),
            "evidence-withdraw": lambda: Evidence.objects.filter(condition__residency=residency).latest("pk"),
            **dict.fromkeys(CONVERSATION_PAGES, lambda: residency.conversations.latest("pk")),
            **dict.fromkeys(
                ("conversation-invitee", "conversation-uninvite"), lambda: residency.conversations.latest("pk").invitees.earliest("pk")
            ),
        }
        if name.startswith("outbox-"):
            return Message.objects.filter(**of_stream).latest("pk")
        return rows[name]()

    def _of_partnership(self, name: str, part: str, partnership: Partnership) -> Any:
        fixed = {"reference": partnership.reference, "verb": "end_partnership", "file_format": "csv", "number": 1}
        if part in fixed:
            return fixed[part]
        rows = {
            "partner": partnership.partners, "site": partnership.sites, "arrangement": partnership.arrangements,
            "criterion": partnership.criteria, "decision": partnership.decisions,
            "calendar": OpeningCalendar.objects.filter(site__partnership=partnership),
            "closure": Closure.objects.filter(site__partnership=partnership),
            "service": SiteService.objects.filter(site__partnership=partnership),
            "comment": ClientComment.objects.filter(site__partnership=partnership),
            "rating": PartnerRating.objects.filter(round__partnership=partnership),
            "case": partnership.cases, "consent": CaseConsent.objects.filter(case__partnership=partnership),
            "trip": Trip.objects.filter(site__partnership=partnership),
            "incident": partnership.incidents, "meeting": partnership.meetings,
            "assessment": QualityAssessment.objects.filter(site__partnership=partnership), "evaluation": PilotEvaluation.objects.filter(arrangement__partnership=partnership),
        }  # fmt: skip
        if part == "round":
            return partnership.rating_rounds.filter(ended_on__isnull=name == "round-close" and partnership.is_under_way).latest("pk").pk
        return rows[part].latest("pk").pk

    def token(self) -> ApiToken:
        """A token of an account that no visitor signs in with."""
        return ApiToken.objects.filter(revoked_at=None).first() or token_for(account("viewer"))[0]

    def _view(self) -> SavedView:
        """A view of an account that no visitor signs in with."""
        return SavedView.objects.get_or_create(account=account("viewer"), page="people", name="Mine")[0]

    def _of_showcase(self, part: str, residency: Residency) -> Any:
        rows = {
            "component": ShowcaseComponent.objects.filter(entry__stream=residency.stream), "place": residency.alumni,
            "consent": Consent.objects.filter(place__residency=residency), "lesson": Lesson.objects.filter(stream=residency.stream),
        }  # fmt: skip
        return rows[part].latest("pk")

    def _of_community(self, part: str, residency: Residency) -> Any:
        rows = {
            "contribution": residency.contributions, "session": residency.expert_sessions,
            "expert": Expert.objects, "allocation": residency.desk_allocations, "alumnus": Alumnus.objects,
            "mentoring": residency.mentorings, "meeting": MentorMeeting.objects.filter(mentoring__residency=residency),
            "owner": residency.benefit_owners,
        }  # fmt: skip
        return rows[part].latest("pk")


def build() -> World:
    """The whole of it; everything through the real acts."""
    world = World(files=settings.MEDIA_ROOT)
    roles = {
        Visitor.OWNER: ["product_owner"], Visitor.STRANGER: ["product_owner"], Visitor.VIEWER: ["viewer"], Visitor.OPS: ["lab_ops"],
        Visitor.LEAD: ["lab_lead"], Visitor.ADMIN: ["admin"], Visitor.SUPERUSER: [], Visitor.NOBODY: [], Visitor.DISABLED: ["lab_ops"],
    }  # fmt: skip
    for visitor, held in roles.items():
        fields = {"is_superuser": True} if visitor == Visitor.SUPERUSER else {}
        world.accounts[visitor] = account(*held, name=visitor.value, **fields)
        world.clients[visitor] = Client()
        world.clients[visitor].force_login(world.accounts[visitor], backend=PASSES)
    User.objects.filter(pk=world.accounts[Visitor.DISABLED].pk).update(is_active=False)
    world.clients[Visitor.ANONYMOUS] = Client()
    world.persons = person()
    ops = world.accounts[Visitor.OPS]
    facts = {"to_address": "new@example.org", "reason": "Moved.", "state": AddressChange.State.WAITING, "requested_by": make.ops()}
    AddressChange.objects.create(person=world.persons, from_address=world.persons.email, **facts)
    add_body_seat(add_body(name="Data council", by=ops), person=world.persons, from_on=timezone.localdate(), by=ops)
    add_contact(organization(by=ops), person=world.persons, role="Leases", from_on=timezone.localdate(), by=ops)
    resource(by=ops), guidance(), make_partnerships.published_case(title="Data", by=ops)
    world.residencies = {of: _residency(world, of, ops) for of in OBJECTS}
    for of in ("own", "other"):
        world.drafted[of] = _with_draft_agreement(world, of)
        world.partnerships[of] = _partnership(world, of, ops)
    world.partnerships["ended"] = _partnership(world, "ended", ops, ends=True)
    ended = world.residencies["ended"]
    world.residencies["ended"] = lifecycle_actions.withdraw(ended, reason="It ended.", by=world.accounts[Visitor.OWNER])
    world.clients[Visitor.INVITED] = _invited(world)
    seal_portfolio(by=ops)
    return world


def _residency(world: World, of: str, ops: User) -> Residency:
    keeper = world.accounts[world.keeper(of)]
    draft = make.complete_draft(by=keeper, area=make.program_area(ministry=f"Ministry of {of}"), product=f"Product {of}")
    intake_actions.add_evidence_file(draft.conditions.get(number=1), title="Tally", name="tally.csv", content=b"a,b\n1,2\n", by=keeper)
    residency_acts.add_member(draft, make.applicant(), by=keeper)
    residency = review_actions.take_up(intake_actions.submit_intake(draft, by=keeper), by=ops)
    make.find_all(residency, by=ops)
    review = Review.objects.get(residency=residency)
    Question.objects.create(review=review, text="How many?", asked_by=ops, answer="Many", answered_by=keeper, answered_at=timezone.now())
    residency = review_actions.qualify(residency, by=make.lead())
    seat(residency, by=ops)
    learner = champion(residency, by=ops).person
    learnt = training(residency, person=learner, by=ops)
    fields = {"name": "it.pdf", "content": PDF, "certified_on": learnt.finished_on}
    attach_certificate(learnt, **fields, shown_revision=1, by=ops)
    expectation()
    sprinting(residency, by=ops)
    service(residency, by=ops)
    habit(residency, by=ops)
    giving(residency, by=ops)
    matched(residency, by=ops)
    desks(residency, lab_desks=50, by=ops)
    met(mentored(residency, by=ops), by=ops)
    fields = {"person": person(), "measure": "Days to a permit", "named_on": timezone.localdate(), "named_by": ops}
    BenefitOwner.objects.create(residency=residency, **fields)
    entry(residency, by=ops)
    contract(residency, by=ops)
    task_actions.add_evidence(task(residency, "pia"), file_name="pia.pdf", content=PDF, by=ops)
    plan_part(residency, note="The digital branch.")
    follow_up(residency)
    defined(residency, by=ops), risk(residency, by=ops), issued(residency, by=ops)
    reported(residency, by=ops)
    trusting.approval(residency, by=ops), trusting.plan(residency, by=ops)
    conversing.planned(conversing.opened(residency, by=ops), by=ops)
    reading(metric(residency, by=ops), by=ops)
    in_the_showcase(residency, by=ops, owner=keeper)
    seal_value_report(residency, by=ops)
    offset(residency, link="", file_name="estimate.pdf", content=PDF, by=ops)
    reused(residency, bare_residency(by=ops, product="Address lookup"), by=ops)
    make_agreements.scan(residency, by=ops)
    residency = Residency.objects.select_related("stream").get(pk=residency.pk)
    version = make_agreements.complete_draft(residency=residency, by=ops)
    version = sending.circulate(version, shown_revision=version.revision, by=ops)
    discussion_actions.comment(version, "1.1", "Please read this first.", by=ops)
    for invitation in (make_agreements.to_sign(version)[0], None):
        amending.proposed(version, invitation=invitation, by=None if invitation else ops)
    first, *_others, last = make_agreements.to_sign(version)
    delegation.propose_hand_over(last, name="Wren Delgado", email="wren@example.org", reason="Away.", by=as_party(last))
    invitations_actions.say_wrong_person(make_agreements.token_for(first))
    return Residency.objects.select_related("stream").get(pk=residency.pk)


def _partnership(world: World, of: str, ops: User, *, ends: bool = False) -> Partnership:
    """One that operates, with a partner that the keeper coordinates, a site, and a decision that is due."""
    row = make_partnerships.operating(by=ops, name=f"Partnership {of}")
    site = make_partnerships.site(row, name="Library", by=ops)
    make_partnerships.planned_meeting(row, by=ops)
    make_partnerships.quality_assessment(site, by=ops)
    make_partnerships.trip(site, by=ops)
    make_partnerships.emergency_plan(site, by=ops)
    make_partnerships.pilot(row, site=site, by=ops)
    make_partnerships.calendar(site, by=ops)
    make_partnerships.closure(site, by=ops)
    make_partnerships.service(site, by=ops)
    make_partnerships.comment(site, by=ops)
    record_event(make_partnerships.criterion(row, by=ops), met_on=timezone.localdate(), by=ops)
    make_partnerships.criterion(row, text="The ferry stops", by=ops)
    make_partnerships.partner(row, level="federal", person=person_of(world.accounts[world.keeper(of)], by=ops), by=ops)
    close_round(make_partnerships.rating_round(row, by=ops), reason="Too early.", by=ops)
    make_partnerships.rating_round(row, by=ops)
    case = add_figure(make_partnerships.drafted(row, by=ops), label="Clients", value="110", source="Records", by=ops)
    make_partnerships.asked(case, by=ops)
    incident = make_partnerships.incident(row, by=ops)
    if ends:
        end_incident(incident, lessons="Bring more forms.", by=ops)
        decide(row, choice="end", reason="Over.", by=ops)
        make_partnerships.done(row, "W1", "W2", "W3", "W4", by=ops)
        end_partnership(make_partnerships.fresh(row), on=timezone.localdate(), reason="Over.", by=ops)
    return make_partnerships.fresh(row)


def _with_draft_agreement(world: World, of: str) -> Residency:
    keeper = world.accounts[world.keeper(of)]
    residency = make.qualified_residency(by=keeper, product=f"Draft {of}")
    make_agreements.complete_draft(residency=residency, by=world.accounts[Visitor.OPS])
    return Residency.objects.select_related("stream").get(pk=residency.pk)


def _invited(world: World) -> Client:
    """Somebody who came by the link of the first party of the owner's residency."""
    stream: Stream = world.residencies["own"].stream
    invitation = Invitation.objects.filter(version__agreement__stream=stream).earliest("pk")
    client = Client()
    client.post(f"/a/{make_agreements.token_for(invitation)}")
    return client
