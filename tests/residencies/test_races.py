"""Many who begin at one moment; only PostgreSQL's locks and constraints can prove it."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from ledger.models import Event
from residencies.lifecycle.actions import withdraw
from residencies.lifecycle.residency import start_intake
from residencies.models import Ministry, ProgramArea, Residency
from tests.factories import account
from tests.races import HANDS, at_once
from tests.residencies.factories import applicant, program_area

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def begin(area, n, by):
    return start_intake(program_area=area, product=f"Product {n}", problem="People wait.", by=by)


def test_fifty_who_begin_at_one_moment_get_fifty_references():
    """EL-03, D3-12: unique, without a gap, none given out twice; the first of the year too."""
    by = account("lab_ops")
    areas = [program_area() for _ in range(HANDS)]

    answers = at_once(lambda n: begin(areas[n], n, by))

    year = timezone.localdate().year
    assert sorted(residency.reference for residency in answers) == [f"XL-{year}-{n:03d}" for n in range(1, HANDS + 1)]


def test_fifty_who_begin_for_one_program_area_leave_one_residency():
    """EL-02, R13: and the others are told which one is under way."""
    by = account("lab_ops")
    area = program_area()

    answers = at_once(lambda n: begin(area, n, by))

    assert sum(isinstance(answer, Residency) for answer in answers) == 1
    assert [answer for answer in answers if not isinstance(answer, Residency)] == [{"area-busy"}] * 49
    assert Residency.objects.count() == 1
    assert Event.objects.filter(act="intake-started").count() == 1


def test_fifty_who_end_one_and_begin_another_leave_one_under_way():
    """EL-02: while one ends, others begin; never are two under way."""
    by = account("lab_ops")
    area = program_area()
    first = begin(area, 0, by)

    answers = at_once(lambda n: withdraw(first, reason="It ended.", by=by) if n == 0 else begin(area, n, by))

    begun = [answer for answer in answers[1:] if isinstance(answer, Residency)]
    assert len(begun) <= 1
    assert Residency.objects.under_way().filter(program_area=area).count() == len(begun)


def test_twenty_presses_of_start_the_intake_begin_one_residency_and_all_lead_to_it():
    """R12: one form, pressed again and again before the first answer is there."""
    by, area = applicant(), program_area()
    filled = {"ministry": area.ministry_id, "area": area.name, "product": "P", "problem": "People wait.", "submission": str(uuid4())}
    clients = [Client() for _ in range(20)]
    for client in clients:
        client.force_login(by)

    answers = at_once(lambda n: clients[n].post("/residencies/start/", filled), hands=20)

    begun = Residency.objects.get()
    assert {answer.status_code for answer in answers} == {302}
    assert {answer["Location"] for answer in answers} == {f"/residencies/{begun.reference}/intake/problem/"}


def test_twenty_who_name_one_new_program_area_at_one_moment_leave_one_residency_and_nineteen_sentences():
    """EL-01, EL-02, K16: through the page; each form is its own, so that this is no double click."""
    ministry = Ministry.objects.create(name="Forests")
    browsers = [Client() for _ in range(20)]
    for browser in browsers:
        browser.force_login(applicant())
    data = {"ministry": ministry.pk, "area": "Range Branch", "product": "Path Finder", "problem": "Nobody finds the path."}

    answers = at_once(lambda n: browsers[n].post("/residencies/start/", {**data, "submission": str(uuid4())}), hands=20)

    assert sorted(answer.status_code for answer in answers) == [302, *[409] * 19]
    assert all("under way" in answer.content.decode() for answer in answers if answer.status_code == 409)
    assert (Residency.objects.count(), ProgramArea.objects.count()) == (1, 1)
    assert Event.objects.filter(act="program-area-added").count() == 1
