"""A dump of the whole database, taken while every link and code is in use, opens nothing (EL-28, signing 4.11)."""

import os
import re
import subprocess

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from agreements.invitations import codes
from agreements.invitations.links import opened_by
from outbox.delivery.worker import deliver_due
from tests.agreements.factories import coded, to_sign
from tests.factories import account

LINK = re.compile(r"https://portal\.example\.test/a/([\w-]{43})")
CODE = re.compile(r"^(\d{6})$", re.MULTILINE)


def in_use():
    """Seven parties at seven browsers: links opened, codes asked for; one typed. What a thief would like to have."""
    version = coded()
    deliver_due()
    links = LINK.findall("".join(message.body for message in mail.outbox))
    sessions = []
    for token in links:
        client = Client()
        invitation = client.post(reverse("open-invitation", args=[token]))["Location"]
        assert client.post(f"{invitation}code/send/").status_code == 302
        sessions.append(client)
    deliver_due()
    digits = CODE.findall("".join(message.body for message in mail.outbox))
    assert len(links) == len(digits) == len(to_sign(version)) == 7
    staff = Client()
    staff.force_login(account("lab_ops"), backend="labportal.accounts.Backend")
    keys = [client.cookies[settings.SESSION_COOKIE_NAME].value for client in [*sessions, staff]]
    return version, links, digits, keys


def all_rows() -> str:
    """Every row of every table: as SQL on SQLite, as they are read elsewhere."""
    if connection.vendor == "sqlite":
        return "\n".join(connection.connection.iterdump())
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            rows += [repr([v.tobytes() if isinstance(v, memoryview) else v for v in row]) for row in cursor.fetchall()]
    return "\n".join(rows)


def postgres_dump() -> str:
    at = connection.settings_dict
    command = ["pg_dump", "--no-owner", "-h", at["HOST"], "-p", str(at["PORT"]), "-U", at["USER"], "-d", at["NAME"]]
    secret = {**os.environ, "PGPASSWORD": at["PASSWORD"]}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=secret).stdout


def opens_nothing(dump, version, links, digits, keys):
    as_bytes = [secret.encode().hex() for secret in (*links, *keys)]
    assert [secret for secret in (*links, *keys, *as_bytes) if secret in dump] == []
    assert [code for code in digits if re.search(rf"(?<![0-9A-Za-z.]){code}(?![0-9A-Za-z])", dump)] == []
    alike = set(re.findall(r"[\w-]{43}", dump)) | set(re.findall(r"\b[0-9a-f]{64}\b", dump))
    assert len(alike) > 20
    assert [candidate for candidate in alike if opened_by(candidate)] == []
    for key in set(re.findall(r"\b[0-9a-z]{32,40}\b", dump)):
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = key
        assert thief.session.load() == {}
    for invitation in to_sign(version):
        stored = invitation.codes.get()
        assert stored.hmac in dump
        assert not codes.is_right(stored, stored.hmac)


@pytest.mark.django_db
def test_a_dump_of_all_rows_opens_nothing():
    version, *secrets = in_use()
    opens_nothing(all_rows(), version, *secrets)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_dump_by_pg_dump_opens_nothing():
    version, *secrets = in_use()
    dump = postgres_dump()
    assert "COPY public.agreements_invitationtoken" in dump
    opens_nothing(dump, version, *secrets)


@pytest.mark.django_db
def test_the_dump_is_searched_for_what_would_be_found():
    """A search that finds nothing in any dump would prove nothing: what is stored in clear is found."""
    version, links, digits, keys = in_use()
    invitation = to_sign(version)[0]
    invitation.codes.update(sent_to=f"{digits[0]} {links[0]}")
    with pytest.raises(AssertionError):
        opens_nothing(all_rows(), version, links, digits, keys)
