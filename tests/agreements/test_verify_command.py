"""The command, as a process of its own: no settings, no database, no network (EL-32)."""

import json
import os
import random
import subprocess
import sys
import zlib

import pytest
from django.conf import settings

from sealing.verification import apart
from tests.agreements import sealed as make
from tests.clock import HUNG, of_the_clock

pytestmark = pytest.mark.slow


ISSUER = make.issuer()
NO_DATABASE = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "PATH": os.environ["PATH"], "DEBUG": "0", "SEAL_ROOTS": ""}


@pytest.fixture(scope="module")
def data():
    return make.seal(make.rendered(), make.sealing(ISSUER), ISSUER)


@pytest.fixture
def here(tmp_path, data):
    """A folder with a sealed agreement and its issuer's certificate."""
    (tmp_path / "agreement.pdf").write_bytes(data)
    (tmp_path / "issuer.pem").write_bytes(ISSUER.pem)
    return tmp_path


def run(here, *arguments, by=("-m", "sealing.verification"), root=True, **environment):
    roots = ["--root", str(here / "issuer.pem")] if root else []
    return subprocess.run(
        [sys.executable, *by, *arguments, *roots], cwd=settings.BASE_DIR, env={**NO_DATABASE, **of_the_clock(), **environment},
        capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "by",
    [("-m", "sealing.verification"), ("-m", "agreements.verification"), ("manage.py", "verify_agreement")],
    ids=["module", "as-bundles-name-it", "manage"],
)
def test_its_exit_code_is_the_verdict(here, data, by, tmp_path):
    """EL-32: 0 genuine, 1 altered, 2 not ours or unreadable, 3 unchanged but not provable now."""
    (here / "altered.pdf").write_bytes(make.flipped(data, 4000))
    (here / "other.pdf").write_bytes(make.rendered())
    (here / "old.pdf").write_bytes(make.seal(make.rendered(), make.sealing(ISSUER, days=(-900, -10)), ISSUER))
    expected = {"agreement.pdf": 0, "altered.pdf": 1, "other.pdf": 2, "issuer.pem": 2, "nowhere.pdf": 2, "old.pdf": 3}
    results = {name: run(here, str(here / name), by=by) for name in expected}
    assert {name: done.returncode for name, done in results.items()} == expected
    assert results["agreement.pdf"].stdout.startswith("Genuine.")
    assert "Without --sha256" in results["agreement.pdf"].stdout
    assert results["altered.pdf"].stdout.startswith("Altered.")
    assert not any(done.stderr for done in results.values())


def test_the_recorded_fingerprint_may_be_written_as_people_write_it(here, data):
    verdict = apart.check_apart(data, ISSUER.pem)
    spaced = " ".join(verdict.sha256.upper()[n : n + 8] for n in range(0, 64, 8))
    good = run(here, str(here / "agreement.pdf"), "--sha256", spaced)
    assert good.returncode == 0
    assert "Without --sha256" not in good.stdout
    assert run(here, str(here / "agreement.pdf"), "--sha256", "0" * 64).returncode == 1
    assert run(here, str(here / "agreement.pdf"), "--sha256", "12").returncode == 2


def test_it_answers_in_json(here):
    answer = json.loads(run(here, str(here / "agreement.pdf"), "--json").stdout)
    assert (answer["verdict"], answer["exit"], answer["agreement"]["version"]) == ("genuine", 0, 3)
    assert {check["code"] for check in answer["checks"] if not check["passed"]} == set()
    assert json.loads(run(here, "nowhere.pdf", "--json").stdout)["exit"] == 2


def test_the_portals_own_issuers_are_believed_without_being_named(here):
    """Signing.md 4.10: SEAL_ROOTS, old issuers too."""
    (here / "newer.pem").write_bytes(make.issuer("Newer").pem)
    roots = f"{here / 'newer.pem'},{here / 'issuer.pem'}"
    by = ("manage.py", "verify_agreement")
    assert run(here, str(here / "agreement.pdf"), by=by, root=False, SEAL_ROOTS=roots).returncode == 0
    assert run(here, str(here / "agreement.pdf"), by=by, root=False, SEAL_ROOTS=str(here / "newer.pem")).returncode == 2


@pytest.mark.thorough
def test_bytes_changed_anywhere_give_exit_code_1_against_the_record(here, data):
    """Issue 3: the process itself, at a few places; tests/agreements/test_verification.py tries 200."""
    known = apart.check_apart(data, ISSUER.pem).sha256
    for at in random.sample(range(len(data)), 12):
        (here / "changed.pdf").write_bytes(make.flipped(data, at))
        assert run(here, str(here / "changed.pdf"), "--sha256", known).returncode == 1, at


# ── Files made to harm ───────────────────────────────────────────────────────────────────────


def stream(number, content, extra=b"/Filter /FlateDecode"):
    return b"%d 0 obj\n<< /Length %d %s >>\nstream\n%s\nendstream\nendobj\n" % (number, len(content), extra, content)


def pdf_of(*objects, trailer=b"<< /Root 1 0 R /Size 9 >>"):
    body, places = b"%PDF-1.7\n", []
    for each in objects:
        places.append(len(body))
        body += each
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return b"%sxref\n0 %d\n0000000000 65535 f \n%strailer\n%s\nstartxref\n%d\n%%%%EOF" % (body, len(places) + 1, table, trailer, len(body))


def packed(times, size=50_000_000):
    """`size` zeros packed `times` over."""
    content = b"\0" * size
    for _ in range(times):
        content = zlib.compress(content, 9)
    return content


def plain(number, content):
    return b"%d 0 obj\n%s\nendobj\n" % (number, content)


def catalog(fields=b""):
    return plain(1, b"<< /Type /Catalog /Pages 9 0 R /AcroForm << /Fields [%s] >> >>" % fields)


def hostile():
    bomb = b"/Type /ObjStm /N 9 /First 9 /Filter [/FlateDecode /FlateDecode /FlateDecode]"
    table = stream(1, packed(1), b"/Type /XRef /Size 9 /W [1 9 9] /Root 1 0 R /Filter /FlateDecode")
    return {
        "bomb for a table": b"%PDF-1.7\n" + table + b"startxref\n9\n%%EOF",
        "bomb for objects": pdf_of(catalog(), stream(2, packed(3), bomb), trailer=b"<< /Root 2 0 R /Size 9 >>"),
        "fields in circles": pdf_of(catalog(b"2 0 R"), plain(2, b"<< /FT /Sig /T (a) /Kids [2 0 R] /Parent 2 0 R >>")),
        "nested": b"%PDF-1.7\n1 0 obj\n" + b"[" * 2_000_000 + b"\nendobj\nstartxref\n9\n%%EOF",
        "dictionaries": b"%PDF-1.7\n" + b"<<" * 1_000_000 + b"\nstartxref\n9\n%%EOF",
        "table in circles": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 1 /Prev 9 /Root 1 0 R >>\nstartxref\n9\n%%EOF",
        "a table of a billion": b"%PDF-1.7\nxref\n0 999999999\ntrailer\n<< /Size 999999999 >>\nstartxref\n9\n%%EOF",
        "ten megabytes of nothing": b"%PDF-1.7\n" + b"\0" * 10_000_000 + b"\n%%EOF",
        "ten megabytes of digits": b"%PDF-1.7\n" + b"<" + b"30" * 5_000_000 + b">",
        "marks": b"%PDF-1.7\n" + b"startxref\n0\n%%EOF\n" * 400_000,
        "objects": b"%PDF-1.7\n" + b"1 0 obj\n<<>>\nendobj\n" * 400_000,
    }


def doubling():
    """Fields that each have the next one twice: two to the fortieth in all, in four kilobytes."""
    kids = [plain(n, b"<< /FT /Sig /T (a) /Kids [%d 0 R %d 0 R] >>" % (n + 1, n + 1)) for n in range(2, 42)]
    return pdf_of(catalog(b"2 0 R"), *kids, plain(42, b"<< /FT /Sig /T (z) >>"), trailer=b"<< /Root 1 0 R /Size 43 >>")


@pytest.mark.parametrize(("name", "data"), hostile().items(), ids=hostile())
def test_a_file_made_to_harm_ends_in_time_with_an_answer(name, data):
    """4.11: within the limits of the process that looks."""
    verdict = apart.check_apart(data, ISSUER.pem)
    assert verdict.codes <= {"unreadable", "no-seal", "too-much"}
    assert verdict.codes


@pytest.mark.thorough
@pytest.mark.slow
def test_a_file_that_would_take_years_is_given_up_after_ten_seconds_of_work():
    """4.11"""
    assert apart.check_apart(doubling(), ISSUER.pem).codes <= {"too-much", "unreadable"}


def confined(code):
    return subprocess.run(
        [sys.executable, "-c", f"from sandbox import child; child.CPU_SECONDS = 2; child.confine(); {code}"],
        cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=HUNG,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("bytearray(600_000_000)", "MemoryError"),
        ("import socket; socket.create_connection(('127.0.0.1', 5432))", "PermissionError"),
        ("import subprocess; subprocess.run(['true'])", "PermissionError"),
        ("import os; open(os.environ['KEPT'], 'w').write('x' * 9000)", "OSError"),
    ],
)
def test_the_process_that_looks_has_little_memory_writes_nothing_and_reaches_nobody(code, message, tmp_path, monkeypatch):
    monkeypatch.setenv("KEPT", str(tmp_path / "kept"))
    done = confined(code)
    assert done.returncode == 1
    assert message in done.stderr


@pytest.mark.thorough
@pytest.mark.slow
def test_the_process_that_looks_is_stopped_after_ten_seconds_of_work():
    assert confined("\nwhile True: pass").returncode == -24  # SIGXCPU
