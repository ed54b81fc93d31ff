"""A form sent twice acts once, whatever the form (R12)."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from people.models import Person
from web.idempotent_post import ActTakenBack
from web.models import Submission

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.urls")]


def filled_in(**fields: str) -> dict[str, str]:
    return {"name": "Somebody", "submission": str(uuid.uuid4()), **fields}


def test_a_second_press_leads_where_the_first_led(client):
    form = filled_in()
    first, second = client.post("/add/", form), client.post("/add/", form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert second["Location"] == first["Location"]
    assert Person.objects.count() == 1


def test_a_form_filled_in_anew_acts_anew(client):
    client.post("/add/", filled_in())
    client.post("/add/", filled_in())
    assert Person.objects.count() == 2


def test_a_refused_form_leaves_nothing_and_can_be_mended_and_sent_again(client):
    form = filled_in(name="refused")
    assert client.post("/add/", form).status_code == 200
    assert not Person.objects.exists()
    assert not Submission.objects.exists()
    assert client.post("/add/", form | {"name": "Mended"}).status_code == 302
    assert Person.objects.get().name == "Mended"


def test_a_form_with_an_error_can_be_fixed_and_sent_again(client):
    form = filled_in(name="")
    assert client.post("/add/", form).status_code == 200
    assert not Submission.objects.exists()
    assert client.post("/add/", form | {"name": "Mended"}).status_code == 302
    assert Person.objects.get().name == "Mended"


def test_an_act_whose_page_is_the_answer_is_kept_and_done_once(client):
    """K7: what a page says was saved is saved, whatever its status."""
    form = filled_in()
    first, second = client.post("/answers-at-once/", form), client.post("/answers-at-once/", form)
    assert (first.status_code, first.content) == (200, b"made Somebody")
    assert (second.status_code, second["Location"]) == (302, "/answers-at-once/")
    assert Person.objects.get().name == "Somebody"


def test_a_script_that_sends_twice_gets_the_same_answer(client):
    form = filled_in(script="yes")
    answers = {client.post("/answers-at-once/", form).content for _press in range(3)}
    assert answers == {b'{"made": "Somebody"}'}
    assert Person.objects.count() == 1


def test_an_act_that_refused_leaves_nothing_wherever_the_page_leads(client):
    """K7: a redirect is no proof that anything was done."""
    form = filled_in(name="refused")
    assert client.post("/refused-and-led-on/", form).status_code == 302
    assert not Person.objects.exists()
    assert not Submission.objects.exists()
    client.post("/refused-and-led-on/", form | {"name": "Mended"})
    assert Person.objects.get().name == "Mended"


def test_an_act_that_was_carried_out_and_undone_is_never_silent(client):
    """K7: a page that calls two acts says so, or fails here."""
    with pytest.raises(ActTakenBack):
        client.post("/two-acts/", filled_in())
    assert not Person.objects.exists()


def test_several_acts_together_are_one(client):
    assert client.post("/two-acts/", filled_in(together="yes")).status_code == 200
    assert not Person.objects.exists()
    assert not Submission.objects.exists()


def test_looking_ahead_is_no_act_and_the_same_form_then_acts(client):
    form = filled_in()
    client.post("/rehearses/", form)
    assert not Person.objects.exists()
    for _press in range(2):
        client.post("/rehearses/", form | {"really": "yes"})
    assert Person.objects.get().name == "Somebody"


def test_an_act_that_fails_half_way_leaves_nothing(client):
    """D3-11: acts are atomic."""
    client.raise_request_exception = False
    assert client.post("/failing/", filled_in()).status_code == 500
    assert not Person.objects.exists()
    assert not Submission.objects.exists()


def test_somebody_elses_submission_id_leads_nobody_to_their_page(client, ops):
    form = filled_in()
    theirs = client.post("/add/", form)
    other = Client()
    other.force_login(ops)
    answer = other.post("/add/", form)
    assert answer["Location"] == "/add/" != theirs["Location"]
    assert Person.objects.count() == 1


@pytest.mark.parametrize("submission", ["", "not-an-id", "' OR 1=1"])
def test_a_form_without_a_proper_id_acts_as_any_form(client, submission):
    assert client.post("/add/", filled_in(submission=submission)).status_code == 302
    assert Person.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_act_once_and_agree(ops):
    """R12: 1 effect, 20 answers that agree."""
    form = filled_in()
    signed_in = Client()
    signed_in.force_login(ops)

    def press(_: int) -> tuple[int, str]:
        client = Client()
        client.cookies = signed_in.cookies
        try:
            answer = client.post("/add/", form)
            return answer.status_code, answer["Location"]
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as threads:
        answers = set(threads.map(press, range(20)))
    assert Person.objects.count() == 1
    assert answers == {(302, f"/made/{Person.objects.get().pk}/")}
