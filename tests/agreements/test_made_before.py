"""What the product made at commit 379e9d2 opens and verifies today (tests/fixtures/made-at-379e9d2/README.md)."""

from __future__ import annotations

import contextlib
import copy
import datetime
import gzip
import io
import json
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import Client
from django.urls import reverse

from agreements.models import AgreementVersion, SealedDocument
from agreements.sealing import bundle
from agreements.versions.canonical_text import sha256
from oversight.models import ChecklistItem
from people.models import User
from teams.models import Champion

MADE = Path(__file__).parents[1] / "fixtures" / "made-at-379e9d2"
ROOT = Path(__file__).parents[2]
FACTS = json.loads((MADE / "facts.json").read_text())
DAY_AFTER = datetime.datetime.fromisoformat(FACTS["made_at"]) + datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory, django_db_blocker) -> Iterator[Path]:
    """A copy of the old database, brought to this release; the default connection leads to it."""
    path = tmp_path_factory.mktemp("before") / "portal.sqlite3"
    path.write_bytes(gzip.decompress((MADE / "portal.sqlite3.gz").read_bytes()))
    _record(path)
    with django_db_blocker.unblock(), time_machine.travel(DAY_AFTER):
        usual = connections["default"]
        database_settings = {
            **copy.deepcopy(usual.settings_dict),
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(path),
            "CONN_MAX_AGE": 0,
        }
        database_settings["OPTIONS"] = {"transaction_mode": "IMMEDIATE"}
        connections["default"] = DatabaseWrapper(database_settings)
        try:
            call_command("migrate", verbosity=0)
            yield path
        finally:
            connections["default"].close()
            connections["default"] = usual


def _record(path: Path) -> None:
    """Record an assessment, signs, habits and what a champion did, as their forms did then: there were none in the file."""
    with contextlib.closing(sqlite3.connect(path)) as old, old:
        old.execute(
            "UPDATE residencies_assessment SET responsible = 'Ivo Brandt', done_on = '2026-01-15', evidence_url = 'https://example.org/pia' "
            "WHERE residency_id = 1 AND kind = 'pia'"
        )
        [account] = old.execute("SELECT id FROM people_user ORDER BY id LIMIT 1").fetchone()
        # 11 p.m. on 8 January in Victoria.
        night, later = "2026-01-09 07:00:00", "2026-01-20 20:00:00"
        old.executemany(
            "INSERT INTO residencies_phasesign (residency_id, sign, note, by_id, from_at, to_at) VALUES (1, ?, ?, ?, ?, ?)",
            [
                ("align-sponsors", "At the kickoff.", account, night, None),
                ("align-priority", "By mistake.", account, night, later),
                ("discover-formed", "Before two people left.", account, night, later),
                ("discover-formed", "Again.", account, later, None),
            ],
        )
        old.executemany(
            "INSERT INTO community_habitdone (residency_id, habit, done_on, links, noted_by_id, noted_at, undone_at, version) "
            "VALUES (1, ?, '2026-01-10', ?, ?, ?, ?, 3)",
            [
                ("code", '["https://github.com/bcgov/a", "https://github.com/bcgov/b"]', account, night, None),
                ("chat", "[]", account, night, None),
                ("data", "[]", account, night, later),
            ],
        )
        [team] = old.execute("SELECT id FROM teams_team WHERE residency_id = 1").fetchone()
        [person] = old.execute("SELECT id FROM people_person ORDER BY id LIMIT 1").fetchone()
        old.execute(
            "INSERT INTO teams_champion (id, version, team_id, person_id, role, is_lead, from_on, missed_in_row) "
            "VALUES (77, 1, ?, ?, 'adm', 0, '2026-01-05', 0)",
            (team, person),
        )
        old.execute(
            "INSERT INTO teams_expectation (id, version, role, position, text, is_current) VALUES (88, 1, 'adm', 1, ?, 0)", ("x" * 300,)
        )
        old.executemany(
            "INSERT INTO teams_fulfilment (champion_id, expectation_id, done_on, note, taken_back_at) VALUES (77, 88, '2026-01-12', ?, ?)",
            [("By mistake.", later), ("At the branch meeting.", None)],
        )


@pytest.fixture
def before(migrated, settings) -> Iterator[None]:
    """The old database and the old file, on the day after they were made."""
    settings.SEAL_ROOTS = [str(MADE / "issuers.pem")]
    file = Path(settings.MEDIA_ROOT) / FACTS["sealed"]["file"]
    file.parent.mkdir(parents=True)
    file.write_bytes((MADE / "sealed.pdf").read_bytes())
    with time_machine.travel(DAY_AFTER):
        yield


@pytest.mark.parametrize("link", FACTS["half_signed"]["links"], ids=lambda link: link["name"])
def test_a_link_sent_before_still_opens_its_invitation(before, link):
    """EL-28"""
    browser = Client()
    browser.get(reverse("open-invitation", args=[link["token"]]))
    opened = browser.post(reverse("open-invitation", args=[link["token"]]), follow=True)

    assert opened.status_code == 200
    assert opened.redirect_chain[-1][0] == reverse("sign", args=[link["invitation"]])
    assert link["name"] in opened.content.decode()
    assert browser.get(reverse("sign-read", args=[link["invitation"]])).status_code == 200


def test_the_sealed_file_is_genuine_on_the_page_and_offline(before):
    """EL-32: by its fingerprint, as a file, and by the command without Django."""
    by_hash = Client().get(reverse("verify"), {"sha256": FACTS["sealed"]["sha256"]})
    upload = SimpleUploadedFile("a.pdf", (MADE / "sealed.pdf").read_bytes(), "application/pdf")
    by_file = Client().post(reverse("verify"), {"file": upload})
    command = [sys.executable, "-m", "sealing.verification", str(MADE / "sealed.pdf"), "--root", str(MADE / "issuers.pem")]
    offline = subprocess.run([*command, "--sha256", FACTS["sealed"]["sha256"]], cwd=ROOT, capture_output=True, text=True, check=False)

    assert by_hash.context["answer"].kind.value == "genuine"
    assert by_file.context["answer"].kind.value == "genuine"
    assert offline.returncode == 0, offline.stdout


def test_a_void_agreement_is_said_to_be_void(before):
    """EL-33"""
    answer = Client().get(reverse("verify"), {"sha256": FACTS["void"]["words"]}).context["answer"]

    assert answer.kind.value == "void"


def test_the_bundle_given_out_before_still_adds_up_and_holds_what_it_holds_now(before):
    """EL-32: every file has the fingerprint that the bundle lists, and today's bundle has the same evidence."""
    given = zipfile.ZipFile(MADE / "bundle.zip")
    listed = dict(line.split("  ")[::-1] for line in given.read("SHA256SUMS").decode().splitlines())
    now = zipfile.ZipFile(io.BytesIO(bundle.bundle(AgreementVersion.objects.get(pk=FACTS["sealed"]["version"]), annexes=True)))

    assert {name: sha256(given.read(name)) for name in listed} == listed
    evidence = [name for name in listed if name.startswith(("agreement.", "evidence/", "evidence.json", "annexes/"))]
    assert len(evidence) > 10
    assert [name for name in evidence if now.read(name) != given.read(name)] == []


def test_its_pages_still_open_for_lab_operations(before):
    """EL-26, EL-32"""
    browser = Client()
    browser.force_login(User.objects.get(email="noor@example.test"))
    for number in (1, 2, 3):
        version = AgreementVersion.objects.get(pk=number)
        reference = version.agreement.subject.reference
        assert browser.get(reverse("agreement-version", args=[reference, version.number])).status_code == 200
        assert browser.post(reverse("agreement-bundle", args=[reference, version.number])).status_code == 200


def test_the_ledger_still_verifies(before, capsys):
    """EL-07"""
    call_command("verify_ledger")

    assert "intact" in capsys.readouterr().out
    assert SealedDocument.objects.get().sha256 == sha256((MADE / "sealed.pdf").read_bytes())


def test_an_assessment_recorded_then_is_a_task_that_is_done_now(before):
    """EL-72: with its date, its link and the person; a residency about which nothing was recorded gets its list when it starts."""
    pia, stra = ChecklistItem.objects.filter(checklist__code="administrative-tasks").order_by("position")
    assert pia.checklist.stream.residency.reference == "XL-2026-001"
    assert [(item.code, item.state) for item in (pia, stra)] == [("pia", "done"), ("stra", "open")]
    assert (pia.done_on, pia.note, pia.blocks) == (datetime.date(2026, 1, 15), "Person responsible: Ivo Brandt", "live")
    assert [evidence.url for evidence in pia.evidence.all()] == ["https://example.org/pia"]


def carried_over(code: str) -> dict[str, ChecklistItem]:
    rows = ChecklistItem.objects.filter(checklist__code=code).select_related("done_by", "owner")
    return {item.code: item for item in rows}


def test_a_sign_ticked_then_is_ticked_now_with_its_day_its_note_and_who_ticked_it(before):
    """EL-05: its day is the one in Victoria; what was unticked stays in the ledger alone."""
    aligned, formed = carried_over("phase-align"), carried_over("phase-discover")
    assert set(aligned) == {"align-sponsors"}
    sponsors = aligned["align-sponsors"]
    assert (sponsors.done_on, sponsors.note, sponsors.text) == (
        datetime.date(2026, 1, 8), "At the kickoff.", "Executive sponsors have committed.",
    )  # fmt: skip
    assert sponsors.done_by == User.objects.earliest("pk")
    assert [(item.note, item.done_on) for item in formed.values()] == [("Again.", datetime.date(2026, 1, 20))]


def test_a_habit_recorded_then_is_ticked_now_with_its_links(before):
    """EL-46"""
    habits = carried_over("habits")
    assert set(habits) == {"code", "chat"}
    code = habits["code"]
    assert [evidence.url for evidence in code.evidence.all()] == ["https://github.com/bcgov/a", "https://github.com/bcgov/b"]
    assert (code.done_on, code.evidence_needed, code.checklist.after_end) == (datetime.date(2026, 1, 10), True, True)
    assert code.done_by == code.evidence.earliest("pk").added_by == User.objects.earliest("pk")


def test_what_a_champion_did_then_is_ticked_now_in_the_words_of_then(before):
    """EL-44: also of an expectation that is no longer in use, as long as one may be."""
    [item] = carried_over("expectations").values()
    assert (item.code, item.text, item.note, item.done_on) == (
        "champion-77-88", "x" * 300, "At the branch meeting.", datetime.date(2026, 1, 12),
    )  # fmt: skip
    assert item.owner_id == Champion.objects.get(pk=77).person_id
