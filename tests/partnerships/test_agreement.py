"""The agreement of a partnership, by the engine that residencies use (SP-06, PB-26, PB-28)."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.amendments import actions as amending
from agreements.amendments.rules import Wording
from agreements.drafting import actions as drafting
from agreements.drafting import sending
from agreements.models import AgreementVersion, State
from findings import Refused
from ledger.lifecycle import MoveRefused
from partnerships.agreement.template import offered_template, topics
from partnerships.choices import Stage
from partnerships.lifecycle import actions as lifecycle
from tests.agreements.factories import sign, to_sign
from tests.factories import person
from tests.pages import text
from tests.partnerships import factories as make

pytestmark = pytest.mark.django_db
YEAR = datetime.timedelta(days=365)


def stated(row, by):
    """Say how it ends, and when it is reviewed."""
    make.criterion(row, text="The lease ends", by=by)
    return lifecycle.edit_partnership(row, shown_revision=make.fresh(row).revision, review_on=timezone.localdate() + YEAR, by=by)


def drafted(row, by):
    """A draft with everybody named and its last day."""
    version = drafting.prepare(row.stream, offered_template(), header={"until": str(timezone.localdate() + 3 * YEAR)}, by=by)
    for slot in version.roles.select_related("role").order_by("position"):
        drafting.set_party(version, slot.role, person(), by=by)
    version.refresh_from_db()
    return version


def in_force(row, by):
    version = drafted(row, by)
    version = sending.circulate(version, shown_revision=version.revision, by=by)
    for invitation in to_sign(version):
        sign(invitation)
    version.refresh_from_db()
    return version


def test_the_template_covers_the_nineteen_topics():
    """PB-26: as data, each in a clause of its own."""
    assert len(topics()) == 19
    assert {clause.heading for clause in offered_template().clauses.all()} >= set(topics().values())


def test_an_agreement_says_how_the_partnership_ends_before_it_goes_out(ops):
    """SP-06: no sunset criteria, no reason and no review date; both are named at once."""
    row = make.agreeing(by=ops)
    version = drafted(row, ops)
    with pytest.raises(Refused) as refused:
        sending.circulate(version, shown_revision=version.revision, by=ops)
    assert refused.value.codes >= {"no-sunset", "no-review-date"}


def test_both_partners_sign_and_the_partnership_goes_on_to_prepare(ops, as_ops):
    """SP-06: from the idea to an agreement in force, which quotes criteria and review date."""
    row = stated(make.agreeing(by=ops), ops)
    with pytest.raises(MoveRefused):
        lifecycle.begin_preparing(row, by=ops)

    version = in_force(row, ops)

    assert version.state == State.IN_FORCE
    assert (version.header["sunset"], version.header["review"]) == ("The lease ends", str(timezone.localdate() + YEAR))
    assert "Service partnership agreement" in text(as_ops.get(reverse("agreement", args=[row.reference])))
    assert lifecycle.begin_preparing(row, by=ops).state == Stage.PREPARING


def test_an_extension_and_an_accession_are_new_versions_that_all_sign(ops):
    """SP-06, PB-28."""
    version = in_force(stated(make.agreeing(by=ops), ops), ops)
    later = Wording("date", "until", text=str(timezone.localdate() + 5 * YEAR))
    joins = Wording("join", "second", heading="Executive of the third partner", person=person())
    for wording in (later, joins):
        amending.propose_amendment(version, wording, reason="It works.", shown_sha256=version.content_sha256, by=ops)
    chosen = list(version.amendments.all())
    draft = amending.accept_amendments(version, chosen, reason="Both agree.", shown_sha256=version.content_sha256, by=ops)
    draft.refresh_from_db()
    second = AgreementVersion.objects.filter(agreement=version.agreement).latest("number")
    assert second.number == 2
    assert second.header["until"] == later.text
    assert second.roles.count() == 4
    assert {invitation.party.role.label for invitation in to_sign(second)} >= {"Executive of the third partner"}
