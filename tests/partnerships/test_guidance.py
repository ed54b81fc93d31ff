"""Guidance by model and by theme: loading it, changing it, its pages, and its PDF (SP-05, PB-05, PB-07, PB-33 to PB-37, PB-42)."""

import io
from collections import Counter

import pikepdf
import pytest
from django.core.management import call_command

from ledger.models import Event
from partnerships.choices import Leaf, Model
from partnerships.guidance.actions import add_practice, edit_model, edit_practice
from partnerships.guidance.queries import flat, leaves, tree
from partnerships.models import PartnershipModel, Practice, Resource
from tests.factories import account
from tests.pages import text
from tests.partnerships.factories import guidance

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(db):
    guidance()


def load(capsys):
    """What the command says of models, practices and tools; of case studies: test_cases.py."""
    call_command("load_guidance")
    return capsys.readouterr().out.splitlines()[0]


def codes(**chosen):
    return [row.code for row in Practice.objects.filter(**chosen)]


def test_four_models_eleven_leaves_and_121_practices_are_loaded_once(capsys):
    """PB-07, PB-32: loading again does nothing, and writes nothing on the ledger."""
    assert load(capsys) == "Added 154, changed 0, left 0 that were changed in the admin."
    assert [root.model.code for root in tree()] == Model.values
    assert [node.model.code for node in leaves(tree())] == Leaf.values
    assert Practice.objects.count() == len(set(codes())) == 121
    assert Resource.objects.count() == 17
    events = Event.objects.count()
    assert load(capsys) == "Added 0, changed 0, left 0 that were changed in the admin."
    assert Event.objects.count() == events


def test_each_model_has_its_practices_and_each_theme_its_count(library):
    """PB-33 to PB-37, with the six of virtual outreach on top."""
    of_model = Counter(code.rstrip("0123456789") for code in codes())
    assert of_model == {"G": 14, "X": 5, "O": 37, "C": 59, "V": 6}
    counts = Counter(row.theme for row in Practice.objects.exclude(code__startswith="V"))
    assert counts == {
        "accommodation": 14, "collective_agreements": 2, "client_payment": 2, "communications": 14, "equipment": 12, "finance": 6,
        "greeting": 4, "human_resources": 7, "privacy": 3, "indigenous": 5, "operations": 11, "performance": 1,
        "project_management": 14, "security": 12, "services": 8,
    }  # fmt: skip
    assert set(codes(blocking=True)) == {"G02", "G03", "G05", "G06", "G07", "G08", "G09", "G13", "G14", *(f"V{n}" for n in range(1, 7))}
    counted = Counter(model.code for row in Resource.objects.all() for model in row.applies_to.all())
    assert counted == {"outreach": 4, "colocation": 11}


def test_what_was_changed_or_added_by_hand_survives_a_reload(library, capsys):
    admin = account("admin")
    changed = edit_practice(Practice.objects.get(code="C1"), text="Invite everyone.", shown_revision=1, by=admin)
    edit_practice(Practice.objects.get(code="C2"), applies_to=[PartnershipModel.objects.get(code="outreach")], shown_revision=1, by=admin)
    own = add_practice(
        code="I1", text="Train agents.", theme="services", applies_to=[PartnershipModel.objects.get(code="integrated")], by=admin
    )
    Practice.objects.filter(code="C3").update(text="An older wording.")
    assert load(capsys) == "Added 0, changed 1, left 2 that were changed in the admin."
    assert Practice.objects.get(pk=changed.pk).text == "Invite everyone."
    assert [model.code for model in Practice.objects.get(code="C2").applies_to.all()] == ["outreach"]
    assert Practice.objects.filter(pk=own.pk).exists()
    assert Practice.objects.get(code="C3").text.startswith("Respect each group")


def test_the_pages_show_models_practices_and_what_is_being_prepared(library, as_owner):
    """PB-36: a blank model is a legal state, and looks like one."""
    assert "One level of government tells its clients" in text(as_owner.get("/partnerships/guidance/"))
    integrated = text(as_owner.get("/partnerships/guidance/models/integrated/"))
    assert "Guidance on this model is being prepared." in integrated
    assert "Study the feasibility" in integrated
    virtual = as_owner.get("/partnerships/guidance/models/outreach_virtual/")
    assert {"V1", "O1", "G01"} <= set(_shown(virtual))
    assert not {"O32", "C1", "X1"} & set(_shown(virtual))
    security = as_owner.get("/partnerships/guidance/themes/security/")
    assert security.content.count(b"practice-code") == 13
    assert 'id="O18"' in security.content.decode()
    assert "Booster cables" in text(as_owner.get("/partnerships/guidance/trips/"))
    assert as_owner.get("/partnerships/guidance/models/none/").status_code == 404
    assert as_owner.get("/partnerships/guidance/themes/none/").status_code == 404


def _shown(answer):
    return [row.code for group in answer.context["shown"].practices for row in group.practices]


def test_without_guidance_its_page_says_that_it_is_being_prepared(as_owner):
    page = text(as_owner.get("/partnerships/guidance/"))
    assert "The guidance is being prepared" in page
    assert "load_guidance" in page


def test_a_note_for_editors_is_never_on_a_page_or_in_print(library, as_owner):
    """PB-42"""
    row = PartnershipModel.objects.get(code="outreach")
    edit_model(row, editors_note="Too long, cut it", shown_revision=row.revision, by=account("admin"))
    for url in ("/partnerships/guidance/", "/partnerships/guidance/models/outreach/", "/search/?q=outreach"):
        assert "Too long" not in as_owner.get(url).content.decode()


@pytest.mark.parametrize("page", ["guidance", "models/colocation", "themes/security"])
def test_each_page_is_exported_as_a_tagged_pdf_with_working_links(library, as_owner, settings, page):
    """PB-05"""
    answer = as_owner.get(f"/partnerships/guidance/{page}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        links = {str(link.A.URI) for leaf in pdf.pages for link in leaf.get("/Annots", []) if "/A" in link}
    assert f"{settings.SITE_URL.rstrip('/')}/partnerships/guidance/themes/security/#C53" in links


def test_the_pages_take_a_fixed_number_of_queries(library, as_owner, django_assert_max_num_queries):
    as_owner.get("/partnerships/guidance/")
    for page in ("guidance/", "guidance/models/colocation/", "guidance/themes/security/", "library/"):
        with django_assert_max_num_queries(14):
            as_owner.get(f"/partnerships/{page}")


def test_search_leads_to_models_practices_and_tools(library, as_owner):
    for words, url in (
        ("virtual outreach", "/partnerships/guidance/models/outreach_virtual/"),
        ("C24", "/partnerships/guidance/themes/equipment/#C24"),
        ("feasibility study", "/partnerships/library/"),
    ):
        assert url in as_owner.get("/search/", {"q": words}).content.decode(), words


def test_an_administrator_adds_and_changes_practices_in_the_admin(library, client):
    client.force_login(account("admin"))
    root = PartnershipModel.objects.get(code="integrated")
    fields = {"text": "Train agents.", "theme": "services", "kind": "do", "only_if": "", "stage": "", "order": 5, "applies_to": [root.pk]}
    answer = client.post("/admin/partnerships/practice/add/", {**fields, "code": "I1", "shown_revision": 1})
    assert answer.status_code == 302
    row = Practice.objects.get(code="I1")
    answer = client.post(f"/admin/partnerships/practice/{row.pk}/change/", {**fields, "text": "Train every agent.", "shown_revision": 1})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.text, [model.code for model in row.applies_to.all()]) == ("Train every agent.", ["integrated"])
    assert len(flat(tree())) == 16
