"""Changes of the header, of a date and of the parties, and what an amendment says of who wished it (EL-25, EL-34)."""

import datetime
import tomllib

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from acts.act import SYSTEM
from agreements.amendments.rules import Wording
from agreements.drafting.actions import edit_header
from agreements.drafting.sending import circulate
from agreements.drafting.templates import STANDARD, install_template
from agreements.models import Amendment, Party, TemplateRole
from agreements.versions.history import what_changed
from agreements.versions.records import compare_before_printing
from findings import Refused
from people.models import Person
from tests.agreements.amending import accepted, change, newest, proposed
from tests.agreements.factories import circulated, complete_draft, sign, to_sign
from tests.factories import account, person
from tests.worlds import made_once, mine

pytestmark = pytest.mark.django_db

UNTIL = {"key": "until", "label": "In force until", "type": "date"}


begins_with = made_once(lambda: circulated(by=account("lab_ops", name="Noor Castellane")))


@pytest.fixture
def version(begins_with):
    return mine(begins_with)


@pytest.fixture
def ops(version):
    return version.circulated_by


def joining(who, **other):
    facts = {"place": "alliance", "heading": "Privacy officer", "person": who, **other}
    return Wording("join", **facts)


def codes(version, wording):
    with pytest.raises(Refused) as refused:
        proposed(version, wording)
    return refused.value.codes


def test_a_header_field_is_changed_by_the_next_version(version):
    before = bytes(version.canonical)
    amendment = proposed(version, Wording("header", "product", text="Farm Relief,\n second edition"))
    assert (amendment.place, amendment.was_text, amendment.text) == (
        "Header: Proposed product", version.header["product"], "Farm Relief, second edition",
    )  # fmt: skip
    following = accepted(amendment)

    assert following.header == {**version.header, "product": "Farm Relief, second edition"}
    assert b"Farm Relief, second edition" in bytes(following.canonical)
    version.refresh_from_db()
    assert bytes(version.canonical) == before
    assert "Header: Proposed product changed from" in what_changed(newest(version))
    compare_before_printing(newest(version))


def test_a_date_in_the_header_is_extended(ops):
    """The agreement holds longer: that is a new version, which everybody signs."""
    standard = tomllib.loads(STANDARD.read_text())
    made_from = install_template({**standard, "slug": "dated", "header_fields": [*standard["header_fields"], UNTIL]}, by=SYSTEM)
    draft = complete_draft(by=ops, made_from=made_from)
    draft = edit_header(draft, {"until": "2026-12-31"}, shown_revision=draft.revision, by=ops)
    version = circulate(draft, shown_revision=draft.revision, by=ops)

    following = accepted(proposed(version, Wording("date", "until", text="2027-12-31")))

    assert following.header["until"] == "2027-12-31"
    assert codes(newest(version), Wording("header", "until", text="2028-12-31")) == {"clause-unknown"}


def test_a_new_party_joins_signs_and_is_none_of_the_template_s(version):
    lone = person(name="Ines Kowalczyk", email="ines@example.org")
    roles = set(version.agreement.template_version.own_roles)
    following = accepted(proposed(version, joining(lone)))

    row = following.roles.get(label="Privacy officer")
    assert (row.side, row.must_sign, row.position) == ("alliance", True, version.roles.count() + 1)
    assert Party.objects.get(role=row.role).person == lone
    assert not version.roles.filter(label="Privacy officer").exists()
    assert set(version.agreement.template_version.own_roles) == roles
    invitation = next(each for each in to_sign(following) if each.party.person == lone)
    assert sign(invitation).role.label == "Privacy officer"
    compare_before_printing(newest(version))


def test_a_joined_role_stays_as_it_is(version):
    accepted(proposed(version, joining(person(email="one@example.org"))))
    role = TemplateRole.objects.get(agreement=version.agreement)
    for write in (lambda: TemplateRole.objects.filter(pk=role.pk).update(label="Other"), role.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()
    with pytest.raises(DatabaseError), transaction.atomic():
        TemplateRole.objects.create(version=role.version, position=99, label="Uninvited", side="lab")


@pytest.mark.parametrize(
    ("wording", "code"),
    [
        (Wording("header", "no such", text="x"), "clause-unknown"),
        (Wording("header", "product", text="  "), "words-missing"),
        (joining(None), "party-missing"),
        (joining(Person(name="No Mail")), "party-without-address"),
        (joining(Person(email="a@example.org"), heading="Product owner"), "role-exists"),
        (joining(Person(email="a@example.org"), heading=" "), "role-missing"),
        (joining(Person(email="a@example.org"), place="nobody's"), "clause-unknown"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_can_t_be_proposed(version, wording, code):
    assert codes(version, wording) == {code}


def test_words_that_stand_there_already_are_no_change(version):
    assert codes(version, Wording("header", "product", text=version.header["product"])) == {"nothing-changed"}


def test_two_changes_of_one_place_are_not_accepted_together(version):
    both = [proposed(version, Wording("header", "product", text=text)) for text in ("One", "Another")]
    with pytest.raises(Refused) as refused:
        accepted(both)
    assert refused.value.codes == {"amendments-clash"}


def test_what_was_proposed_of_the_same_field_is_overtaken_and_the_rest_moves_along(version):
    first, second = [proposed(version, Wording("header", "product", text=text)) for text in ("One", "Another")]
    other = proposed(version, Wording("header", "ministry", text="Forests and Ranges"))
    party = proposed(version, joining(person(email="p@example.org")))
    following = accepted(first)

    states = {row.pk: (row.state, row.version_id) for row in Amendment.objects.all()}
    assert states[second.pk][0] == "overtaken"
    assert states[other.pk] == states[party.pk] == ("open", following.pk)


def test_an_amendment_says_at_whose_wish_it_was(version):
    """Edited by, instigated by, relation, reason, date, editorial or not."""
    facts = {"relation": "advice", "at_request_of": "legal counsel", "dated_on": datetime.date(2026, 1, 5), "editorial": True}
    row = proposed(version, change(version), **facts)

    assert row.at_whose_wish == "On the advice of: legal counsel"
    assert row.happened_on == datetime.date(2026, 1, 5)
    assert row.editorial
    for name, value in {"relation": "update", "dated_on": None, "editorial": False, "page": 3, "carried_over": True}.items():
        with pytest.raises(DatabaseError), transaction.atomic():
            Amendment.objects.filter(pk=row.pk).update(**{name: value})


def test_lab_operations_propose_it_on_a_page(version, ops):
    client = Client()
    client.force_login(ops)
    address = reverse("amendment-propose-beside", args=[version.agreement.subject.reference])
    where = client.get(reverse("amendment-propose", args=[version.agreement.subject.reference])).content.decode()
    assert f'href="{address}?field=product"' in where
    shown = {"shown_sha256": version.content_sha256, "reason": "It was renamed."}

    assert client.post(f"{address}?field=product", {**shown, "value": "Renamed"}).status_code == 302
    facts = {
        **shown,
        "side": "alliance",
        "role": "Privacy officer",
        "who": "new",
        "name": "Ines",
        "email": "ines@example.org",
        "must_sign": "on",
    }
    assert client.post(address, facts).status_code == 302

    assert list(Amendment.objects.order_by("pk").values_list("kind", flat=True)) == ["header", "join"]
    page = client.get(reverse("agreement-amendments", args=[version.agreement.subject.reference])).content.decode()
    assert "Ines" in page
    client.force_login(account("viewer"))
    assert client.get(address).status_code == 403
