"""Acts on organizations and service partnerships."""

from __future__ import annotations

import datetime
import uuid
from functools import partial

from django.utils import timezone

from acts.act import SYSTEM
from partnerships.chooser import actions as chooser_acts
from partnerships.endings import actions as endings
from partnerships.guidance import actions as guidance_acts
from partnerships.lifecycle import actions as lifecycle
from partnerships.models import ClientComment, Partnership, PartnershipModel, Practice, Site, Tap, Ticket
from partnerships.organizations import actions as organizations
from partnerships.sites import actions as sites
from partnerships.sites import emergencies, safety
from partnerships.sites.comments import actions as comments
from partnerships.sites.counter import actions as counter
from partnerships.sites.opening import actions as opening
from partnerships.sites.quality import actions as quality
from partnerships.sites.quality.rules import QUESTIONS
from partnerships.sites.services import actions as services
from partnerships.sites.trips import actions as trips
from partnerships.sites.volumes import importing as volumes
from partnerships.sites.waits import importing
from partnerships.workspace.incidents import actions as incidents
from partnerships.workspace.meetings import actions as meetings
from partnerships.workspace.relationship import actions as relationship
from tests.acts import Act, scenario
from tests.factories import account, person
from tests.partnerships import factories as make
from tests.partnerships.factories import guidance, organization, resource

DAY = datetime.timedelta(days=1)


@scenario("partnerships.organizations.actions.add_organization")
def add_organization() -> Act:
    fields = {"name": "City of Ottawa", "level": "municipal", "region": "Ontario", "time_zone": "America/Toronto", "holidays": "ON"}
    return partial(organizations.add_organization, **fields, languages="English, French", by=account("lab_ops"))


@scenario("partnerships.organizations.actions.edit_organization")
def edit_organization() -> Act:
    row = organization()
    return partial(organizations.edit_organization, row, region="Kings County", shown_revision=row.revision, by=account("lab_ops"))


@scenario("partnerships.organizations.actions.add_contact")
def add_contact() -> Act:
    fields = {"person": person(), "role": "Leases", "from_on": timezone.localdate()}
    return partial(organizations.add_contact, organization(), **fields, by=account("lab_ops"))


@scenario("partnerships.organizations.actions.end_contact")
def end_contact() -> Act:
    contact = organizations.add_contact(
        organization(), person=person(), role="Leases", from_on=timezone.localdate() - 9 * DAY, by=account("lab_ops")
    )
    return partial(organizations.end_contact, contact, to_on=timezone.localdate(), by=account("lab_ops"))


@scenario("partnerships.organizations.actions.edit_contact")
def edit_contact() -> Act:
    facts = {"person": person(), "role": "Leases", "from_on": timezone.localdate(), "by": account("lab_ops")}
    contact = organizations.add_contact(organization(), **facts)
    changes = {"role": "Security lead", "emergency_phone": "613-555-0142"}
    return partial(organizations.edit_contact, contact, **changes, shown_revision=contact.revision, by=account("lab_ops"))


@scenario("partnerships.organizations.actions.set_site_contacts")
def set_site_contacts() -> Act:
    row = make.case()
    site = make.site(row)
    partner = row.partners.earliest("pk")
    facts = {"person": person(), "role": "Security lead", "from_on": timezone.localdate(), "by": account("lab_ops")}
    contact = organizations.add_contact(partner.organization, **facts)
    return partial(organizations.set_site_contacts, site, contacts=[contact], by=account("lab_ops"))


# ── Partnerships ─────────────────────────────────────────────────────────────────────────────────

HERE = "partnerships.lifecycle.actions"


@scenario(f"{HERE}.start_partnership")
def start_partnership() -> Act:
    by = account("lab_ops")
    return partial(lifecycle.start_partnership, name="Joint counter in Picton", problem="Two offices.", lead=by, by=by)


@scenario(f"{HERE}.edit_partnership")
def edit_partnership() -> Act:
    row = make.partnership()
    return partial(lifecycle.edit_partnership, row, shown_revision=row.revision, purpose="One counter.", by=account("lab_ops"))


@scenario(f"{HERE}.add_partner")
def add_partner() -> Act:
    fields = {"organization": organization(), "role": "host", "joined_on": timezone.localdate(), "person": person()}
    return partial(lifecycle.add_partner, make.partnership(), **fields, by=account("lab_ops"))


@scenario(f"{HERE}.set_coordinator")
def set_coordinator() -> Act:
    return partial(lifecycle.set_coordinator, make.partner(make.partnership()), person=person(), by=account("lab_ops"))


@scenario(f"{HERE}.end_partner")
def end_partner() -> Act:
    return partial(lifecycle.end_partner, make.partner(make.partnership()), left_on=timezone.localdate(), by=account("lab_ops"))


@scenario(f"{HERE}.confirm_purpose")
def confirm_purpose() -> Act:
    partner = make.partner(make.partnership())
    return partial(lifecycle.confirm_purpose, partner, shown_sha256=partner.partnership.words_sha256, by=account("lab_ops"))


@scenario(f"{HERE}.study_feasibility")
def study_feasibility() -> Act:
    return partial(lifecycle.study_feasibility, make.case(), by=account("lab_ops"))


@scenario(f"{HERE}.begin_agreeing")
def begin_agreeing() -> Act:
    return partial(lifecycle.begin_agreeing, make.studied(), by=account("lab_ops"))


@scenario(f"{HERE}.begin_preparing")
def begin_preparing() -> Act:
    return partial(lifecycle.begin_preparing, make.noted(), by=account("lab_ops"))


@scenario(f"{HERE}.begin_operating")
def begin_operating() -> Act:
    return partial(lifecycle.begin_operating, make.prepared(), on=timezone.localdate(), by=account("lab_ops"))


@scenario(f"{HERE}.not_pursue")
def not_pursue() -> Act:
    return partial(lifecycle.not_pursue, make.partnership(), reason="The lease went to someone else.", by=account("lab_ops"))


@scenario(f"{HERE}.end_partnership")
def end_partnership() -> Act:
    row = make.wound_up()
    return partial(lifecycle.end_partnership, row, on=timezone.localdate(), reason="The lease has ended.", by=account("lab_ops"))


COMMENTS = "partnerships.sites.comments.actions"


@scenario(f"{COMMENTS}.record_comment")
def record_comment() -> Act:
    row, by = make.partnership(), account("lab_ops")
    make.partner(row)
    site = make.site(row)
    facts = {"channel": "box", "received_on": site.today, "text": "The sign is hard to find.", "tone": "displeased"}
    return partial(comments.record_comment, site, **facts, contact="250-555-0100", consent=True, by=by)


@scenario(f"{COMMENTS}.follow_up")
def follow_up() -> Act:
    row = make.comment(make.site(make.partnership()))
    facts = {"followed_up_on": row.site.today, "learned": "The sign is behind a tree.", "tone_after": "pleased"}
    return partial(comments.follow_up, row, **facts, shown_revision=row.revision, by=account("lab_ops"))


@scenario(f"{COMMENTS}.forget_comments")
def forget_comments() -> Act:
    row = make.comment(make.site(make.partnership()))
    ClientComment.objects.filter(pk=row.pk).update(received_on=timezone.localdate() - 400 * DAY)
    return partial(comments.forget_comments, by=SYSTEM)


RATINGS = "partnerships.workspace.relationship.actions"


@scenario(f"{RATINGS}.open_round")
def open_round() -> Act:
    row = make.partnership()
    make.partner(row), make.partner(row)
    return partial(relationship.open_round, row, due_on=timezone.localdate() + 14 * DAY, by=account("lab_ops"))


@scenario(f"{RATINGS}.rate")
def rate() -> Act:
    first, second = make.rating_round().ratings.select_related("round__partnership__stream", "partner").order_by("pk")
    make.rate(first)
    return partial(relationship.rate, second, **make.answers(), shown_revision=second.revision, by=make.Coordinator(second.pk))


@scenario(f"{RATINGS}.close_round")
def close_round() -> Act:
    current = make.rating_round()
    make.rate(current.ratings.earliest("pk"))
    return partial(relationship.close_round, current, reason="The coordinator is on leave.", by=account("lab_ops"))


ENDINGS = "partnerships.endings.actions"


@scenario(f"{ENDINGS}.add_criterion")
def add_criterion() -> Act:
    fields = {"kind": "date", "text": "The lease ends", "on": timezone.localdate() + 300 * DAY}
    return partial(endings.add_criterion, make.partnership(), **fields, by=account("lab_ops"))


@scenario(f"{ENDINGS}.remove_criterion")
def remove_criterion() -> Act:
    criterion = make.criterion(make.partnership())
    return partial(endings.remove_criterion, criterion, reason="The lease is renewed.", by=account("lab_ops"))


@scenario(f"{ENDINGS}.record_event")
def record_event() -> Act:
    criterion = make.criterion(make.operating())
    return partial(endings.record_event, criterion, met_on=timezone.localdate(), by=account("lab_ops"))


@scenario(f"{ENDINGS}.raise_decisions")
def raise_decisions() -> Act:
    Partnership.objects.filter(pk=make.operating().pk).update(review_on=timezone.localdate())
    return partial(endings.raise_decisions, by=SYSTEM)


@scenario(f"{ENDINGS}.decide")
def decide() -> Act:
    fields = {"choice": "continue", "reason": "It works.", "review_on": timezone.localdate() + 300 * DAY}
    return partial(endings.decide, make.operating(), **fields, by=account("lab_ops"))


@scenario(f"{ENDINGS}.set_pilot")
def set_pilot() -> Act:
    return partial(endings.set_pilot, make.arrangement(make.partnership()), months=12, by=account("lab_ops"))


@scenario(f"{ENDINGS}.evaluate")
def evaluate() -> Act:
    half, _final = make.pilot(make.partnership())
    return partial(endings.evaluate, half, findings=make.findings(), shown_revision=half.revision, by=account("lab_ops"))


@scenario(f"{ENDINGS}.add_review")
def add_review() -> Act:
    row = make.partnership()
    half, _final = make.pilot(row)
    fields = {"evaluation": half, "on": timezone.localdate(), "text": "Clients like it."}
    return partial(endings.add_review, make.partner(row), **fields, by=account("lab_ops"))


@scenario("partnerships.sites.actions.add_site")
def add_site() -> Act:
    fields = {"name": "Town hall", "community": "Picton", "place": "rural", "parking": "Ten places"}
    return partial(sites.add_site, make.partnership(), **fields, by=account("lab_ops"))


@scenario("partnerships.sites.actions.edit_site")
def edit_site() -> Act:
    row = make.site(make.partnership())
    return partial(sites.edit_site, row, shown_revision=row.revision, parking="On the street", by=account("lab_ops"))


@scenario("partnerships.sites.actions.decide_site")
def decide_site() -> Act:
    return partial(sites.decide_site, make.site(make.partnership()), chosen=True, reason="It has parking.", by=account("lab_ops"))


@scenario("partnerships.sites.actions.add_arrangement")
def add_arrangement() -> Act:
    fields = {"leaf": "outreach_virtual", "from_on": timezone.localdate(), "reason": "A ferry that often doesn’t run."}
    return partial(sites.add_arrangement, make.partnership(), **fields, by=account("lab_ops"))


@scenario("partnerships.sites.actions.end_arrangement")
def end_arrangement() -> Act:
    return partial(sites.end_arrangement, make.arrangement(make.partnership()), to_on=timezone.localdate() + DAY, by=account("lab_ops"))


# ── Guidance ──


@scenario("partnerships.guidance.actions.load_guidance")
def load_guidance() -> Act:
    return partial(guidance_acts.load_guidance, by=SYSTEM)


@scenario("partnerships.guidance.actions.edit_model")
def edit_model() -> Act:
    guidance()
    row = PartnershipModel.objects.get(code="integrated")
    return partial(guidance_acts.edit_model, row, definition="One team for all levels.", shown_revision=row.revision, by=account("lab_ops"))


@scenario("partnerships.guidance.actions.add_practice")
def add_practice() -> Act:
    fields = {"code": "L1", "text": "Ask clients first.", "theme": "services"}
    return partial(guidance_acts.add_practice, **fields, by=account("lab_ops"))


@scenario("partnerships.guidance.actions.edit_practice")
def edit_practice() -> Act:
    guidance()
    row = Practice.objects.get(code="X1")
    return partial(guidance_acts.edit_practice, row, text="Keep staff informed.", shown_revision=row.revision, by=account("lab_ops"))


@scenario("partnerships.guidance.actions.add_resource")
def add_resource() -> Act:
    return partial(guidance_acts.add_resource, code="site-plan", title="Site plan", theme="accommodation", by=account("lab_ops"))


@scenario("partnerships.guidance.actions.edit_resource")
def edit_resource() -> Act:
    row = resource()
    return partial(guidance_acts.edit_resource, row, purpose="Shows rooms.", shown_revision=row.revision, by=account("lab_ops"))


@scenario("partnerships.guidance.actions.publish_version")
def publish_version() -> Act:
    return partial(guidance_acts.publish_version, resource(), url="https://example.test/plan", by=account("lab_ops"))


@scenario("partnerships.chooser.actions.decide_model")
def decide_model() -> Act:
    fields = {"leaf": "outreach_virtual", "answers": {"connection": "good"}, "reason": "The ferry often doesn’t run."}
    return partial(chooser_acts.decide_model, make.partnership(), **fields, by=account("lab_ops"))


@scenario("partnerships.sites.safety.record_refit")
def record_refit() -> Act:
    return partial(safety.record_refit, make.site(make.partnership()), note="New counters.", by=account("lab_ops"))


@scenario("partnerships.sites.safety.record_assessment")
def record_assessment() -> Act:
    fields = {"on": timezone.localdate(), "outcome": "safe", "note": "Two ways out."}
    return partial(safety.record_assessment, make.site(make.partnership()), **fields, by=account("lab_ops"))


OPENING = "partnerships.sites.opening.actions"


@scenario(f"{OPENING}.add_calendar")
def add_calendar() -> Act:
    fields = {"holidays": "ON", "monday": "08:30-16:30"}
    return partial(opening.add_calendar, make.site(make.partnership()), **fields, by=account("lab_ops"))


@scenario(f"{OPENING}.edit_calendar")
def edit_calendar() -> Act:
    row = make.calendar(make.site(make.partnership()))
    return partial(opening.edit_calendar, row, shown_revision=row.revision, friday="09:00-15:00", by=account("lab_ops"))


@scenario(f"{OPENING}.add_closure")
def add_closure() -> Act:
    fields = {"from_on": timezone.localdate() + DAY, "reason": "Staff training"}
    return partial(opening.add_closure, make.site(make.partnership()), **fields, by=account("lab_ops"))


@scenario(f"{OPENING}.remove_closure")
def remove_closure() -> Act:
    return partial(opening.remove_closure, make.closure(make.site(make.partnership())), by=account("lab_ops"))


WAITS = "partnerships.sites.waits"


@scenario(f"{WAITS}.importing.import_waits")
def import_waits() -> Act:
    file = make.waits_file([("Passports", timezone.localdate() - DAY, 3, 12, True)])
    return partial(importing.import_waits, make.site(make.partnership()), file, by=account("lab_ops"))


@scenario("partnerships.sites.emergencies.keep_plan")
def keep_emergency_plan() -> Act:
    row = make.emergency_plan(make.site(make.partnership()))
    fields = {"url": "https://example.org/new", "person": person(), "shown_revision": row.revision}
    return partial(emergencies.keep_plan, row.site, **fields, by=account("lab_ops"))


@scenario("partnerships.sites.emergencies.record_test")
def record_emergency_test() -> Act:
    row = make.emergency_plan(make.site(make.partnership()))
    fields = {"scenario": "fire", "on": row.site.today, "learned": "The back door was locked."}
    return partial(emergencies.record_test, row, **fields, by=account("lab_ops"))


@scenario("partnerships.sites.services.actions.set_standard")
def set_standard() -> Act:
    return partial(services.set_standard, make.service(make.site(make.partnership())), minutes=12, by=account("lab_ops"))


@scenario(f"{WAITS}.importing.forget_tickets")
def forget_tickets() -> Act:
    make.service(make.site(make.partnership()))
    Ticket.objects.update(on=timezone.localdate() - 500 * DAY)
    return partial(importing.forget_tickets, by=SYSTEM)


COUNTER = "partnerships.sites.counter.actions"


@scenario(f"{COUNTER}.add_service")
def add_service() -> Act:
    return partial(counter.add_service, make.site(make.partnership()), name="Passports", by=account("lab_ops"))


@scenario(f"{COUNTER}.record_taps")
def record_taps() -> Act:
    row = make.partnership()
    make.partner(row)
    service = make.service(make.site(row))
    tap = counter.TapFacts(uuid.uuid4(), service.pk, "right", timezone.now())
    return partial(counter.record_taps, service.site, [tap], by=account("lab_ops"))


@scenario(f"{COUNTER}.forget_taps")
def forget_taps() -> Act:
    service = make.service(make.site(make.partnership()))
    Tap.objects.create(key=uuid.uuid4(), service=service, kind="right", at=timezone.now(), on=timezone.localdate() - 100 * DAY)
    return partial(counter.forget_taps, by=SYSTEM)


INCIDENTS = "partnerships.workspace.incidents.actions"


def responding() -> Partnership:
    """One that operates without a board, so that whoever tries an act can coordinate for its partner."""
    row = make.partnership()
    make.partner(row)
    Partnership.objects.filter(pk=row.pk).update(state="operating", started_on=timezone.localdate())
    return make.fresh(row)


@scenario(f"{INCIDENTS}.open_incident")
def open_incident() -> Act:
    fields = {"kind": "flood", "community": "Picton", "presence": "Legion hall, today from 14:00"}
    return partial(incidents.open_incident, responding(), **fields, by=account("lab_ops"))


@scenario(f"{INCIDENTS}.edit_incident")
def edit_incident() -> Act:
    row = make.incident(responding())
    return partial(incidents.edit_incident, row, shown_revision=row.revision, presence="Legion hall", by=account("lab_ops"))


@scenario(f"{INCIDENTS}.record_first_served")
def record_first_served() -> Act:
    return partial(incidents.record_first_served, make.incident(responding()), by=account("lab_ops"))


@scenario(f"{INCIDENTS}.end_incident")
def end_incident() -> Act:
    return partial(incidents.end_incident, make.incident(responding()), lessons="Bring more forms.", by=account("lab_ops"))


MEETINGS = "partnerships.workspace.meetings.actions"


@scenario(f"{MEETINGS}.set_rhythm")
def set_rhythm() -> Act:
    return partial(meetings.set_rhythm, make.partnership(), every_months=3, by=account("lab_ops"))


@scenario(f"{MEETINGS}.plan_meeting")
def plan_meeting() -> Act:
    return partial(meetings.plan_meeting, make.partnership(), on=timezone.localdate() + DAY, by=account("lab_ops"))


@scenario(f"{MEETINGS}.move_meeting")
def move_meeting() -> Act:
    row = make.planned_meeting(make.partnership())
    return partial(meetings.move_meeting, row, on=timezone.localdate() + DAY, shown_revision=row.revision, by=account("lab_ops"))


@scenario(f"{MEETINGS}.cancel_meeting")
def cancel_meeting() -> Act:
    return partial(meetings.cancel_meeting, make.planned_meeting(make.partnership()), reason="Snow.", by=account("lab_ops"))


@scenario(f"{MEETINGS}.record_meeting")
def record_meeting() -> Act:
    row = make.partnership()
    answers = {make.partner(row).pk: (False, "New priorities.")}
    fields = {"on": timezone.localdate(), "attended": "Both coordinators", "answers": answers}
    return partial(meetings.record_meeting, row, **fields, by=account("lab_ops"))


@scenario("partnerships.sites.quality.actions.assess_quality")
def assess_of_quality() -> Act:
    agent = person(user=account("viewer"))
    scores = {question.code: 4 for question in QUESTIONS}
    fields = {"observer": "Ingrid Sandvik", "on": timezone.localdate(), "scores": scores, "feedback": "Ask what they need first."}
    return partial(quality.assess_quality, make.site(make.partnership()), person=agent, **fields, by=account("lab_ops"))


VOLUMES = "partnerships.sites.volumes.importing"


@scenario(f"{VOLUMES}.set_volume")
def set_volume() -> Act:
    service = make.service(make.site(make.partnership()))
    return partial(volumes.set_volume, service, month=timezone.localdate(), services=40, clients=31, by=account("lab_ops"))


@scenario(f"{VOLUMES}.import_volumes")
def import_volumes() -> Act:
    text = "Service,Month,Services,Clients\nPassports,2026-05,40,31\n"
    return partial(volumes.import_volumes, make.site(make.partnership()), text, by=account("lab_ops"))


# ── Services at a site ───────────────────────────────────────────────────────────────────────────


@scenario("partnerships.sites.services.actions.edit_service")
def edit_service() -> Act:
    row = make.service(make.site(make.case()))
    partner = row.site.partnership.partners.earliest("pk")
    facts = {"owner": partner, "provider": partner, "depth": "accept", "training": "Passports, one day", "settlement": ""}
    return partial(services.edit_service, row, **facts, shown_revision=row.revision, by=account("lab_ops"))


@scenario("partnerships.sites.services.actions.record_training")
def record_training() -> Act:
    return partial(services.record_training, make.provided_service(), on=timezone.localdate(), agents=2, by=account("lab_ops"))


@scenario("partnerships.sites.quality.actions.forget_assessments")
def forget_assessments() -> Act:
    row = make.quality_assessment(make.site(make.partnership()))
    type(row).objects.filter(pk=row.pk).update(on=timezone.localdate() - 800 * DAY)
    return partial(quality.forget_assessments, by=SYSTEM)


# ── Trips to a site ──────────────────────────────────────────────────────────────────────────────


TRIPS = "partnerships.sites.trips.actions"


def site_with_a_partner() -> Site:
    row = make.partnership()
    make.partner(row)
    return make.site(row)


@scenario(f"{TRIPS}.plan_trip")
def plan_trip() -> Act:
    site = site_with_a_partner()
    facts = {"on": site.today + DAY, "mode": "car", "manager": account("lab_lead"), "person": person()}
    return partial(trips.plan_trip, site, **facts, by=account("lab_ops"))


@scenario(f"{TRIPS}.tick_trip")
def tick_trip() -> Act:
    row = make.trip(site_with_a_partner())
    facts = {"codes": make.trip_codes(row), "numbers": make.trip_numbers(row), "shown_revision": row.revision}
    return partial(trips.tick_trip, row, **facts, by=account("lab_ops"))


@scenario(f"{TRIPS}.sign_off_trip")
def sign_off_trip() -> Act:
    row = make.trip(site_with_a_partner())
    make.ready(row)
    return partial(trips.sign_off_trip, make.fresh_trip(row), by=row.manager)


@scenario(f"{TRIPS}.cancel_trip")
def cancel_trip() -> Act:
    return partial(trips.cancel_trip, make.trip(site_with_a_partner()), reason="Snow.", by=account("lab_ops"))
