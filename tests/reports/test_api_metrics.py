"""Metrics and readings through the API, and requests that are sent again (EL-91)."""

import datetime
import json
import threading
import uuid

import pytest
from django.db import connections
from django.utils import timezone

from metrics.models import Observation
from metrics.readings.actions import correct_observation, remove_observation
from reports.api.repeats import KEPT_FOR, forget_old_answers
from reports.models import KeptAnswer, Scope
from tests.clock import TODAY
from tests.factories import account
from tests.metrics.factories import RATIO, metric, reading
from tests.reports.factories import program, token_for
from tests.residencies.rows import residency


@pytest.fixture
def measured(db):
    return metric(residency("in_residence"))


@pytest.fixture
def writer(ops):
    return program(token_for(ops, scope=Scope.OBSERVATIONS)[1])


def send(client, of, key="", **body):
    headers = {"Idempotency-Key": key or str(uuid.uuid4())} if key is not None else {}
    data = {"on": TODAY.isoformat(), "value": "58", **body}
    return client.post(f"/api/v1/metrics/{of.pk}/observations", json.dumps(data), content_type="application/json", headers=headers)


@pytest.mark.django_db
def test_a_reading_is_recorded_by_the_same_act_as_on_the_page(writer, measured, ops):
    response = send(writer, measured, note="From the dashboard")
    row = Observation.objects.get()
    assert response.status_code == 201
    assert response.json()["value"] == "58.0000"
    assert (row.entered_by, row.note) == (ops, "From the dashboard")
    event = measured.stream.events.latest("seq")
    assert event.act == "reading-recorded"
    assert "API token" in event.actor_name


@pytest.mark.django_db
def test_what_the_act_refuses_is_a_problem_with_every_fault(writer, measured):
    future = (TODAY + datetime.timedelta(days=2)).isoformat()
    response = send(writer, measured, on=future, evidence="javascript:alert(1)")
    assert response.status_code == 409
    assert {fault["code"] for fault in response.json()["faults"]} >= {"day-to-come", "unsafe-link"}
    assert not Observation.objects.exists()


@pytest.mark.django_db
def test_a_jump_is_refused_once_and_taken_when_acknowledged(writer, measured):
    for days in (90, 60, 30):
        reading(measured, 60 - days / 30, on=TODAY - datetime.timedelta(days=days))
    assert [fault["code"] for fault in send(writer, measured, value="5").json()["faults"]] == ["reading-jump"]
    assert send(writer, measured, value="5", acknowledged=True).status_code == 201


@pytest.mark.django_db
def test_a_ratio_takes_its_two_numbers(writer):
    ratio = metric(residency("in_residence"), **RATIO, baseline=None)
    response = send(writer, ratio, value=None, numerator=3, denominator=4)
    assert response.json()["value"] == "75.0000"


@pytest.mark.django_db
def test_a_token_to_read_writes_nothing_and_one_of_another_area_sees_nothing(ops, measured):
    assert send(program(token_for(ops)[1]), measured).status_code == 403
    stranger = account("product_owner")
    assert send(program(token_for(stranger, scope=Scope.OBSERVATIONS)[1]), measured).status_code == 404
    viewer = account("viewer")
    assert send(program(token_for(viewer, scope=Scope.OBSERVATIONS)[1]), measured).status_code == 403
    elsewhere = token_for(ops, scope=Scope.OBSERVATIONS, subject=residency())[1]
    assert send(program(elsewhere), measured).status_code == 404
    assert not Observation.objects.exists()


# ── Sent again ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_same_request_with_the_same_key_acts_once_and_gets_the_same_answer(writer, measured):
    first, again = (send(writer, measured, "key-1") for _time in range(2))
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert Observation.objects.count() == 1


@pytest.mark.django_db
def test_a_refusal_is_given_again_too_although_the_cause_is_gone(writer, measured):
    row = reading(measured, 70)
    refused = send(writer, measured, "key-1")
    assert refused.status_code == 409
    remove_observation(row, reason="Entered by mistake", by=row.entered_by)
    assert send(writer, measured, "key-1").content == refused.content


@pytest.mark.django_db
def test_a_key_is_needed_and_belongs_to_one_request(writer, measured):
    assert send(writer, measured, None).status_code == 400
    assert send(writer, measured, "key-1").status_code == 201
    assert send(writer, measured, "key-1", value="59").status_code == 422
    other = metric(residency("in_residence"))
    assert send(writer, other, "key-1").status_code == 422
    assert Observation.objects.count() == 1


@pytest.mark.django_db
def test_a_key_of_another_token_is_another_key(writer, measured, ops):
    send(writer, measured, "key-1")
    second = program(token_for(ops, scope=Scope.OBSERVATIONS)[1])
    assert "Idempotent-Replayed" not in send(second, measured, "key-1")


@pytest.mark.django_db
def test_a_key_is_free_again_after_a_day(writer, measured):
    send(writer, measured, "key-1")
    KeptAnswer.objects.update(created_at=timezone.now() - KEPT_FOR - datetime.timedelta(seconds=1))
    assert "Idempotent-Replayed" not in send(writer, measured, "key-1")
    KeptAnswer.objects.update(created_at=timezone.now() - KEPT_FOR - datetime.timedelta(seconds=1))
    assert forget_old_answers() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_requests_with_one_key_at_the_same_moment_act_once(measured, ops):
    text = token_for(ops, scope=Scope.OBSERVATIONS)[1]
    statuses, gate = [], threading.Barrier(4)

    def run():
        gate.wait()
        statuses.append(send(program(text), measured, "key-1").status_code)
        connections.close_all()

    threads = [threading.Thread(target=run) for _number in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert Observation.objects.count() == 1
    assert set(statuses) <= {201, 409}
    assert 201 in statuses


# ── Read ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_readings_are_shown_as_they_are_now_and_as_they_were_known(writer, measured, ops):
    row = reading(measured, 60)
    before = timezone.now()
    correct_observation(row, value=50, reason="Typing error", by=ops, acknowledged=True)
    url = f"/api/v1/metrics/{measured.pk}/observations"
    assert [item["value"] for item in writer.get(url).json()["items"]] == ["50.0000"]
    assert [item["value"] for item in writer.get(url, {"as_of": before.isoformat()}).json()["items"]] == ["60.0000"]


@pytest.mark.django_db
def test_a_residencys_metrics_are_listed_with_their_figures(writer, measured):
    reading(measured, 0)
    (item,) = writer.get(f"/api/v1/residencies/{measured.subject.reference}/metrics").json()["items"]
    assert (item["id"], item["last_value"], item["is_ratio"]) == (measured.pk, "0.0000", False)
    assert writer.get(f"/api/v1/metrics/{measured.pk}").json() == item
