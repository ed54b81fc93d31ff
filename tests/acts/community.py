"""Acts on a team's place in the community."""

import datetime
from functools import partial

from django.utils import timezone

from community import actions
from community.alumni import actions as alumni_actions
from community.benefits import actions as benefits_actions
from community.choices import Discipline, Giving, HelpTopic, Mode
from community.experts import actions as experts_actions
from community.mentors import actions as mentors_actions
from community.models import BenefitOwner
from tests.acts import Act, scenario
from tests.community.factories import (
    accepted,
    alumnus,
    an_unconfirmed_alumnus,
    commitment,
    desks,
    expert,
    giving,
    graduated,
    live,
    matched,
    mentor_wanted,
    mentored,
    met,
    offering,
    owner_named,
    working_day,
)
from tests.factories import account, long_standing, person
from tests.teams.factories import checked, product_owner, residency, seat


@scenario("community.actions.note_giving")
def note_giving() -> Act:
    of = residency()
    fields = {"person": seat(of).person, "kind": Giving.WORKSHOP, "given_on": timezone.localdate(), "minutes": 90, "what": "Testing"}
    return partial(actions.note_giving, of, **fields, by=account("lab_ops"))


@scenario("community.actions.cancel_giving")
def cancel_giving() -> Act:
    entry = giving(residency())
    return partial(actions.cancel_giving, entry, reason="Logged twice.", shown_revision=entry.revision, by=account("lab_ops"))


@scenario("community.experts.actions.add_expert")
def add_expert() -> Act:
    fields = {"person": person(), "disciplines": [Discipline.STATISTICS], "from_on": timezone.localdate()}
    return partial(experts_actions.add_expert, **fields, by=account("lab_ops"))


@scenario("community.experts.actions.edit_expert")
def edit_expert() -> Act:
    row = expert()
    fields = {"disciplines": [Discipline.STATISTICS], "availability": "Mondays", "from_on": row.from_on, "to_on": None}
    return partial(experts_actions.edit_expert, row, **fields, shown_revision=row.revision, by=account("lab_ops"))


@scenario("community.experts.actions.request_session")
def request_session() -> Act:
    fields = {"discipline": Discipline.SOCIAL_MEDIA, "question": "Whom do we reach there?"}
    return partial(experts_actions.request_session, residency(), **fields, by=account("lab_ops"))


@scenario("community.experts.actions.match_session")
def match_session() -> Act:
    """Set with one expert, and now with another: the team and both hear of it."""
    of = residency(kept_by=account("product_owner"))
    product_owner(of)
    session = matched(of)
    fields = {"expert": expert(), "on": working_day(9), "at": datetime.time(14), "minutes": 45, "place": "Online"}
    return partial(experts_actions.match_session, session, **fields, shown_revision=session.revision, by=account("lab_ops"))


@scenario("community.experts.actions.hold_session")
def hold_session() -> Act:
    session = matched(residency(), on=working_day(-3))
    return partial(
        experts_actions.hold_session, session, outcome="Numbers without owners may.", shown_revision=session.revision, by=account("lab_ops")
    )


@scenario("community.experts.actions.call_off_session")
def call_off_session() -> Act:
    of = residency()
    product_owner(of)
    session = matched(of)
    return partial(
        experts_actions.call_off_session, session, reason="The law was changed.", shown_revision=session.revision, by=account("lab_ops")
    )


@scenario("community.actions.set_colocation")
def set_colocation() -> Act:
    fields = {"mode": Mode.BOTH, "place": "808 Douglas Street", "plan": "Week 1: meet everybody", "shown_revision": 0}
    return partial(actions.set_colocation, residency(), **fields, by=account("lab_ops"))


@scenario("community.actions.set_desk_count")
def set_desk_count() -> Act:
    return partial(actions.set_desk_count, from_on=timezone.localdate(), desks=20, by=account("lab_ops"))


@scenario("community.actions.allocate_desks")
def allocate_desks() -> Act:
    actions.set_desk_count(from_on=timezone.localdate(), desks=20, by=account("lab_ops"))
    fields = {"desks": 5, "from_on": timezone.localdate(), "to_on": timezone.localdate() + datetime.timedelta(days=30)}
    return partial(actions.allocate_desks, residency(), **fields, by=account("lab_ops"))


@scenario("community.actions.change_desks")
def change_desks() -> Act:
    allocation = desks(residency())
    return partial(
        actions.change_desks, allocation, desks=6, where="By the window", shown_revision=allocation.revision, by=account("lab_ops")
    )


@scenario("community.actions.take_back_desks")
def take_back_desks() -> Act:
    allocation = desks(residency())
    return partial(
        actions.take_back_desks, allocation, reason="They stay online.", shown_revision=allocation.revision, by=account("lab_ops")
    )


@scenario("community.alumni.actions.add_alumnus")
def add_alumnus() -> Act:
    fields = {"person": None, "name": "Priya Wenlock", "email": "priya@example.org", "role": "Product owner"}
    return partial(alumni_actions.add_alumnus, graduated(), **fields, by=account("lab_ops"))


@scenario("community.alumni.actions.set_alumni_offer")
def set_alumni_offer() -> Act:
    row = alumnus()
    offer = offering(row)
    fields = {"topics": [HelpTopic.AGILE, HelpTopic.DATA], "text": "Ask me anything.", "teams_at_once": 2}
    return partial(alumni_actions.set_alumni_offer, row, **fields, shown_revision=offer.revision, by=account("lab_ops"))


@scenario("community.alumni.actions.set_listing")
def set_listing() -> Act:
    """They leave the directory, and what they offered is deleted."""
    row = alumnus()
    offering(row)
    fields = {"shows_email": False, "is_listed": False, "shown_revision": row.revision}
    return partial(alumni_actions.set_listing, row, **fields, by=account("lab_ops"))


@scenario("community.alumni.actions.confirm_details")
def confirm_details() -> Act:
    return partial(alumni_actions.confirm_details, an_unconfirmed_alumnus(400), by=account("lab_ops"))


@scenario("community.mentors.actions.offer_mentor")
def offer_mentor() -> Act:
    of = checked(residency())
    fields = {"person": seat(of).person, "topics": [HelpTopic.AGILE], "text": "We do demos well.", "teams_at_once": 1, "shown_revision": 0}
    return partial(mentors_actions.offer_mentor, of, **fields, by=account("lab_ops"))


@scenario("community.mentors.actions.request_mentor")
def request_mentor() -> Act:
    fields = {"topic": HelpTopic.PROCUREMENT, "question": "How do we write a short contract?"}
    return partial(mentors_actions.request_mentor, residency(), **fields, by=account("lab_ops"))


@scenario("community.mentors.actions.match_mentor")
def match_mentor() -> Act:
    """Another mentor than before: both and the team hear of it."""
    mentoring = mentored(residency(kept_by=account("product_owner")))
    other = offering(alumnus(of=graduated(product="Wells"))).person
    return partial(mentors_actions.match_mentor, mentoring, mentor=other, shown_revision=mentoring.revision, by=account("lab_ops"))


@scenario("community.mentors.actions.record_meeting")
def record_meeting() -> Act:
    return partial(mentors_actions.record_meeting, mentored(residency()), met_on=timezone.localdate(), minutes=90, by=account("lab_ops"))


@scenario("community.mentors.actions.remove_meeting")
def remove_meeting() -> Act:
    meeting = met(mentored(residency()))
    return partial(mentors_actions.remove_meeting, meeting, reason="Entered twice.", shown_revision=meeting.revision, by=account("lab_ops"))


@scenario("community.mentors.actions.finish_mentoring")
def finish_mentoring() -> Act:
    mentoring = mentored(residency())
    fields = {"outcome": "They plan by outcome now.", "shown_revision": mentoring.revision}
    return partial(mentors_actions.finish_mentoring, mentoring, **fields, by=account("lab_ops"))


@scenario("community.mentors.actions.cancel_mentoring")
def cancel_mentoring() -> Act:
    mentoring = mentor_wanted(residency())
    fields = {"reason": "They found someone.", "shown_revision": mentoring.revision}
    return partial(mentors_actions.cancel_mentoring, mentoring, **fields, by=account("lab_ops"))


@scenario("community.benefits.actions.name_owner")
def name_owner() -> Act:
    fields = {"person": person(), "measure": "Days from application to permit"}
    return partial(benefits_actions.name_owner, live(), **fields, by=account("lab_ops"))


@scenario("community.benefits.actions.withdraw_owner")
def withdraw_owner() -> Act:
    owner = owner_named()
    fields = {"reason": "They changed jobs.", "shown_revision": owner.revision}
    return partial(benefits_actions.withdraw_owner, owner, **fields, by=account("lab_ops"))


@scenario("community.benefits.actions.choose_metric")
def choose_metric() -> Act:
    """Of an owner who accepted before metrics were on record."""
    owner = accepted(live())
    BenefitOwner.objects.filter(pk=owner.pk).update(metric=None)
    return partial(benefits_actions.choose_metric, owner, metric=owner.metric, shown_revision=owner.revision, by=account("lab_ops"))


@scenario("community.benefits.actions.send_commitment")
def send_commitment() -> Act:
    """A successor's: the commitment that went out before becomes void."""
    before = commitment()
    BenefitOwner.objects.filter(pk=before.pk).update(accepted_on=timezone.localdate())
    owner = owner_named(before.residency)
    return partial(benefits_actions.send_commitment, owner, shown_revision=owner.revision, by=long_standing("lab_ops"))
