"""The list of agreements: who has signed, who is waited for, and reminding those who haven't (EL-28, EL-60)."""

import datetime

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from agreements.invitations.actions import remind_signer
from agreements.models import Invitation
from findings import Refused
from outbox.models import Message
from outbox.reminders.due import still_holds
from residencies.models import Residency
from tests.agreements import factories as make
from tests.factories import account
from tests.residencies.rows import qualified

pytestmark = pytest.mark.django_db

LIST, REMIND = reverse("agreement-list"), reverse("agreement-remind")


def called(product, **fields):
    """A qualified residency of this product."""
    row = Residency.objects.filter(pk=qualified(**fields).pk)
    row.update(product=product)
    row.index_words()
    return row.get()


def sent_out(product, days_ago=0, *, signed=0, **fields):
    """An agreement whose parties were asked `days_ago`, with its first `signed` signatures."""
    version = make.circulated(residency=called(product, **fields))
    for invitation in make.to_sign(version)[:signed]:
        make.sign(invitation)
    then = timezone.now() - datetime.timedelta(days=days_ago)
    Invitation.objects.filter(version=version).update(made_at=then)
    Message.objects.filter(stream=version.agreement.stream).update(due_at=then)
    return version


def rows(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [row.record for row in response.context["list"].table.paginated_rows]


def text(response):
    return " ".join(response.content.decode().split())


def test_a_row_says_how_many_signed_and_who_is_waited_for(as_ops):
    """EL-31"""
    version = sent_out("Trail Finder", signed=1)
    wanted = version.roles.filter(must_sign=True).count()
    [row] = rows(as_ops)
    waiting = [str(invitation.party.person) for invitation in make.to_sign(version)[1:]]
    assert row.stage.startswith(f"1 of {wanted} signed, waiting for {waiting[0]}")
    assert row.facts.waiting_for == waiting[: len(row.facts.waiting_for)]


def test_all_silent_signers_are_reminded_in_three_interactions_and_once_a_day(as_ops):
    """Agreements, select all, remind: everyone who hasn't signed gets one email, and a second press says why it sends none."""
    versions = [sent_out(product, 9) for product in ("Trail Finder", "Clinic Finder")]
    keys = [row.pk for row in rows(as_ops, state="circulated")]
    waiting = sum(len(make.to_sign(version)) for version in versions)

    with zeal_ignore():  # one act a row, each in its own transaction
        answer = as_ops.post(REMIND, {"row": keys, "next": LIST}, follow=True)

    reminders = Message.objects.filter(occasion="agreement-unsigned")
    assert reminders.count() == waiting
    assert f"{waiting} reminders are on their way" in text(answer)
    assert all(still_holds(message) for message in reminders)
    with zeal_ignore():
        again = as_ops.post(REMIND, {"row": keys, "next": LIST}, follow=True)
    assert "already emailed them about this today" in text(again)
    assert reminders.count() == waiting


def test_a_party_that_has_signed_is_not_reminded_and_its_waiting_reminder_is_withdrawn(ops):
    """EL-65"""
    version = sent_out("Trail Finder", 3)
    first = make.to_sign(version)[0]
    remind_signer(first, by=ops)
    make.sign(first)
    assert Message.objects.get(occasion="agreement-unsigned").state == "cancelled"
    with pytest.raises(Refused) as refused:
        remind_signer(first, by=ops)
    assert refused.value.codes == {"not-asked-to-sign"}


def test_a_product_owner_sees_their_own_agreements_and_a_viewer_reminds_nobody(client, owner):
    own, other = sent_out("Own One", by=owner), sent_out("Another One")
    client.force_login(owner)
    assert [row.pk for row in rows(client)] == [own.agreement_id]
    assert client.post(REMIND, {"row": [own.agreement_id]}).status_code == 403
    client.force_login(account("viewer"))
    assert {row.pk for row in rows(client)} == {own.agreement_id, other.agreement_id}
    assert client.post(REMIND, {"row": [own.agreement_id]}).status_code == 403
    assert "Remind all" not in text(client.get(LIST))


def test_filters_tell_late_silent_and_led_agreements_apart(as_ops, ops):
    late = sent_out("Late One", 60, owner=ops)
    draft = make.draft(residency=called("Drafted"))
    assert [row.pk for row in rows(as_ops, late="true")] == [late.agreement_id]
    assert [row.pk for row in rows(as_ops, state="draft")] == [draft.agreement_id]
    assert [row.pk for row in rows(as_ops, lead=ops.pk)] == [late.agreement_id]
    assert [row.pk for row in rows(as_ops, q="drafted")] == [draft.agreement_id]
    assert rows(as_ops, state="nonsense") == []
    assert rows(as_ops, silent="7") == []
    with time_machine.travel(timezone.now() + datetime.timedelta(days=8)):
        as_ops.force_login(ops)
        assert [(row.pk, row.silent_days) for row in rows(as_ops, silent="7")] == [(late.agreement_id, 8)]


def test_the_list_costs_the_same_for_one_agreement_and_for_many(as_ops):
    sent_out("First")
    as_ops.get(LIST)
    with CaptureQueriesContext(connection) as of_first:
        as_ops.get(LIST)
    for number in range(3):
        sent_out(f"Further {number}")
    as_ops.get(LIST)  # what the last act made forgotten is remembered again
    with CaptureQueriesContext(connection) as many:
        as_ops.get(LIST, {"sort": "-silent"})
    assert len(of_first) == len(many) <= 20


def test_the_export_keeps_filter_and_order_and_opens_ready_to_use(as_ops, tmp_path):
    for product in ("Beta", "Alpha"):
        sent_out(product)
    make.draft(residency=called("Draft"))
    response = as_ops.get(reverse("agreement-list-export", args=["xlsx"]), {"state": "circulated", "sort": "reference"})
    (tmp_path / "list.xlsx").write_bytes(response.content)
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").active
    products = [row[2].value for row in sheet.iter_rows(min_row=2)]
    assert products == ["Beta", "Alpha"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, sheet.max_column).coordinate[:-1]}3"
    assert sheet.column_dimensions["C"].width >= len("Product")
