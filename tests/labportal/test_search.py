"""Search and the quick jump find anything that may be seen, in spite of a typo, and nothing else (EL-06, OP-01)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import hypothesis.strategies as st
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given

from partnerships.lifecycle.actions import edit_partnership
from people.models import Person
from residencies.models import Residency
from tests.agreements import factories as agreements
from tests.factories import account, person
from tests.partnerships.factories import guidance, partner, partnership
from tests.reports.showcasing import lesson
from tests.residencies.rows import many, residency
from tests.security.roles import Visitor
from tests.security.world import World, build
from tests.teams.factories import champion, seat
from web.models import SearchWord
from web.search import Hit, search
from web.search_words import LEAST_LETTERS, closest, near_words, one_typo

LETTERS = "abcdefghijklmnopqrstuvwxyz"
words = st.text(LETTERS, min_size=LEAST_LETTERS, max_size=14)


def found_by(user, text: str) -> dict[str, list[Hit]]:
    return {str(group.label): group.hits for group in search(user, text).groups}


def labels(user, text: str) -> list[str]:
    return [hit.label for hits in found_by(user, text).values() for hit in hits]


@pytest.fixture
def gateway(db) -> Residency:
    return residency("in_residence", product="Health Gateway")


# ── What is found ────────────────────────────────────────────────────────────────────────────


def test_a_residency_is_found_by_the_beginning_of_its_words_and_by_its_number(ops, gateway):
    assert found_by(ops, "gate heal")["Residencies"][0].url == gateway.get_absolute_url()
    assert found_by(ops, gateway.reference.partition("-")[2])["Residencies"][0].label == "Health Gateway"


@pytest.mark.by_engine
@pytest.mark.parametrize("typed", ["helth", "heatlh", "healtth", "hezlth", "helth gatway"])
def test_one_typo_in_each_word_is_fine(ops, gateway, typed):
    answer = search(ops, typed)
    assert answer.corrected
    assert [hit.label for hit in answer.groups[0].hits] == ["Health Gateway"]


def test_two_typos_in_a_word_and_a_wrong_digit_find_nothing(ops, gateway):
    """Another digit is another residency."""
    assert not search(ops, "hilht").groups
    assert not search(ops, gateway.reference[:-1] + ("8" if gateway.reference[-1] == "9" else "9")).groups


def test_people_are_found_on_record_on_teams_and_as_champions_with_what_they_do(ops, gateway):
    """EL-41, EL-44: one line a person."""
    member = person(name="Thandi Merriweather", title="", organisation="")
    seat(gateway, person=member)
    champion(gateway, person=member)
    (hit,) = found_by(ops, "meriweather")["People"]
    assert hit.url == reverse("person", args=[member.pk])
    assert "Health Gateway" in hit.note
    assert "Champion" in hit.note


def test_a_product_owner_finds_the_people_of_their_own_residency_where_they_stand(gateway):
    """The page of a person is for the lab; the team is the product owner's own."""
    owner = account("product_owner")
    gateway.memberships.create(user=owner)
    member = seat(gateway, person=person(name="Thandi Merriweather"))
    (hit,) = found_by(owner, "thandi")["People"]
    assert hit.url == reverse("seat", args=[gateway.reference, member.pk])


def test_agreements_and_their_parties_are_found(ops):
    """EL-22"""
    version = agreements.complete_draft()
    party = version.agreement.parties.first()
    subject = version.agreement.subject
    assert found_by(ops, subject.product)["Agreements"][0].url == reverse("agreement", args=[subject.reference])
    assert found_by(ops, version.agreement.reference)["Agreements"][0].note.startswith(version.agreement.reference)
    assert any(str(party.role) in hit.note for hit in found_by(ops, party.person.name)["People"])


@pytest.mark.parametrize("typed", ["add to the team of health gateway", "add team health", "teem ad helth", "new member gateway"])
def test_an_act_is_found_by_its_words_and_the_name_of_the_residency(ops, gateway, typed):
    url = reverse("team-add", args=[gateway.reference])
    assert ("Add to the team of Health Gateway", url) in [(hit.label, hit.url) for hit in found_by(ops, typed)["Go to"]]


def test_an_act_is_found_for_the_residency_under_way_among_many_that_ended(ops):
    """EL-06: most acts are about what is under way, whatever newer residency of that name was declined."""
    under_way = residency("in_residence", product="Health Gateway")
    for _number in range(4):
        residency("declined", product="Health Gateway")
    assert found_by(ops, "add team health")["Go to"][0].url == reverse("team-add", args=[under_way.reference])


@pytest.mark.parametrize("typed", ["gatewax", "atewax"])
def test_a_word_that_only_a_partnership_has_is_not_taken_for_a_typo(ops, gateway, typed):
    """Partnerships are found by the middle of a word too, and what was typed is one typo away from the residency's."""
    partnership(by=ops, name="Gatewax counter")
    answer = search(ops, typed)
    assert not answer.corrected
    assert [hit.label for group in answer.groups for hit in group.hits] == ["Gatewax counter"]


@pytest.mark.parametrize(
    ("label", "typed"),
    [("Partnerships", "saltspring fery"), ("Partnerships", "capitl regional"), ("Guidance", "satelite"), ("Lessons", "rehersal")],
)
def test_partnerships_their_partners_guidance_and_lessons_are_found_in_spite_of_a_typo(ops, label, typed):
    """EL-06: whatever has words is found by them, also after it was renamed."""
    row = partnership(by=ops, name="Ferry counter")
    partner(row, by=ops, name="Capital Regional District")
    edit_partnership(row, shown_revision=row.revision, by=ops, name="Saltspring ferry counter")
    guidance()
    lesson(by=ops, text="Hold a rehearsal of the release.")
    answer = search(ops, typed)
    assert answer.corrected
    assert label in [str(group.label) for group in answer.groups]


def test_words_that_are_known_but_never_together_are_tried_as_typos(ops, gateway):
    """“Gatewaw” is a person, and “health” the residency's."""
    person(name="Gatewaw Torvald", organisation="", title="")
    answer = search(ops, "health gatewaw")
    assert answer.corrected
    assert answer.groups[0].hits[0].label == "Health Gateway"


def test_pages_are_found_by_what_people_call_them(ops):
    assert found_by(ops, "email preferences")["Pages"][0].url == reverse("my-mail")
    assert "Intake review" in labels(ops, "review queue")
    assert "Administration" not in labels(ops, "administration")


# ── Who finds what ───────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.django_db
def test_every_role_can_open_all_it_finds_and_finds_nothing_that_it_may_not_see(world):
    """Whatever is shown opens; whatever belongs to another residency isn't shown, by any word of it."""
    hidden = {Visitor.OWNER: world.residencies["other"], Visitor.STRANGER: world.residencies["own"]}
    texts = ["a", "add team", "review", "mail", *(word for each in world.residencies.values() for word in (each.product, each.reference))]
    texts += [f"{verb} {world.residencies['own'].product}" for verb in ("add", "team", "agreement", "log", "conversation", "edit")]
    texts += list(Person.objects.order_by("pk").values_list("name", flat=True)[:12])
    for visitor, client in world.clients.items():
        user = world.accounts.get(visitor)
        if user is None or not user.is_active or visitor == Visitor.INVITED:
            continue
        opened = set()
        for text in dict.fromkeys(texts):
            for group in search(user, text).groups:
                for hit in group.hits:
                    if hit.url not in opened:
                        opened.add(hit.url)
                        with transaction.atomic():
                            status = client.get(hit.url).status_code
                        assert status in {200, 302}, f"{visitor} finds {hit.label} by “{text}”, and it answers {status}"
                    if visitor in hidden:
                        assert hidden[visitor].reference not in hit.url + hit.note, f"{visitor} finds {hit.label} by “{text}”"
        if visitor == Visitor.NOBODY:
            assert not [url for url in opened if url.startswith(("/residencies", "/people", "/admin"))]


# ── What it costs, and the page ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", ["product", "prodcut", "account", "nothing like it"])
def test_it_costs_the_same_whatever_there_is(ops, text):
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            search(type(ops).objects.get(pk=ops.pk), text)
        return len(counted)

    many(8)
    few = queries()
    many(40)
    # Twelve sources, each asked once, and two queries on known words.
    assert queries() == few <= 15


@pytest.mark.django_db
def test_without_script_it_is_a_page_and_with_it_a_list_of_options(client, ops, gateway):
    client.force_login(ops)
    page = client.get(reverse("search"), {"q": "health"}).content.decode()
    assert "<h1" in page
    assert gateway.get_absolute_url() in page
    answer = client.get(reverse("search"), {"q": "health"}, headers={"HX-Request": "true"})
    part = answer.content.decode()
    assert "<h1" not in part
    assert 'role="option"' in part
    assert 'data-status="' in part
    assert "HX-Request" in answer["Vary"]


@pytest.mark.django_db
def test_what_is_typed_is_shown_as_text(client, ops):
    client.force_login(ops)
    for headers in ({}, {"HX-Request": "true"}):
        shown = client.get(reverse("search"), {"q": '"><script>x</script>'}, headers=headers).content.decode()
        assert "<script>x" not in shown
        assert not re.search(r'data-text=""><', shown)


# ── Words and typos ──────────────────────────────────────────────────────────────────────────


def mistyped(word: str, how: str, place: int, letter: str) -> str:
    place %= len(word) - (how == "swap")
    if how == "swap":
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + {"wrong": letter, "missing": "", "extra": letter + word[place]}[how] + word[place + 1 :]


@given(
    words,
    st.sampled_from(["wrong", "missing", "extra", "swap"]),
    st.integers(0, 20),
    st.sampled_from(LETTERS),
    st.text(LETTERS, max_size=4),
)
def test_whatever_the_typo_the_word_is_known_again_and_so_is_a_longer_one(word, how, place, letter, more):
    typed = mistyped(word, how, place, letter)
    assert re.match(one_typo(typed), word + more)
    assert word + more in closest(typed, [word + more])


@pytest.mark.by_engine
@pytest.mark.django_db
def test_every_word_without_digits_of_a_row_is_known_from_then_on():
    """By triggers, on both engines: whatever writes the row."""
    person(name="Zbigniew O'Quaverly-Łódź", title='Says "hi" \\ 2nd', organisation="", email="zq@example.org")
    known = set(SearchWord.objects.values_list("word", flat=True))
    assert {"zbigniew", "oquaverly", "lodz", "says"} <= known
    assert not [word for word in known if any(letter.isdigit() for letter in word)]
    Person.objects.update(search_text="renamed wholly")
    assert SearchWord.objects.filter(word="wholly").count() == 1
    assert near_words(["whooly"]) == {"whooly": ["wholly"]}


def test_short_words_and_numbers_are_taken_as_they_are():
    assert near_words(["abc", "2026", "xl-2026"]) == {}
