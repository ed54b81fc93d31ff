"""What an auditor would find: forty planted faults are found, and none is false (SP-06)."""

import copy
import dataclasses
import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from acts.act import SYSTEM
from agreements.drafting import actions as drafting
from agreements.drafting import sending
from agreements.drafting.templates import install_template
from partnerships.agreement.queries import audited, topics
from partnerships.agreement.rules import Audited, audit
from partnerships.agreement.template import standard
from partnerships.agreement.template import topics as of_template
from partnerships.lifecycle import actions as lifecycle
from tests.agreements.factories import _standard, sign, to_sign
from tests.factories import person
from tests.pages import text
from tests.partnerships import factories as make

ON = datetime.date(2026, 11, 24)
DAY = datetime.timedelta(days=1)
HEADINGS = {
    "partnership": tuple(of_template().values()),
    "residency": tuple(clause["heading"] for section in _standard()["sections"] for clause in section["clauses"]),
}


def sound(kind, **fields):
    """An agreement in which there is nothing to find."""
    facts = {
        "reference": "A1", "name": "Picton", "url": "/", "has_owner": True, "needs_review": kind == "partnership",
        "review_on": ON + 300 * DAY if kind == "partnership" else None, "started_on": ON - 90 * DAY, "first_in_force_on": ON - 100 * DAY,
        "until": ON + 900 * DAY, "is_operating": True, "headings": HEADINGS[kind],
    }  # fmt: skip
    return Audited(**{**facts, **fields})


def without(kind, words):
    return tuple(heading for heading in HEADINGS[kind] if not any(word in heading.casefold() for word in words))


def planted():
    """Forty agreements with one fault each: the kind, the agreement, and the code that has to be found."""
    for kind, rows in topics().items():
        for _label, words in rows.values():
            yield kind, sound(kind, headings=without(kind, words)), "topic-missing"
    for kind in topics():
        for late in (1, 30):
            yield kind, sound(kind, first_in_force_on=ON - (90 - late) * DAY), "signed-after-start"
        for ago in (1, 400):
            yield kind, sound(kind, until=ON - ago * DAY), "agreement-expired"
        yield kind, sound(kind, has_owner=False), "agreement-no-owner"
    yield "partnership", sound("partnership", review_on=None), "agreement-no-review"
    yield "partnership", sound("partnership", review_on=None, until=None), "agreement-no-review"
    yield "residency", sound("residency", has_owner=False, until=None), "agreement-no-owner"


PLANTED = list(planted())


def test_forty_faults_are_planted():
    assert len(PLANTED) == 40


@pytest.mark.parametrize("number", range(len(PLANTED)))
def test_each_planted_fault_is_found(number):
    """SP-06: and what else is listed is another topic that the same missing clause covered."""
    kind, agreement, code = PLANTED[number]
    assert {finding.code for finding in audit(agreement, topics()[kind], ON)} == {code}


@pytest.mark.parametrize("kind", ["partnership", "residency"])
def test_nothing_is_found_where_nothing_is_wrong(kind):
    """SP-06: on the last day, on the day of the start, before the start, and after the end."""
    fine = [
        sound(kind),
        sound(kind, until=ON),
        sound(kind, first_in_force_on=ON - 90 * DAY),
        sound(kind, started_on=None, is_operating=False),
        sound(kind, started_on=ON + DAY, first_in_force_on=ON, is_operating=False),
        sound(kind, until=ON - DAY, is_operating=False),
    ]
    assert [list(audit(agreement, topics()[kind], ON)) for agreement in fine] == [[]] * len(fine)
    assert dataclasses.replace(fine[0]) == fine[0]


@pytest.mark.django_db
def test_the_page_lists_them_as_of_any_day(ops, as_ops):
    """SP-06: who was responsible on that day comes from the ledger, and yesterday nothing was in force."""
    row = make.agreeing(by=ops, lead=ops)
    make.criterion(row, by=ops)
    review_on = timezone.localdate() + 300 * DAY
    row = lifecycle.edit_partnership(row, shown_revision=make.fresh(row).revision, review_on=review_on, by=ops)
    data = {**copy.deepcopy(standard()), "slug": "without-parking"}
    for section in data["sections"]:
        section["clauses"] = [clause for clause in section["clauses"] if clause.get("topic") != "parking"]
    header = {"until": str(timezone.localdate() + 900 * DAY)}
    version = drafting.prepare(row.stream, install_template(data, by=SYSTEM), header=header, by=ops)
    for slot in version.roles.select_related("role"):
        drafting.set_party(version, slot.role, person(), by=ops)
    version.refresh_from_db()
    version = sending.circulate(version, shown_revision=version.revision, by=ops)
    for invitation in to_sign(version):
        sign(invitation)
    page = text(as_ops.get(reverse("agreement-audit")))
    assert "1 agreement in force" in page
    assert "No clause covers parking." in page
    assert "No one is responsible" not in page

    lifecycle.edit_partnership(row, shown_revision=make.fresh(row).revision, lead=None, by=ops)

    assert "It has no owner. Choose a lead." in text(as_ops.get(reverse("agreement-audit")))
    assert audited(timezone.localdate() - DAY) == []
    assert "0 agreements in force" in text(as_ops.get(reverse("agreement-audit"), {"on": str(timezone.localdate() - DAY)}))
