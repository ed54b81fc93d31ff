"""What anyone reads of the showcase: what was released and not one byte more, the same for everyone, and cheap to ask for again (EL-95)."""

import re
import xml.etree.ElementTree as ET
from collections import Counter

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.urls import reverse

from reports.models import Lesson, ShowcaseVersion
from reports.showcase import actions
from residencies.models import Repository, Residency
from residencies.models.states import State
from tests.labportal.test_house import APPS
from tests.metrics.factories import metric, reading
from tests.oversight import trusting
from tests.oversight.barriers import defined, risk
from tests.oversight.factories import budget, contract
from tests.oversight.factories import entry as money
from tests.reports.factories import program, token_for
from tests.reports.showcasing import alum, category, consent, entry, lesson, owner_of, product, proposed, published
from tests.teams.factories import champion, seat, service

pytestmark = pytest.mark.django_db
PUBLIC = ("/showcase/", "/showcase.json", "/showcase.atom", "/sitemap.xml")
ATOM = "{http://www.w3.org/2005/Atom}"


def answers(client, of, reader):
    """Every public answer, and the API's, about one product."""
    pages = [*PUBLIC, reverse("showcase-product", args=[of.reference]), "/showcase/?q=zz", "/showcase.json?phase=graduated"]
    return [client.get(page).content for page in pages] + [
        reader.get(page).content for page in ("/api/v1/showcase", f"/api/v1/showcase/{of.reference}")
    ]


# ── Nothing but the allow list ───────────────────────────────────────────────────────────────

# The columns whose words may be read by anyone, once they were released.
MAY_BE_READ = {
    "residencies.residency.product", "residencies.ministry.name", "residencies.repository.url", "reports.category.name",
    "reports.showcaseentry.summary", "reports.showcaseentry.learned", "reports.showcaseentry.link",
    "reports.showcasecomponent.name", "reports.showcasecomponent.link", "reports.showcasecomponent.text",
    "reports.lesson.text", "reports.lesson.advice", "people.person.name", "community.alumnusplace.role",
}  # fmt: skip
NOT_WORDS = {"reference", "hash", "prev_hash", "search_text", "password", "kind", "state", "code", "topic", "stage", "slug"}
MARK = re.compile(r"zq-([a-z]+)-([a-z]+)-([a-z0-9]+)-(\d+)-zq")


def plant():
    """Write a mark of its own into every text of every row in every table of ours; whatever the database refuses stays as it was."""
    planted = Counter()
    for model in apps.get_models():
        if model._meta.app_label not in APPS or model is ShowcaseVersion:
            continue
        names = [field.name for field in model._meta.concrete_fields if is_text(field)]
        for key in model._base_manager.values_list("pk", flat=True):
            for name in names:
                mark = f"zq-{model._meta.app_label}-{model._meta.model_name}-{name.replace('_', '')}-{key}-zq"
                value = f"https://{mark}.example.org" if isinstance(model._meta.get_field(name), models.URLField) else mark
                try:
                    with transaction.atomic():
                        models.QuerySet(model=model).filter(pk=key).update(**{name: value})
                except IntegrityError:
                    continue
                planted[f"{model._meta.label_lower}.{name}"] += 1
    return planted


def is_text(field):
    plain = isinstance(field, (models.CharField, models.TextField)) and not field.choices and not field.primary_key
    return plain and field.name not in NOT_WORDS and "sha256" not in field.name and (field.max_length or 999) >= 60


def marks_in(contents):
    matches = [match for content in contents for match in MARK.findall(content.decode())]
    columns = {f"{app}.{model}.{name}" for app, model, name, _key in matches}
    return columns, {(f"{app}.{model}", int(key)) for app, model, _name, key in matches}


@pytest.fixture
def full(ops):
    """A graduated product of which everything is on record: its team, money, metrics, barriers, and what it shows."""
    of = product()
    seat(of, by=ops), champion(of, by=ops), service(of, by=ops)
    budget(of, by=ops), money(of, by=ops), contract(of, by=ops)
    defined(of, by=ops), risk(of, by=ops), trusting.plan(of, by=ops), trusting.approval(of, by=ops)
    reading(metric(of, by=ops), by=ops)
    entry(of, by=ops, link="https://farm.example.org/")
    actions.add_component(of, name="Payment form", link="https://github.com/bcgov/payment-form", text="Pays.", by=ops)
    Repository.objects.create(residency=of, url="https://github.com/bcgov/farm-relief")
    lesson(of, text="Hire early.", advice="Start in the first sprint.", is_shared=True, by=ops)
    lesson(of, text="The vendor was late.", by=ops)
    Residency.objects.filter(pk=of.pk).update(
        state=State.GRADUATED, live_on=of.started_on, graduation_due_on=of.started_on, ended_on=of.started_on
    )
    consent(alum(of, by=ops), by=ops)
    alum(of, by=ops, name="Wren Delgado")
    return Residency.objects.select_related("stream", "program_area__ministry").get(pk=of.pk)


def test_no_public_answer_has_a_byte_of_anything_that_isnt_on_the_allow_list(client, ops, full):
    """EL-95: marks in every text of every table, before and after the page was published."""
    planted = plant()
    assert len(planted) > 60
    assert set(planted) >= MAY_BE_READ
    fresh = Residency.objects.select_related("stream", "program_area__ministry").get(pk=full.pk)
    actions.release_version(proposed(fresh, by=ops), by=owner_of(fresh))
    reader = program(token_for(ops)[1])

    labels, rows = marks_in(answers(client, fresh, reader))

    assert labels == MAY_BE_READ
    private = Lesson.objects.get(is_shared=False)
    assert ("reports.lesson", private.pk) not in rows
    named = {key for label, key in rows if label == "people.person"}
    assert len(named) == 1, "only the alum who agreed"


def test_nothing_that_changes_after_publishing_reaches_the_public(client, ops, full):
    version = actions.release_version(proposed(full, by=ops), by=owner_of(full))
    reader = program(token_for(ops)[1])
    before = answers(client, full, reader)
    plant()
    assert answers(client, full, reader) == before
    assert version.is_published


def test_a_page_that_waits_or_was_withdrawn_is_in_no_public_answer(client, ops):
    of = product(product="Quiet Harbour Claims")
    entry(of, by=ops)
    version = proposed(of, by=ops)
    reader = program(token_for(ops)[1])
    assert not [content for content in answers(client, of, reader) if b"Quiet Harbour" in content]
    actions.release_version(version, by=owner_of(of))
    assert len([content for content in answers(client, of, reader) if b"Quiet Harbour" in content]) == 6
    actions.withdraw_version(version, reason="A figure is wrong.", by=ops)
    assert not [content for content in answers(client, of, reader) if b"Quiet Harbour" in content]


# ── The same for everyone, and cheap to ask again ────────────────────────────────────────────


def test_answers_are_the_same_for_everyone_and_set_or_read_no_cookie(client, ops):
    of = published(ops=ops).subject
    pages = [*PUBLIC, reverse("showcase-product", args=[of.reference])]
    anonymous = [client.get(page) for page in pages]
    client.force_login(ops)
    for page, first in zip(pages, anonymous, strict=True):
        response = client.get(page)
        assert response.content == first.content, page
        assert response["ETag"] == first["ETag"]
        assert "Cookie" not in first.get("Vary", "") + response.get("Vary", ""), page
        assert len(first.cookies) == len(response.cookies) == 0
        assert first["Cache-Control"] == "public, no-cache"


def test_asking_again_costs_two_queries_until_something_changes(client, ops, django_assert_num_queries):
    of = published(ops=ops).subject
    pages = [*PUBLIC, reverse("showcase-product", args=[of.reference])]
    tags = {page: client.get(page)["ETag"] for page in pages}
    for page, tag in tags.items():
        with django_assert_num_queries(3 if page == "/sitemap.xml" else 2):  # the site map also names what is beside products
            response = client.get(page, headers={"If-None-Match": tag})
        assert (response.status_code, response.content) == (304, b"")
    published(product(product="Tide Tables"), ops=ops)
    for page, tag in tags.items():
        assert client.get(page, headers={"If-None-Match": tag}).status_code == 200


def test_the_number_of_queries_doesnt_grow_with_the_showcase(client, ops, django_assert_num_queries):
    for number in range(3):
        published(product(product=f"Product {number}"), ops=ops)
    for page, count in (("/showcase/", 5), ("/showcase.json", 5), ("/showcase.atom", 4), ("/sitemap.xml", 5)):
        with django_assert_num_queries(count):
            client.get(page)


# ── Finding products ─────────────────────────────────────────────────────────────────────────


def shown(client, **query):
    return [item["product"] for item in client.get("/showcase.json", query).json()["items"]]


def test_products_are_found_by_words_phase_ministry_and_theme(client, ops):
    farm = product(product="Farm Relief Claims", phase="deliver")
    tide = product(State.PIVOTED, product="Tide Tables")
    published(farm, ops=ops, summary="Growers are paid sooner.")
    published(tide, ops=ops, summary="Boats know the tide.", theme=category("theme", "Land, water and environment"))
    assert shown(client) == ["Farm Relief Claims", "Tide Tables"]
    assert shown(client, q="grow paid") == shown(client, phase="deliver") == ["Farm Relief Claims"]
    assert shown(client, phase="pivoted") == shown(client, theme="Land, water and environment") == ["Tide Tables"]
    assert shown(client, ministry=farm.ministry.name) == ["Farm Relief Claims"]
    assert shown(client, q="rowers") == []
    assert "No products match" in client.get("/showcase/", {"q": "zeppelin"}).content.decode()


@pytest.mark.parametrize("query", [{"page": "x"}, {"page": "99"}, {"phase": "nonsense"}, {"q": "\x00"}, {"theme": "'"}])
def test_odd_addresses_are_answered(client, ops, query):
    published(ops=ops)
    for page in ("/showcase/", "/showcase.json", "/showcase.atom"):
        assert client.get(page, query).status_code == 200


def test_pages_of_the_json_lead_on(client, ops, monkeypatch):
    monkeypatch.setattr("reports.showcase.public.PAGE_SIZE", 1)
    for name in ("Farm Relief Claims", "Tide Tables"):
        published(product(product=name), ops=ops)
    first = client.get("/showcase.json?q=claims").json()
    assert (first["count"], first["next"]) == (1, None)
    first = client.get("/showcase.json").json()
    second = client.get(first["next"].removeprefix("http://127.0.0.1:8000").removeprefix("https://portal.example.org")).json()
    assert [first["items"][0]["product"], second["items"][0]["product"]] == ["Farm Relief Claims", "Tide Tables"]
    assert second["next"] is None


# ── Feeds ────────────────────────────────────────────────────────────────────────────────────


def test_the_feed_is_valid_atom_with_the_newest_first(client, ops):
    for name in ("Farm <Relief> & Claims", "Tide Tables"):
        published(product(product=name), ops=ops)
    response = client.get("/showcase.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(response.content)  # noqa: S314 - our own answer
    assert feed.tag == f"{ATOM}feed"
    assert feed.find(f"{ATOM}updated") is not None
    assert [entry.find(f"{ATOM}title").text for entry in feed.findall(f"{ATOM}entry")] == ["Tide Tables", "Farm <Relief> & Claims"]


def test_the_addresses_of_the_issue_lead_to_the_feeds(client, ops):
    """The issue names `/showcase/` with `.atom` and `.json`."""
    published(ops=ops)
    for name in ("atom", "json"):
        response = client.get(f"/showcase/.{name}?q=farm")
        assert (response.status_code, response["Location"]) == (302, f"/showcase.{name}?q=farm")
        assert f'href="/showcase.{name}"' in client.get("/showcase/").content.decode()
    assert client.get("/showcase.exe").status_code == client.get("/showcase/.exe").status_code == 404


def test_the_site_map_names_every_public_page(client, ops):
    of = published(ops=ops).subject
    locations = re.findall(r"<loc>(.+?)</loc>", client.get("/sitemap.xml").content.decode())
    assert [each.split("/", 3)[3] for each in locations] == ["showcase/", f"showcase/{of.reference}/", "showcase/cases/"]
    assert 'content="index, follow"' in client.get("/showcase/").content.decode()


# ── The API ──────────────────────────────────────────────────────────────────────────────────


def test_the_api_gives_the_fields_of_the_public_json(client, ops):
    of = published(ops=ops).subject
    public = client.get("/showcase.json").json()["items"][0]
    reader = program(token_for(account_without_roles_on(of))[1])
    (listed,) = reader.get("/api/v1/showcase").json()["items"]
    assert listed == reader.get(f"/api/v1/showcase/{of.reference}").json()
    assert {name: value for name, value in public.items() if name not in {"url", "published_at"}} == {
        name: value for name, value in listed.items() if name != "published_at"
    }
    assert reader.get("/api/v1/showcase/XL-2026-999").status_code == 404


def account_without_roles_on(of):
    return owner_of(product(product="Tide Tables"))


def test_a_token_reads_the_lessons_of_its_account_and_its_residency(ops):
    mine, other = product(), product(product="Tide Tables")
    lesson(mine, text="Ours."), lesson(other, text="Theirs."), lesson(other, text="Shared.", is_shared=True)
    owner = owner_of(mine)

    def read(**token):
        return [item["text"] for item in program(token_for(owner, **token)[1]).get("/api/v1/lessons").json()["items"]]

    assert read() == ["Ours.", "Shared."]
    assert read(subject=mine) == ["Ours."]
    items = program(token_for(ops)[1]).get("/api/v1/lessons", {"q": "their"}).json()["items"]
    assert [item["text"] for item in items] == ["Theirs."]
