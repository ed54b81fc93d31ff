import datetime

import pytest
from django.core.mail.backends.locmem import EmailBackend

from community.models import BenefitOwner
from people.models import RoleGrant
from residencies.models import Residency
from tests.factories import account, person
from tests.outbox.days import DUE
from tests.residencies.rows import residency


@pytest.fixture
def keeper():
    return account("product_owner", name="Priya Wenlock")


@pytest.fixture
def live(keeper) -> Residency:
    """Live since March and due home on 31 August, kept by one account; everybody in place since January."""
    row = residency("live", kept_by=keeper, product="Kestrel", owner=account("lab_ops", name="Ruth Calloway"))
    account("lab_lead", name="Saoirse Lindqvist-Rao")
    RoleGrant.objects.update(from_at="2026-01-01T12:00Z")
    row.memberships.update(from_at="2026-01-01T12:00Z")
    Residency.objects.filter(pk=row.pk).update(live_on=datetime.date(2026, 2, 28), graduation_due_on=DUE)
    BenefitOwner.objects.create(residency=row, person=person(), measure="Days to a permit", named_on=DUE, named_by=row.owner)
    row.refresh_from_db()
    return row


@pytest.fixture
def failing(monkeypatch):
    """`failing(error)`: the mail server raises it for every mail; `failing(None)` mends it."""
    plainly = EmailBackend.send_messages

    def set_to(error):
        def send(self, mails):
            if error is None:
                return plainly(self, mails)
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", send)

    return set_to
