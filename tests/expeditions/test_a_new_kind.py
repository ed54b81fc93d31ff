"""A kind of subject that the house was never told of goes from draft to a sealed agreement, with reminders, history and permissions.

Agreements, teams, outbox, ledger and web are as they are for residencies: an edit there for a new kind would be seen here first.
"""

import datetime
import io
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest
import time_machine
from django.conf import settings as site
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from acts.act import SYSTEM
from agreements import todo
from agreements.amendments import actions as amending
from agreements.amendments.rules import Wording
from agreements.drafting import actions as drafting
from agreements.drafting import sending, signing_order
from agreements.drafting.templates import install_template
from agreements.gates import agreed
from agreements.listing.for_person import agreements_of
from agreements.models import Agreement, AgreementVersion, SealedDocument
from agreements.sealing import pipeline
from agreements.sealing.bundle import bundle
from agreements.sealing.gathering import contents_so_far
from agreements.versions.rules import before_relying_on
from findings import Refused
from ledger.actions import append
from ledger.lifecycle import MoveRefused
from ledger.models import Stream
from ledger.subjects import belongs_to
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from people.models import Person
from sealing.layout import layout
from teams.models import RoleFinding, Sprint
from teams.roster.actions import add_seat, end_seat
from teams.sprints.actions import set_cadence
from tests.agreements.factories import read_all, sign, to_sign, token_for
from tests.expeditions.models import Expedition, State
from tests.expeditions.subject import LIFECYCLE, TOLD
from tests.factories import account, person
from tests.pages import markup
from tests.pages import text as words_of
from tests.teams.factories import next_review
from web.search import search

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.expeditions.urls")]

TEMPLATE = {
    "slug": "charter-party",
    "name": "Charter party",
    "subject_kind": "expedition",
    "title": "Charter party",
    "summary": "What both crews promise each other.",
    "statement_of_intent": "I endorse this charter in the role shown above.",
    "consent": "I agree to do so electronically.",
    "verb": "endorse",
    "header_fields": [{"key": "ship", "label": "Ship", "from": "ship"}],
    "sides": [
        {"key": "lab", "label": "Home port", "name": "the home port", "must_sign": True, "turn": 2},
        {"key": "crew", "label": "Crew", "name": "the crew", "must_sign": True, "turn": 1},
    ],
    "sections": [
        {"heading": "The way", "clauses": [{"heading": "Course", "text": "North, then west."}]},
        {"heading": "Own terms", "takes_conditions": True, "clauses": [{"heading": "How", "text": "Such terms follow."}]},
    ],
    "roles": [{"label": "Harbour master", "side": "lab"}, {"label": "Captain", "side": "crew"}],
}


@pytest.fixture
def sailor(db):
    return account(name="Signe Aalto", email="signe@crew.example")


@pytest.fixture
@transaction.atomic
def expedition(ops, sailor):
    row = Expedition.objects.create(reference="EX-2026-001", stream=Stream.objects.create(kind="expedition"), ship="Aurora", owner=ops)
    row.crew.add(sailor)
    append(row.stream, "planned", by=ops, to_state=row.state)
    return row


@pytest.fixture
def template(db):
    return install_template(TEMPLATE, by=SYSTEM)


@pytest.fixture
def draft(expedition, template, ops):
    version = drafting.prepare(expedition.stream, template, by=ops)
    for role, name in zip(version.roles.select_related("role").order_by("position"), ("Runa Vik", "Signe Aalto"), strict=True):
        drafting.set_party(version, role.role, person(name=name), by=ops)
    return version


@pytest.fixture
def circulated(draft, ops):
    return sending.circulate(draft, shown_revision=draft.revision, by=ops)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def party_browser(invitation):
    client = Client()
    client.post(reverse("open-invitation", args=[token_for(invitation)]))
    return client


# ── Its table of moves ───────────────────────────────────────────────────────────────────────


def test_its_own_table_says_how_it_goes(expedition, template, ops):
    """EL-04, EL-13: the agreement's gate holds it back, by name of what is missing."""
    drafting.prepare(expedition.stream, template, by=ops)
    expedition.refresh_from_db()
    assert expedition.state == State.AGREEING, "the hook followed the agreement"

    with pytest.raises(MoveRefused) as refused:
        LIFECYCLE.move("set_sail", expedition, by=ops)

    assert refused.value.codes == {"agreement-not-circulated"}
    with pytest.raises(PermissionDenied):
        LIFECYCLE.move("call_off", expedition, by=account(), reason="No wind.")
    with pytest.raises(MoveRefused):
        LIFECYCLE.move("return_home", expedition, by=ops)


def test_its_gates_hold_agreements_back(expedition, template, ops):
    """EL-13"""
    Expedition.objects.update(ship="")
    with pytest.raises(Refused) as refused:
        drafting.prepare(expedition.stream, template, by=ops)
    assert refused.value.codes == {"no-ship"}


# ── Its addresses and pages ──────────────────────────────────────────────────────────────────


def test_its_agreement_is_at_an_address_of_its_own_and_at_no_other(draft, ops):
    """EL-20"""
    address = reverse("agreement", args=["EX-2026-001"])
    client = browser(ops)

    assert address == "/expeditions/EX-2026-001/agreement/"
    assert reverse("agreement", args=["XL-2026-001"]) == "/residencies/XL-2026-001/agreement/"
    assert resolve(address).kwargs == {"reference": "EX-2026-001"}
    assert client.get(address).status_code == 200
    assert client.get("/residencies/EX-2026-001/agreement/").status_code == 404
    assert client.get("/expeditions/XL-2026-001/agreement/").status_code == 404


def test_pages_of_its_agreement_stand_in_its_own_frame(draft, ops):
    page = browser(ops).get(reverse("agreement", args=["EX-2026-001"])).content.decode()

    assert "Aboard the Aurora" in page
    assert re.search(r'href="/expeditions/EX-2026-001/history/"[^>]*>Logbook', page)
    assert re.search(r'aria-current="page"[^>]*>Agreement', page)


@pytest.mark.parametrize("name", ["agreement", "agreement-order", "agreement-parties", "agreement-header", "agreement-circulate"])
def test_no_page_speaks_of_a_residency(draft, ops, name):
    """Sides, roles and verb are the template's."""
    page = markup(browser(ops).get(reverse(name, args=["EX-2026-001"])))

    assert not re.findall(r"residenc\w+|program area|alliance|this team", page[page.index("<main") : page.index("</main>")], re.IGNORECASE)


def test_one_side_after_the_other_is_the_template_s_own_order(draft, ops):
    """EL-30"""
    page = browser(ops).get(reverse("agreement-order", args=["EX-2026-001"])).content.decode()
    assert "The crew first, the home port last" in page

    signing_order.set_signing_order(draft, signing_order.side_by_side(draft), code_required=False, shown_revision=draft.revision, by=ops)
    assert dict(draft.roles.values_list("label", "stage")) == {"Captain": 1, "Harbour master": 2}


def test_a_template_in_which_a_side_has_no_signer_is_not_offered(db):
    """EL-22"""
    with pytest.raises(Refused) as refused:
        install_template({**TEMPLATE, "roles": TEMPLATE["roles"][:1]}, by=SYSTEM)
    assert refused.value.codes == {"template-incomplete"}
    assert "the crew" in refused.value.findings[0].remedy


# ── From draft to a sealed agreement ─────────────────────────────────────────────────────────


def test_it_goes_from_draft_to_a_sealed_agreement(circulated, expedition, ops, settings, tmp_path, capsys):
    """EL-26, EL-27, EL-31, EL-32"""
    settings.VAR_DIR, settings.SEAL_ALLOW_DEVELOPMENT = tmp_path / "data", True
    captain, master = sorted(to_sign(circulated), key=lambda invitation: invitation.party.role.label)
    client = party_browser(captain)
    read_all(captain)
    page = client.get(reverse("sign-sign", args=[captain.pk])).content.decode()
    assert "Endorse the agreement" in page
    facts = {"sha256": circulated.content_sha256, "typed_name": "Signe Aalto", "intends": "on", "consents": "on"}
    done = client.post(reverse("sign-sign", args=[captain.pk]), facts, follow=True).content.decode()
    assert "Endorsed. Thank you." in done
    assert "sprint" not in done
    sign(master)
    circulated.refresh_from_db()
    assert circulated.state == "in_force"

    pipeline.seal_due()

    document = SealedDocument.objects.get(version=circulated)
    with default_storage.open(document.file) as file, pikepdf.open(io.BytesIO(file.read())) as pdf:
        names = set(pdf.attachments)
    assert {"agreement.json", "evidence.json"} <= names
    answer = Client().get(reverse("verify"), {"sha256": document.sha256}).context["answer"]
    assert answer.kind.value == "genuine"
    assert b'"verb":"endorse"' in bytes(circulated.canonical)

    expedition.refresh_from_db()
    assert LIFECYCLE.move("set_sail", expedition, by=ops).state == State.UNDER_SAIL
    call_command("verify_ledger")
    call_command("verify_records")
    assert "intact" in capsys.readouterr().out


SIGN = re.compile(r"\b(?:sign|signs|signed|signing|signature|signatures|signer|signers)\b(?! (?:out|in)\b)", re.IGNORECASE)


def captain_and_master(circulated):
    return sorted(to_sign(circulated), key=lambda invitation: invitation.party.role.label)


def test_mail_says_what_its_parties_do(circulated):
    """EL-20, EL-27: they endorse, so no subject, button or sentence asks anyone to sign."""
    captain, _master = captain_and_master(circulated)
    sign(captain)

    mails = "\n".join(f"{message.subject}\n{message.text}" for message in Message.objects.filter(stream=circulated.agreement.stream))
    for words in (
        "Please read and endorse: Charter party", "asks you to endorse the Charter party", "Read and endorse:", "Also endorsing: ",
        "You endorsed: Charter party", "\nEndorsed: ", "record of your endorsement", "Not in force yet: 1 of 2 has endorsed.",
    ):  # fmt: skip
        assert words in mails
    assert not SIGN.findall(re.sub(r"https?://\S+", "", mails))


def test_pages_and_the_document_say_what_its_parties_do(circulated, ops):
    """EL-20, EL-27, EL-31"""
    captain, master = captain_and_master(circulated)
    sign(captain)
    party, lab = party_browser(master), browser(ops)

    start = words_of(party.get(reverse("sign", args=[master.pk])))
    assert "Have someone else endorse" in start
    assert "Decline to endorse" in start
    assert "Other endorsers" in start
    for page in ("sign-decline", "sign-hand-over"):
        shown = words_of(party.get(reverse(page, args=[master.pk])))
        assert not SIGN.findall(shown[shown.index("Charter party") :]), page
    status = words_of(lab.get(reverse("agreement", args=["EX-2026-001"])))
    assert "Endorsers" in status
    assert "Remind all who haven’t endorsed" in status
    assert "Not in force yet: 1 of 2 has endorsed." in words_of(lab.get(reverse("agreement-version", args=["EX-2026-001", 1])))
    document = render_to_string("agreements/document.html", {"document": layout(contents_so_far(circulated), development=False)})
    assert "Who is asked to endorse, and who has endorsed" in document
    assert "Not endorsed yet" in document
    assert "Parties and endorsements" in document


def test_home_lists_gates_and_the_verify_page_say_what_its_parties_do(circulated, expedition, ops):
    """EL-20, EL-32: wherever the agreement is known, its template's verb is used."""
    captain, master = captain_and_master(circulated)
    sign(captain)
    lab = browser(ops)

    line, *_others = todo.unsigned(timezone.localdate())
    assert (line.title, line.note) == ("1 endorsement outstanding", "1 of 2 have endorsed")
    (waiting,) = before_relying_on(agreed([expedition], timezone.localdate())[expedition.stream_id].before)
    assert "hasn’t endorsed the agreement" in waiting.message
    assert "1 of 2 endorsed, waiting for" in words_of(lab.get(reverse("agreement-list")))
    (role,) = agreements_of(captain.party.person)
    assert role.words == "Endorsed"
    replacing = words_of(lab.get(reverse("agreement-replace", args=["EX-2026-001", master.party.role_id])))
    assert "Change of endorser" in replacing
    answer = words_of(Client().get(reverse("verify"), {"sha256": circulated.content_sha256}))
    assert "Some people haven’t endorsed yet." in answer
    assert "Who had to endorse" in answer
    read_me = zipfile.ZipFile(io.BytesIO(bundle(circulated, annexes=False))).read("READ-ME.txt").decode()
    assert "not everyone who has to endorse has endorsed" in read_me
    assert not SIGN.findall(read_me)


def test_search_finds_its_agreement_and_its_parties_for_those_who_may_see_it(circulated, ops, sailor):
    def found_by(user, text):
        return {note for group in search(user, text).groups for hit in group.hits for note in hit.note.split(" · ")}

    for text, note in ((circulated.agreement.reference, circulated.agreement.reference), ("Runa Vik", "Harbour master, Aurora")):
        assert note in found_by(ops, text)
        assert note in found_by(sailor, text)
        assert note not in found_by(account(), text)


def test_its_words_can_be_amended(circulated, ops, lead):
    """EL-25"""
    wording = Wording("change", "1.1", "Course", "West, then north.")
    proposed = amending.propose_amendment(circulated, wording, reason="Ice.", shown_sha256=circulated.content_sha256, by=ops)
    following = amending.accept_amendments(circulated, [proposed], reason="Ice.", shown_sha256=circulated.content_sha256, by=ops)

    assert following.number == 2
    page = browser(ops).get(reverse("agreement-version", args=["EX-2026-001", 2]))
    assert "West, then north." in page.content.decode()


# ── Its team ─────────────────────────────────────────────────────────────────────────────────


def test_it_has_a_team_through_the_acts_that_residencies_use(expedition, ops, sailor):
    """EL-41, EL-50, OP-03, EL-85"""
    captain = person(name="Runa Vik", user=account("lab_ops"))
    facts = {"role": "developer", "employer": "business_area", "from_on": timezone.localdate()}
    with pytest.raises(PermissionDenied):
        add_seat(expedition, **facts, person=captain, by=sailor)
    seat = add_seat(expedition, **facts, person=captain, by=ops)
    set_cadence(expedition, weeks=2, first_review_on=next_review(), at=datetime.time(14), by=ops)

    assert seat.team.subject == expedition
    assert belongs_to(captain.user, expedition), "whoever is on its team decides nothing about it"
    assert not RoleFinding.objects.exists(), "role checks are of residencies"
    assert sailor.has_perm("teams.view_team", expedition)
    LIFECYCLE.move("call_off", expedition, by=ops, reason="No wind.")
    assert not Sprint.objects.planned().exists()
    assert list(expedition.stream.events.values_list("act", flat=True)) == [
        "planned", "seat-added", "sprints-planned", "called-off", "sprints-ended",
    ]  # fmt: skip
    with pytest.raises(Refused, match="EX-2026-001 Aurora has ended"):
        end_seat(seat, on=timezone.localdate(), shown_revision=seat.revision, by=ops)


# ── Reminders and mail ───────────────────────────────────────────────────────────────────────


def later(days):
    day = timezone.localdate() + datetime.timedelta(days=days)
    return time_machine.travel(timezone.make_aware(datetime.datetime.combine(day, datetime.time(12))), tick=False)


@pytest.mark.usefixtures("stated_day")
def test_who_has_not_signed_is_reminded_and_replies_go_to_its_owner(circulated, expedition, ops):
    """EL-60, EL-62"""
    deliver_due()
    mail.outbox.clear()
    with later(3):
        sweep()
        deliver_due()

    reminders = Message.objects.filter(occasion="agreement-unsigned", stream=expedition.stream, state="sent")
    assert sorted(reminders.values_list("to_name", flat=True)) == ["Runa Vik", "Signe Aalto"]
    assert {message.reply_to[0] for message in mail.outbox} == {ops.email}


def test_mail_leads_to_its_own_address(circulated):
    """EL-61"""
    links = re.findall(r"https?://\S+/agreement/", "\n".join(Message.objects.values_list("text", flat=True)))
    assert set(links) <= {f"{site.SITE_URL}/expeditions/EX-2026-001/agreement/"}


def test_when_it_ends_nothing_is_asked_of_anybody_any_more(circulated, expedition, ops):
    """EL-85"""
    TOLD.clear()
    LIFECYCLE.move("call_off", expedition, by=ops, reason="No wind.")

    circulated.refresh_from_db()
    assert circulated.state == "void"
    with later(3):
        sweep()
    assert not Message.objects.filter(occasion="agreement-unsigned", state="queued").exists()
    with pytest.raises(Refused) as refused, transaction.atomic():
        append(Stream.objects.get(pk=expedition.stream_id), "painted", by=ops)
    assert refused.value.codes == {"ended"}


# ── History ──────────────────────────────────────────────────────────────────────────────────


def test_its_history_tells_every_act(circulated, expedition, ops):
    """EL-07"""
    client = browser(ops)
    own = client.get(reverse("expedition-history", args=["EX-2026-001"])).content.decode()
    of_lab = client.get(reverse("lab-history"), {"reference": "ex-2026-001"})

    assert "Noor Castellane drafted the agreement EX-2026-001-A1" in own
    assert "Noor Castellane sent version 1 of EX-2026-001-A1 to its parties" in own
    lines = of_lab.context["events"]
    assert {line.about for line in lines} == {"EX-2026-001 Aurora"}
    assert {line.url for line in lines} == {"/expeditions/EX-2026-001/"}


# ── Permissions ──────────────────────────────────────────────────────────────────────────────


def test_its_agreement_is_seen_by_those_who_see_it(circulated, sailor, viewer):
    """EL-22"""
    address = reverse("agreement", args=["EX-2026-001"])
    statuses = {user.name: browser(user).get(address).status_code for user in (sailor, viewer, account("product_owner", name="Stranger"))}

    assert statuses == {"Signe Aalto": 200, "Bram Quillfeather": 200, "Stranger": 404}


def test_a_member_decides_nothing_about_their_own_case(circulated, expedition, ops):
    """OP-03: nor does a party who has an account at the lab."""
    member, signer = account("lab_ops", name="Member"), account("lab_ops", name="Signer")
    expedition.crew.add(member)
    captain = Agreement.objects.get().parties.get(role__label="Captain").person
    Person.objects.filter(pk=captain.pk).update(user=signer)
    version = AgreementVersion.objects.get()

    assert ops.has_perm("agreements.decide_amendment", version)
    assert not member.has_perm("agreements.decide_amendment", version)
    assert not signer.has_perm("agreements.decide_amendment", version)


# ── Without an edit elsewhere ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("app", ["agreements", "outbox", "ledger", "web", "teams"])
def test_no_app_below_names_this_kind(app):
    sources = [path.read_text() for path in (Path(site.BASE_DIR) / app).rglob("*.py")]
    assert not [source for source in sources if "expedition" in source.lower()]
