import uuid

import pytest
from django.urls import reverse

from ledger.models import Event
from people.models import Person
from tests.factories import account, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, ops):
    client.force_login(ops)
    return client


def form(row: Person, **changes: object) -> dict[str, object]:
    data = {name: getattr(row, name) for name in ("name", "title", "organisation", "email", "phone")} | {"shown_revision": row.revision}
    return data | {"submission": uuid.uuid4()} | changes


def test_people_are_found_by_any_of_their_words(desk):
    person(name="Dana Lee", organisation="Forests")
    person(name="Wil Tremblay")
    page = desk.get(reverse("people"), {"q": "lee fores"}).content.decode()
    assert "Dana Lee" in page
    assert "Wil Tremblay" not in page
    assert "No people match" in desk.get(reverse("people"), {"q": "nobody here"}).content.decode()


def test_the_list_costs_the_same_at_one_and_at_forty_rows(desk, django_assert_max_num_queries):
    for _ in range(40):
        person()
    with django_assert_max_num_queries(8):
        desk.get(reverse("people"))


def test_a_person_is_added_once_per_address(desk):
    data = {"name": "Dana Lee", "email": "Dana@Example.org"}
    for _ in range(2):
        answer = desk.post(reverse("person-add"), data | {"submission": uuid.uuid4()})
        assert answer.status_code == 302
    assert Person.objects.get().email == "dana@example.org"


def test_an_edit_on_an_older_text_shows_both_and_overwrites_nothing(desk):
    """R14."""
    dana = person(title="Director")
    desk.post(reverse("person-edit", args=[dana.pk]), form(dana, title="Advisor"))
    answer = desk.post(reverse("person-edit", args=[dana.pk]), form(dana, title="Chief"))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Advisor" in page
    assert "Chief" in page
    assert Person.objects.get().title == "Advisor"


def test_another_persons_address_is_refused_with_a_sentence(desk):
    person(email="lee@example.org")
    dana = person()
    answer = desk.post(reverse("person-edit", args=[dana.pk]), form(dana, email="LEE@example.org"))
    assert "Another person already uses this address" in answer.content.decode()


def test_fields_that_are_not_on_the_form_change_nothing(desk, ops):
    """D3-43."""
    dana = person()
    desk.post(reverse("person-edit", args=[dana.pk]), form(dana, title="New", user=ops.pk, id=99))
    dana.refresh_from_db()
    assert (dana.title, dana.user) == ("New", None)


def test_markup_in_a_name_is_shown_and_not_run(desk):
    """D3-1."""
    dana = person(name="<script>alert(1)</script>")
    for url in (reverse("people"), reverse("person", args=[dana.pk]), reverse("person-edit", args=[dana.pk])):
        assert "<script>alert(1)" not in desk.get(url).content.decode()


def test_a_viewer_reads_and_an_applicant_does_not(client, viewer, owner):
    dana = person()
    client.force_login(viewer)
    assert client.get(reverse("person", args=[dana.pk])).status_code == 200
    assert client.post(reverse("person-edit", args=[dana.pk]), form(dana, title="x")).status_code == 403
    client.force_login(owner)
    assert client.get(reverse("people")).status_code == 403
    assert not Event.objects.exists()


def test_a_person_who_has_an_account_is_shown_with_its_roles(desk):
    account_of = account("lab_lead", "viewer", name="Anneke Torvald")
    shown = desk.get(reverse("person", args=[person(name="Anneke Torvald", user=account_of).pk])).content.decode()
    assert "Lab leadership, Viewer" in shown
    assert account_of.email in shown
