"""Partners rate their relationship, each on its own, and see the others' ratings only once all have rated (SP-03, PB-29)."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from findings import Refused
from outbox.delivery.sweep import sweep
from outbox.models import Message
from partnerships.lifecycle.actions import add_partner, not_pursue, set_coordinator
from partnerships.models import Partner, PartnerRating, Partnership, RatingRound
from partnerships.workspace.relationship import actions
from partnerships.workspace.relationship.queries import results_of
from partnerships.workspace.relationship.rules import CRITERIA, ELEMENTS, Rated, compare, element_averages, notable
from people.actions import person_of
from people.models import Person
from tests.factories import account, person
from tests.pages import text
from tests.partnerships import factories as make

DAY = datetime.timedelta(days=1)
pytestmark = pytest.mark.django_db


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def page_of(of, user):
    return text(client_of(user).get(reverse("relationship", args=[of.partnership.reference])))


def form(score=4, **more):
    """What the form sends: one score for all but those named."""
    fields = {f"score_{criterion.code}": str(score) for criterion in CRITERIA}
    return fields | {name.replace("__", "-"): value for name, value in more.items()}


# ── The instrument and the comparison ────────────────────────────────────────────────────────────


def test_the_instrument_has_five_elements_with_three_three_four_three_and_four_criteria():
    """PB-29"""
    assert [len(element.criteria) for element in ELEMENTS] == [3, 3, 4, 3, 4]
    assert len({criterion.code for criterion in CRITERIA}) == 17


SHEET = st.fixed_dictionaries({criterion.code: st.integers(1, 5) for criterion in CRITERIA})


@given(st.lists(SHEET, min_size=1, max_size=5), st.lists(SHEET, max_size=3))
def test_gaps_averages_and_changes_equal_plain_arithmetic(now, before):
    """PB-29: on random ratings; the widest gap is named first, and no gap of two or more is left out."""
    rated = [Rated(f"P{number}", scores, {}) for number, scores in enumerate(now)]
    earlier = [Rated(f"P{number}", scores, {}) for number, scores in enumerate(before)]
    lines = [line for _element, rows in compare(rated, earlier) for line in rows]
    assert [line.criterion for line in lines] == list(CRITERIA)
    for line in lines:
        scores = [sheet[line.criterion.code] for sheet in now]
        assert line.gap == max(scores) - min(scores)
        assert line.average == pytest.approx(sum(scores) / len(scores))
        if before:
            old = [sheet[line.criterion.code] for sheet in before]
            assert line.change == pytest.approx(sum(scores) / len(scores) - sum(old) / len(old))
        else:
            assert line.change is None
    named = notable(compare(rated, earlier))
    assert [line.gap for line in named] == sorted((line.gap for line in lines if line.gap >= 2), reverse=True)
    for element in ELEMENTS:
        values = [sheet[criterion.code] for sheet in now for criterion in element.criteria]
        assert element_averages(rated)[element.code] == pytest.approx(sum(values) / len(values))


# ── Opening ──────────────────────────────────────────────────────────────────────────────────────


def test_opening_a_round_asks_every_partner_of_today_once_by_mail_with_a_link(ops):
    """PB-29"""
    current = make.rating_round(by=ops)
    asked = Message.objects.filter(occasion="relationship-rating-wanted")
    assert {message.person_id for message in asked} == set(Partner.objects.values_list("coordinator", flat=True))
    assert current.ratings.count() == 2
    assert all(message.mint["rating_link"][0] == "partnerships.links.rating" for message in asked)


def test_a_round_that_lacks_something_is_refused_with_all_of_it(ops):
    """PB-29: a due date, two partners, and for each a coordinator who can be asked."""
    row = make.partnership(by=ops)
    partner = make.partner(row, by=ops)
    set_coordinator(partner, by=ops)
    with pytest.raises(Refused) as refused:
        actions.open_round(row, due_on=timezone.localdate(), by=ops)
    assert refused.value.codes == {"round-due-past", "round-too-few", "round-no-coordinator"}
    assert not RatingRound.objects.exists()


def test_a_second_round_waits_for_the_first(ops):
    current = make.rating_round(by=ops)
    with pytest.raises(Refused) as refused:
        make.rating_round(current.partnership, by=ops)
    assert refused.value.codes == {"round-open"}


# ── Rating ───────────────────────────────────────────────────────────────────────────────────────


def test_both_rate_by_link_and_only_then_are_both_shown_with_their_gap_first(ops, client):
    """PB-29: partner A gives 5, B gives 2: the page shows both and a gap of 3 at the top."""
    current = make.rating_round(by=ops)
    first, second = current.ratings.order_by("pk")
    for rating, score, reason in ((first, "5", ""), (second, "2", "We never meet.")):
        address = reverse("rating-by-link", args=[make.rating_token(rating)])
        assert "1 means not at all" in text(client.get(address))
        sent = client.post(address, form(score_meetings=score, reason_meetings=reason, shown_revision=1), follow=True)
        assert sent.status_code == 200
        if rating == first:
            assert "Thank you" in text(sent)
            assert "Not rated yet: Ontario service agency" in text(sent)
            assert "Results" not in page_of(current, ops)
    assert "Where partners differ" in text(sent)
    shown = page_of(current, ops)
    assert "Partners meet in person regularly : 3 points apart" in shown
    assert shown.index("3 points apart") < shown.index("Committed leadership")
    assert "We never meet." in shown
    letters = Message.objects.filter(occasion="relationship-results")
    assert {message.person_id for message in letters} == {*Partner.objects.values_list("coordinator", flat=True), ops.person.pk}


def test_a_coordinator_with_an_account_rates_on_the_partnerships_page(ops):
    """PB-29"""
    current = make.rating_round(by=ops)
    rating = current.ratings.earliest("pk")
    user = account("viewer", name="Sefton Marsh")
    Person.objects.filter(pk=rating.partner.coordinator_id).update(user=user)
    client = client_of(user)
    address = reverse("relationship-rate", args=[current.partnership.reference, rating.pk])
    assert address in client.get(reverse("relationship", args=[current.partnership.reference])).content.decode()
    done = client.post(address, form(shown_revision=1), follow=True)
    assert "You can change it until every partner has rated." in text(done)
    assert PartnerRating.objects.get(pk=rating.pk).given_by_id == rating.partner.coordinator_id


def test_nobody_rates_for_a_partner_but_its_coordinator(ops):
    """PB-29: not the office, not the other partner, not by the link for another rating or after it expired."""
    current = make.rating_round(by=ops)
    first, second = current.ratings.select_related("round__partnership__stream", "partner").order_by("pk")
    holder = make.coordinator_of(second)
    for by in (ops, account("lab_lead"), holder):
        with pytest.raises(PermissionDenied):
            actions.rate(first, **make.answers(), shown_revision=1, by=by)
    holder.link.expires_on = timezone.localdate() - DAY
    holder.link.save()
    with pytest.raises(PermissionDenied):
        actions.rate(second, **make.answers(), shown_revision=1, by=holder)


@pytest.mark.parametrize("change", [lambda p: set_coordinator(p, person=person(), by=account("lab_ops")), lambda p: Partner.objects.update(left_on=timezone.localdate())])  # fmt: skip
def test_the_link_of_a_former_coordinator_opens_nothing(change, ops, client):
    current = make.rating_round(by=ops)
    rating = current.ratings.earliest("pk")
    address = reverse("rating-by-link", args=[make.rating_token(rating)])
    change(rating.partner)
    assert client.get(address).status_code == 404
    assert client.post(address, form(shown_revision=1)).status_code == 404
    assert not PartnerRating.objects.filter(given_on__isnull=False).exists()


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (make.answers(meetings=1) | {"reasons": {}}, {"rating-no-reason"}),
        ({"scores": {}, "reasons": {}}, {"rating-incomplete"}),
        (make.answers(meetings=6), {"rating-incomplete"}),
    ],
)
def test_a_rating_needs_every_score_and_a_reason_for_a_low_one(given, codes, ops):
    """PB-29"""
    rating = make.rating_round(by=ops).ratings.earliest("pk")
    with pytest.raises(Refused) as refused:
        make.rate(rating, given)
    assert refused.value.codes == codes


def test_the_form_keeps_what_was_typed_and_names_what_is_missing(ops, client):
    rating = make.rating_round(by=ops).ratings.earliest("pk")
    fields = form(score_meetings="2", reason_openness="We read each other’s minutes.", shown_revision=1)
    fields.pop("score_ties")
    answer = client.post(reverse("rating-by-link", args=[make.rating_token(rating)]), fields)
    assert "2 things need your attention" in text(answer)
    assert "Add a line about why the rating is low." in text(answer)
    assert "We read each other’s minutes." in answer.content.decode()


def test_a_rating_is_corrected_until_it_is_shown_and_never_after(ops):
    """PB-29"""
    current = make.rating_round(by=ops)
    first, second = current.ratings.order_by("pk")
    make.rate(first, make.answers(3)), make.rate(first, make.answers(5)), make.rate(second)
    assert set(PartnerRating.objects.get(pk=first.pk).scores.values()) == {5}
    with pytest.raises(Refused) as refused:
        make.rate(first, make.answers(1, "No."))
    assert refused.value.codes == {"round-ended"}
    acts = list(current.partnership.stream.events.values_list("act", flat=True))[-5:]
    assert acts == ["round-opened", "relationship-rated", "relationship-rerated", "relationship-rated", "round-revealed"]


def test_a_new_coordinator_rates_again_without_seeing_what_the_former_one_gave(ops, client):
    """PB-29: or the office could name itself coordinator to look."""
    current = make.rating_round(by=ops)
    rating = current.ratings.earliest("pk")
    make.rate(rating, make.answers(3, "Hidden words."))
    address = reverse("rating-by-link", args=[make.rating_token(rating)])
    assert "Hidden words." in client.get(address).content.decode()
    set_coordinator(rating.partner, person=person_of(ops, by=ops), by=ops)
    for answer in (
        client_of(ops).get(reverse("relationship-rate", args=[current.partnership.reference, rating.pk])),
        client_of(ops).post(reverse("relationship-rate", args=[current.partnership.reference, rating.pk]), form(shown_revision=1)),
    ):
        assert "Hidden words." not in answer.content.decode()
    assert answer.status_code == 409  # somebody rated in the meantime, as far as this page knows
    assert "has rated for this partner" in text(answer)


# ── Closing ──────────────────────────────────────────────────────────────────────────────────────


def test_a_closed_round_shows_what_was_given_and_names_who_is_missing(ops):
    """PB-29"""
    current = make.rating_round(by=ops)
    first, second = current.ratings.order_by("pk")
    make.rate(first, make.answers(3, "Given words."))
    with pytest.raises(Refused) as refused:
        actions.close_round(current, reason=" ", by=ops)
    assert refused.value.codes == {"no-reason"}
    actions.close_round(current, reason="The coordinator is on leave.", by=ops)
    shown = page_of(current, ops)
    assert "Not rated: Ontario service agency" in shown
    assert "The coordinator is on leave." in shown
    assert "Given words." in shown
    with pytest.raises(Refused) as refused:
        make.rate(second)
    assert refused.value.codes == {"round-ended"}


def test_the_next_round_says_what_has_changed(ops):
    """PB-29: compared with the last round in which somebody rated, not with an empty one."""
    current = make.rating_round(by=ops)
    for rating in current.ratings.order_by("pk"):
        make.rate(rating, make.answers(3))
    empty = make.rating_round(current.partnership, by=ops)
    actions.close_round(empty, reason="Too early.", by=ops)
    later = make.rating_round(current.partnership, by=ops)
    for rating, score in zip(later.ratings.order_by("pk"), (4, 5), strict=True):
        make.rate(rating, make.answers(score))
    results = results_of(RatingRound.objects.get(pk=later.pk))
    assert {line.change for _element, lines in results.elements for line in lines} == {1.5}
    shown = page_of(later, ops)
    assert "+1.5" in shown
    assert "Averages over time" in shown


def test_the_download_has_every_score_and_there_is_none_while_the_round_is_open(ops):
    current = make.rating_round(by=ops)
    first, second = current.ratings.order_by("pk")
    make.rate(first, make.answers(3, "=cmd()"))
    address = reverse("round-export", args=[current.partnership.reference, current.pk, "csv"])
    assert client_of(ops).get(address).status_code == 404
    make.rate(second, make.answers(5))
    rows = client_of(ops).get(address).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 18
    assert "'=cmd()" in rows[1]


# ── Reminders and the end ────────────────────────────────────────────────────────────────────────


def reminded(due_on):
    return list(Message.objects.filter(occasion="relationship-rating-due", due_on=due_on).values_list("person", flat=True))


def test_partners_who_have_not_rated_are_reminded_until_they_have(ops, time_machine):
    """PB-29, EL-60"""
    current = make.rating_round(by=ops, days=14)
    Partner.objects.update(joined_on=timezone.localdate() - 100 * DAY)
    first, second = current.ratings.select_related("partner").order_by("pk")
    make.rate(first)
    for days in (-3, 0, 7):
        time_machine.move_to(timezone.now() + (current.due_on + days * DAY - timezone.localdate()))
        sweep(), sweep()
        assert reminded(current.due_on + days * DAY) == [second.partner.coordinator_id]
    make.rate(second)
    time_machine.move_to(timezone.now() + 7 * DAY)
    sweep()
    assert reminded(current.due_on + 14 * DAY) == []


def test_a_round_ends_with_its_partnership_and_nobody_is_reminded(ops, client, time_machine):
    """PB-29, EL-82: a link then leads to the results, and takes no rating."""
    current = make.rating_round(by=ops)
    address = reverse("rating-by-link", args=[make.rating_token(current.ratings.earliest("pk"))])
    not_pursue(make.fresh(current.partnership), reason="The lease went to someone else.", by=ops)
    assert RatingRound.objects.get(pk=current.pk).close_reason == "The partnership has ended."
    answer = client.get(address)
    assert "No partner rated in this round." in text(answer)
    assert client.post(address, form(shown_revision=1)).status_code == 409
    assert not PartnerRating.objects.filter(given_on__isnull=False).exists()
    time_machine.move_to(timezone.now() + 14 * DAY)
    sweep()
    assert not Message.objects.filter(occasion="relationship-rating-due").exists()


def test_home_names_late_rounds_and_partnerships_that_have_not_rated_for_half_a_year(ops, time_machine):
    """PB-29"""
    row = make.operating(by=ops, lead=ops)
    Partnership.objects.filter(pk=row.pk).update(started_on=timezone.localdate() - 200 * DAY)
    home = client_of(ops)
    assert "Partners’ ratings of the relationship are due" in text(home.get("/"))
    make.rating_round(row, by=ops, days=5)
    assert "Partners’ ratings of the relationship are due" not in text(home.get("/"))
    time_machine.move_to(timezone.now() + 6 * DAY)
    home = client_of(ops)
    assert "Ratings of the relationship missing: 2" in text(home.get("/"))


def test_a_partner_who_joins_later_rates_from_the_next_round_on(ops):
    current = make.rating_round(by=ops)
    add_partner(
        current.partnership, organization=make.organization(by=ops), role="host", joined_on=timezone.localdate(), person=person(), by=ops
    )
    for rating in current.ratings.all():
        make.rate(rating)
    assert not RatingRound.objects.get(pk=current.pk).is_open
