"""Many hands on one partnership; only PostgreSQL's row locks and exclusion constraint can prove it."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from acts.act import SYSTEM
from outbox.models import Message
from partnerships.endings.actions import raise_decisions
from partnerships.lifecycle.actions import add_partner
from partnerships.models import Arrangement, Decision, Partner, PartnerRating, Partnership, RatingRound
from partnerships.sites.actions import add_arrangement
from partnerships.workspace.relationship.actions import rate
from partnerships.workspace.relationship.queries import results_of
from tests.factories import account
from tests.partnerships import factories as make
from tests.races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

HANDS = 12
DAY = datetime.timedelta(days=1)


def test_of_twelve_who_plan_one_model_at_a_site_for_days_that_overlap_one_does():
    """SP-01, PB-19."""
    ops, today = account("lab_ops"), timezone.localdate()
    row = make.partnership(by=ops)
    site = make.site(row, by=ops)

    def plan(n):
        fields = {"from_on": today + n * DAY, "to_on": today + (n + HANDS) * DAY, "reason": "Two small offices."}
        return add_arrangement(row, leaf="colocation_space", site=site, by=ops, **fields)

    answers = at_once(plan, HANDS)

    assert sum(isinstance(answer, Arrangement) for answer in answers) == 1
    assert [answer for answer in answers if not isinstance(answer, Arrangement)] == [{"arrangement-overlap"}] * (HANDS - 1)


def test_the_database_refuses_an_overlap_that_no_act_has_checked():
    """SP-01: at a site, and without one; another model, another site and later days are free."""
    today = timezone.localdate()
    row = make.partnership()
    site, other = make.site(row), make.site(row, name="Library")
    for place in (site, None):
        fields = {"partnership": row, "site": place, "leaf": "outreach_scheduled", "reason": "Weekly."}
        Arrangement.objects.create(from_on=today, to_on=today + 30 * DAY, **fields)
        with pytest.raises(IntegrityError), transaction.atomic():
            Arrangement.objects.create(from_on=today + 30 * DAY, **fields)
        Arrangement.objects.create(from_on=today + 31 * DAY, **fields)
    Arrangement.objects.create(partnership=row, site=other, leaf="outreach_scheduled", from_on=today, reason="Weekly.")
    Arrangement.objects.create(partnership=row, site=site, leaf="outreach_virtual", from_on=today, reason="A ferry.")
    assert Arrangement.objects.count() == 6


def test_of_twelve_who_add_one_organization_one_does():
    """SP-01."""
    ops = account("lab_ops")
    row, town = make.partnership(by=ops), make.organization(by=ops)
    fields = {"organization": town, "role": "host", "joined_on": timezone.localdate(), "by": ops}

    answers = at_once(lambda n: add_partner(row, **fields), HANDS)

    assert sum(isinstance(answer, Partner) for answer in answers) == 1
    assert [answer for answer in answers if not isinstance(answer, Partner)] == [{"partner-known"}] * (HANDS - 1)


def test_of_twelve_sweeps_at_once_one_raises_the_decision():
    """SP-06: it fires once, whoever looks."""
    row = make.operating()
    Partnership.objects.filter(pk=row.pk).update(review_on=timezone.localdate())

    answers = at_once(lambda n: raise_decisions(by=SYSTEM), HANDS)

    assert sorted(answers) == [0] * (HANDS - 1) + [1]
    assert Decision.objects.count() == 1


def test_of_two_last_ratings_at_the_same_moment_both_are_shown_and_the_round_ends_once():
    """SP-10, PB-29: neither misses the other, so the round doesn't stay open, and no one is told twice."""
    current = make.rating_round()
    ratings = list(current.ratings.select_related("round__partnership__stream", "partner__organization").order_by("pk"))
    holders = [make.coordinator_of(rating) for rating in ratings]

    def rate_one(n):
        return rate(ratings[n], **make.answers(3 + n), shown_revision=1, by=holders[n])

    answers = at_once(rate_one, 2)

    assert all(isinstance(answer, PartnerRating) for answer in answers)
    results = results_of(RatingRound.objects.select_related("partnership").get(pk=current.pk))
    assert results is not None
    assert (len(results.partners), list(results.missing)) == (2, [])
    assert {cell.score for _element, lines in results.elements for line in lines for cell in line.cells} == {3, 4}
    assert current.partnership.stream.events.filter(act="round-revealed").count() == 1
    shown = Message.objects.filter(occasion="relationship-results").values_list("person", flat=True)
    assert len(shown) == len(set(shown)) > 0
