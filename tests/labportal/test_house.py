"""House rules that a linter does not know: what each room of an app may not do (design.md)."""

import ast
import re
import subprocess
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLResolver, get_resolver

from ledger import records
from tests.said import APPS

ROOT = Path(settings.BASE_DIR)
SOURCES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
RULES = [path for path in SOURCES if path.stem == "rules" or path.parent.name == "rules"]
TEMPLATES = sorted([*(ROOT / "templates").rglob("*.html"), *(path for app in APPS for path in (ROOT / app).rglob("*.html"))])
CLOCK = {"now", "today", "localdate", "localtime", "utcnow", "time"}


def shown(path):
    return str(path.relative_to(ROOT))


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def called(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) != "datetime.time":  # a time of day, not the clock
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@pytest.mark.parametrize("path", RULES, ids=shown)
def test_rules_know_no_tables_and_no_clock(path):
    tree = ast.parse(path.read_text())
    modules = list(imported(tree))
    assert not [name for name in modules if name.startswith("django.db") or name.split(".")[-1] in {"models", "actions", "views"}]
    assert not CLOCK & set(called(tree))


def test_a_state_is_written_by_acts_alone():
    """EL-04: every move goes through the lifecycle table."""
    allowed = re.compile(
        r"^(\w+/(\w+/)?(actions|voiding)(/\w+)?|residencies/lifecycle|ledger/lifecycle|outbox/queue|outbox/delivery/worker|outbox/delivery/sweep|outbox/digest|outbox/reminders/due|demo/[\w/]+)\.py$"
    )
    writes = re.compile(r"\.state\s*=[^=]|\.update\([^)]*\bstate\s*=")
    offenders = [shown(path) for path in SOURCES if writes.search(path.read_text()) and not allowed.match(shown(path))]
    assert offenders == []


def test_a_table_compiles_the_template_of_a_column_once():
    """OP-07: by `web.paging.TemplateColumn`; the one of django-tables2 compiles it for every cell."""
    assert [shown(path) for path in SOURCES if "tables.TemplateColumn(" in path.read_text()] == []


# Where an act's refusal is caught, and why there. Everything else asks web/acts.py (`run`, `press`, `carry_out`) or its form.
CATCHES_REFUSALS = {
    "web/acts.py": "pages, commands and admin learn of it here",
    "teams/roster/importing.py": "one act tries every row, and tells all that is wrong",
    "outbox/delivery/compose.py": "as a mail leaves there is nobody to tell: it is withdrawn",
}


def test_a_refusal_is_caught_in_one_place_for_all_pages():
    """So that it has one status, and what was typed is kept in one way."""
    caught = [
        shown(path)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and node.type and re.search(r"Refused\b|Stale", ast.unparse(node.type))
    ]
    assert sorted(caught) == sorted(CATCHES_REFUSALS)


def packages(app):
    """The packages and modules at the top of `app`, each with those that it imports as it is imported itself."""
    graph = {}
    for path in SOURCES:
        if path.relative_to(ROOT).parts[0] != app or path == ROOT / app / "__init__.py":
            continue
        package = path.relative_to(ROOT / app).parts[0].removesuffix(".py")
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == app:
                others = {f"{node.module}.{alias.name}".split(".")[1] for alias in node.names}
                graph.setdefault(package, set()).update(others - {package})
    return graph


@pytest.mark.parametrize("app", APPS)
def test_packages_of_an_app_import_each_other_in_one_direction_on_eight_levels_at_most(app):
    sorter = TopologicalSorter(packages(app))
    sorter.prepare()  # raises CycleError, which names the cycle
    levels = 0
    while ready := sorter.get_ready():
        sorter.done(*ready)
        levels += 1
    assert levels <= 8


# 400 at first; then 30 for alumni, mentors and benefits, 20 for conversations, and 20 for graduation
MOST_MODULES = {"oversight": 120, "partnerships": 120, "metrics": 40, "reports": 75, "recovery": 20, "everything else": 470}
MOST_ENTRIES = 24


@pytest.mark.parametrize("floor", MOST_MODULES)
def test_a_floor_has_only_so_many_modules(floor):
    """Floors that came after the first count have counts of their own. Not counted: empty `__init__.py`, migrations and the demo."""
    modules = [
        path for path in SOURCES if path.relative_to(ROOT).parts[0] != "demo" and (path.stem != "__init__" or path.read_text().strip())
    ]
    on_it = [
        path
        for path in modules
        if floor == (path.relative_to(ROOT).parts[0] if path.relative_to(ROOT).parts[0] in MOST_MODULES else "everything else")
    ]
    assert len(on_it) <= MOST_MODULES[floor], "merge the smallest with what it is read beside; a module has 60 to 380 lines"


@pytest.mark.parametrize("app", APPS)
def test_an_app_shows_24_entries_at_most(app):
    entries = {path.relative_to(ROOT / app).parts[0] for path in committed() if ROOT / app in path.parents}
    assert len(entries) <= MOST_ENTRIES, "a feature with three files is a package; a module of a dozen lines belongs to another"


def test_no_room_is_called_utils():
    assert [shown(path) for path in SOURCES if path.stem in {"utils", "helpers", "util", "helper", "common", "misc"}] == []


def _address_names(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _address_names(pattern.url_patterns, f"{prefix}{pattern.namespace or ''}:" if pattern.namespace else prefix)
        elif pattern.name:
            yield f"{prefix}{pattern.name}"


def test_no_two_addresses_share_a_name():
    """A link by a name that two apps use leads to whichever comes last."""
    names = Counter(_address_names(get_resolver().url_patterns))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_no_template_holds_script_or_style(path):
    """D3-17: the policy has no nonce, so what is inline would be dead. Mail has its styles with it; its frame has a policy of its own."""
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", text)
    assert not re.search(r"<[^>]*\son[a-z]+=\"|javascript:", text)
    if path.parent != ROOT / "templates/mail":
        assert not re.search(r"<style\b|<[^>]*\sstyle=", text)


def committed():
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_registry_or_machine_address_is_committed():
    """Pins name packages and hashes; where they come from is the installer's business."""
    pattern = re.compile(
        r"--(?:extra-)?index-url\s+\S*://|--find-links|\"resolved\"\s*:|/opt/(?:wheels|pypi)|registry\.npmjs\.org/|files\.pythonhosted\.org"
    )
    pinned = [
        path for path in committed() if path.parent.name == "requirements" or path.name in {"package-lock.json", ".npmrc", "pyproject.toml"}
    ]
    assert pinned
    assert [shown(path) for path in pinned if pattern.search(path.read_text())] == []


def test_every_pin_carries_its_hash():
    for name in ("base", "dev", "services", "assets"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pins = re.findall(r"^[a-z0-9._\-\[\]]+==\S+ \\\n    --hash=sha256:", text, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)), name


# Working papers and what follows from other rows: none of them proves a decision, a signature or who may do what.
# An app that is added here says so on purpose; a model that proves something is declared with ledger.records.recorded.
NOT_EVIDENCE = {
    "agreements": "Comment DiscussionBookmark Invitation InvitationToken PartyNote Signatory SigningCode Stance Template Thread WrongPerson",
    "community": (
        "Alumnus AlumnusPlace BenefitOwner BenefitQuarter Colocation Contribution DeskAllocation DeskCount Expert ExpertDiscipline ExpertSession "
        "MentorMeeting Mentoring Offer OfferTopic ReportedDay SessionInvitation"
    ),
    "ledger": "Event Stream",
    "metrics": "GoalRevision Metric Observation ReadingLink",  # their history is in the rows themselves, which never change
    "oversight": (
        "Barrier Category Checklist ChecklistItem Contract CostShare DelayedApproval FollowUpLink Level LineLink OpennessPlan ReportingPlan Risk Route "
        "TaskEvidence"
    ),
    "partnerships": (
        "Arrangement CaseLink CaseStudy ClientComment Closure EmergencyPlan Incident OpeningCalendar PartnershipModel Practice QualityAssessment RatingLink ReferenceYear Resource ServiceStandard "
        "Site SiteChange SiteContact SiteService SiteVolume Tap TapDay Ticket Trip WaitDay"
    ),
    "people": "Body Organization OrganizationContact Person SavedView Snooze User",
    "reports": "ApiToken Category KeptAnswer Lesson OutsideLink Portfolio ShowcaseComponent ShowcaseEntry",
    "residencies": (
        "Condition ConversationAnswerLink ConversationInvitee ConversationMeeting Evidence Intake Ministry Need "
        "PhaseSpan ProgramArea Question Reapplication ReferenceYear Repository Review"
    ),
    "teams": (
        "AnswerLink AttendanceCorrection Cadence CalendarFeed Champion Course Destination Expectation Presence ReviewInvitation RoleFinding Service Sprint Team Training"
    ),
}


def test_every_model_is_evidence_or_said_not_to_be():
    """K2: a row that proves something has its hash in the ledger. A new model says which it is."""
    covered = {kind.model._meta.label for kind in records.kinds()}
    without = {f"{app}.{name}" for app, names in NOT_EVIDENCE.items() for name in names.split()}
    ours = {
        model._meta.label for model in apps.get_models() if model._meta.app_label in APPS and model._meta.app_label not in ("outbox", "web")
    }

    assert ours - covered - without == set(), "declare it with @recorded (ledger/records.py), or name it in NOT_EVIDENCE"
    assert without - ours == set(), "these are gone"
    assert without & covered == set()
