"""Case studies: drafted from a partnership's record, agreed to by each partner, and published as they were then (SP-08, PB-43, PB-44)."""

import datetime
import re

import pytest
from django.core import mail as sent
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.act import SYSTEM
from findings import Refused
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from oversight.models import ChecklistItem
from partnerships.cases import actions, rules, starting
from partnerships.cases.queries import fields_of, text_sha256
from partnerships.models import CaseConsent, CaseStudy, CaseVersion, Partner, Partnership, StartingPoint
from people.actions import person_of
from tests.factories import account, person
from tests.metrics.factories import metric, reading
from tests.pages import text
from tests.partnerships import factories as make

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def ops():
    return account("lab_ops", name="Noor Castellane")


def fresh(case):
    return CaseStudy.objects.select_related("partnership__stream", "partnership__lead").get(pk=case.pk)


def codes(refused):
    return {finding.code for finding in refused.value.findings}


# ── Drafting ─────────────────────────────────────────────────────────────────────────────────


def test_a_draft_carries_objectives_partners_sites_and_the_latest_figures_each_with_its_source(client, ops):
    """PB-43: "draft from partnership" carries objectives and latest figures, each with its source row."""
    of = make.operating(by=ops)
    office = make.site(of, chosen=True, name="Library", community="Picton", place="remote", by=ops)
    day = timezone.localdate() - datetime.timedelta(days=3)
    make.import_waits(office, make.waits_file([("Passports", day, minutes, 10, True) for minutes in (2, 4, 6, 8, 10, 12)]), by=ops)
    measure = metric(of, name="Share of clients served on the same day", by=ops)
    reading(measure, by=ops, value=81)

    case = actions.draft_case(of, by=ops)

    assert case.results == ""
    assert case.objectives.splitlines()[0] == make.WORDS["purpose"]
    assert f"For clients: {make.WORDS['value_clients']}" in case.objectives
    assert case.background == make.WORDS["problem"]
    names = [row.organization.name for row in of.partners.filter(left_on=None).order_by("pk")]
    assert case.partners.splitlines() == names
    assert "Library, Picton" in case.place
    assert case.leaves.split() == ["promotion_informal"]
    assert set(case.levels.split()) == {"municipal", "provincial"}
    by_label = {figure["label"]: figure for figure in case.figures}
    assert (by_label["Median wait"]["value"], by_label["Median wait"]["unit"]) == ("7", "minutes")
    assert by_label["Clients"]["value"] == "6"
    assert by_label["Share of clients served on the same day"]["value"] == "81"
    client.force_login(ops)
    for figure in case.figures:
        assert client.get(figure["url"]).status_code == 200, figure
    page = text(client.get(case.get_absolute_url()))
    assert "Waits at Library, last 12 months" in page
    assert "The results are missing." in page


def test_figures_of_fewer_than_five_clients_are_not_carried(ops):
    of = make.operating(by=ops)
    make.service(make.site(of, chosen=True, name="Library", by=ops), by=ops)
    assert actions.draft_case(of, by=ops).figures == []


def test_a_second_draft_of_a_partnership_is_refused(ops):
    case = make.drafted(by=ops)
    with pytest.raises(Refused) as refused:
        actions.draft_case(case.partnership, by=ops)
    assert codes(refused) == {"case-drafted"}


def test_the_latest_figures_replace_those_taken_before_and_keep_those_added_by_hand(ops):
    of = make.operating(by=ops)
    measure = metric(of, by=ops)
    reading(measure, by=ops, value=40, on=timezone.localdate() - datetime.timedelta(days=5))
    case = actions.draft_case(of, by=ops)
    case = actions.add_figure(case, label="Round trip", value="1,200", unit="km", source="Map", by=ops)
    reading(measure, by=ops, value=35, on=timezone.localdate())

    case = actions.update_figures(case, by=ops)

    assert [(figure["value"], figure["source"][:3]) for figure in case.figures] == [("35", "Rea"), ("1,200", "Map")]


def test_a_figure_is_removed_from_the_list_that_was_shown(ops):
    case = make.case_study(by=ops)
    shown = text_sha256(case)
    later = actions.add_figure(case, label="Clients", value="110", source="Records", by=ops)
    with pytest.raises(Refused) as refused:
        actions.remove_figure(later, number=1, shown_sha256=shown, by=ops)
    assert codes(refused) == {"case-text-changed"}
    with pytest.raises(Refused) as refused:
        actions.add_figure(later, label="Clients", value="110", source=" ", by=ops)
    assert codes(refused) == {"case-figure-incomplete"}
    with pytest.raises(Refused) as refused:
        actions.add_figure(later, label="Clients", value="110", source="Records", url="javascript:alert(1)", by=ops)
    assert codes(refused) == {"unsafe-link"}
    assert actions.remove_figure(later, number=1, shown_sha256=text_sha256(later), by=ops).figures == []
    with pytest.raises(Refused) as refused:
        actions.remove_figure(fresh(case), number=1, shown_sha256=text_sha256(fresh(case)), by=ops)
    assert codes(refused) == {"case-no-figure"}


# ── What is missing ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lacks", "expected"), [("objectives", "case-no-objectives"), ("results", "case-no-results"), ("background", "case-no-background")]
)
def test_a_case_that_is_too_thin_is_refused_with_what_is_missing(ops, lacks, expected):
    case = make.case_study(by=ops, **{lacks: ""})
    with pytest.raises(Refused) as refused:
        actions.publish_case(case, shown_sha256=text_sha256(case), by=ops)
    assert codes(refused) == {expected}
    assert not CaseVersion.objects.exists()


def test_an_example_needs_only_its_background_and_is_shown_beside_its_model(client, ops):
    """PB-44"""
    make.guidance()
    version = make.published_case(
        by=ops, kind="example", title="Host sites announce visits", background="Notices.", objectives="", results="", next_steps="",
        leaves=["promotion_informal"],
    )  # fmt: skip
    client.force_login(ops)
    for model in ("promotion_informal", "promotion"):
        assert "Host sites announce visits" in text(client.get(reverse("guidance-model", args=[model])))
    assert "Host sites announce visits" not in text(client.get(reverse("guidance-model", args=["outreach"])))
    assert "Host sites announce visits" in text(Client().get(reverse("showcase-case", args=[version.code])))


def test_contact_details_and_names_of_people_are_refused(ops):
    of = make.operating(by=ops)
    make.partner(of, level="federal", person=person(name="Ines Halvorsen"), by=ops)
    case = make.drafted(of, by=ops)
    case = actions.edit_case(
        case, shown_revision=case.revision, results="Ines Halvorsen opened it. Write to office@example.org.", by=ops
    )  # fmt: skip
    missing = {finding.code for finding in rules.missing(fields_of(case), ["Ines Halvorsen"])}
    assert missing == {"case-contact", "case-names"}
    with pytest.raises(Refused) as refused:
        actions.publish_case(case, shown_sha256=text_sha256(case), by=ops)
    assert {"case-contact", "case-names", "case-not-agreed"} == codes(refused)


# ── The partners' answers ────────────────────────────────────────────────────────────────────


def test_every_partner_agrees_to_the_text_as_it_is_and_a_later_edit_asks_again(ops):
    """SP-08: consent is recorded for each partner, to these very words."""
    consents = make.asked(by=ops)
    case = fresh(consents[0].case)
    assert len(consents) == 2
    make.agreed(consents[:1])
    with pytest.raises(Refused) as refused:
        actions.publish_case(case, shown_sha256=text_sha256(case), by=ops)
    assert codes(refused) == {"case-not-agreed"}
    make.agreed(consents[1:])

    case = actions.edit_case(fresh(case), shown_revision=fresh(case).revision, results="Open five days a week.", by=ops)
    with pytest.raises(Refused) as refused:
        actions.publish_case(case, shown_sha256=text_sha256(case), by=ops)
    assert codes(refused) == {"case-not-agreed"}

    make.agreed(actions.ask_partners(case, by=ops))
    version = actions.publish_case(fresh(case), shown_sha256=text_sha256(fresh(case)), by=ops)
    assert version.fields["results"] == "Open five days a week."
    assert fresh(case).state == "published"
    call_command("verify_records")


def test_a_partner_answers_from_the_email_without_an_account(client, ops):
    consent = make.asked(by=ops)[0]
    message = Message.objects.get(occasion="partnership-case-to-read", person=consent.person)
    assert consent.case.title in message.subject
    page = reverse("case-by-link", args=[make.case_link_of(consent)])
    shown = client.get(page)
    assert "Clients are served in one place." in text(shown)
    assert "example.org" not in re.sub(r"mailto:\S+", "", text(shown).replace(consent.partner.organization.name, ""))
    sha = consent.text_sha256
    incomplete = client.post(page, {"answer": "case_changes", "comment": "", "shown_sha256": sha})
    assert "What to change is missing." in text(incomplete)
    client.post(page, {"answer": "case_changes", "comment": "Say that rent is shared.", "shown_sha256": sha})
    consent.refresh_from_db()
    assert (consent.answer, consent.comment, consent.answered_name) == ("case_changes", "Say that rent is shared.", consent.person.name)
    assert "Your answer is recorded: Asked for changes" in text(client.get(page))
    client.post(page, {"answer": "case_agreed", "shown_sha256": sha})
    consent.refresh_from_db()
    assert (consent.answer, consent.comment) == ("case_agreed", "")


def test_a_link_shows_nothing_of_a_later_text_and_answers_nothing_about_it(client, ops):
    consent = make.asked(by=ops)[0]
    page = reverse("case-by-link", args=[make.case_link_of(consent)])
    case = fresh(consent.case)
    actions.edit_case(case, shown_revision=case.revision, results="Something only staff know.", by=ops)
    assert "Something only staff know." not in text(client.get(page))
    answer = client.post(page, {"answer": "case_agreed", "shown_sha256": text_sha256(fresh(case))})
    assert answer.status_code == 409
    consent.refresh_from_db()
    assert consent.answer == ""


def test_a_link_expires_and_answers_for_its_own_partner_alone(client, ops):
    first, second = make.asked(by=ops)
    token = make.case_link_of(first)
    with pytest.raises(PermissionDenied):
        actions.answer_case(second, answer="case_agreed", shown_sha256=second.text_sha256, by=make.by_case_link(first))
    first.links.update(expires_on=timezone.localdate() - datetime.timedelta(days=1))
    assert client.get(reverse("case-by-link", args=[token])).status_code == 404
    assert client.get(reverse("case-by-link", args=["x" * 43])).status_code == 404


def test_a_coordinator_with_an_account_answers_for_their_own_partner_alone(client, ops):
    of = make.operating(by=ops)
    owner = account("product_owner", name="Wren Delgado")
    own = make.partner(of, level="federal", person=person_of(owner, by=SYSTEM), by=ops)
    consents = {row.partner_id: row for row in make.asked(make.drafted(of, by=ops), by=ops)}
    client.force_login(owner)
    case = fresh(consents[own.pk].case)
    assert "Answer for your organization" in text(client.get(case.get_absolute_url()))
    page = reverse("case-answer", args=[case.pk, consents[own.pk].pk])
    done = client.post(page, {"answer": "case_agreed", "shown_sha256": text_sha256(case)}, follow=True)
    assert "Your answer was sent." in text(done)
    other = next(row for key, row in consents.items() if key != own.pk)
    assert client.get(reverse("case-answer", args=[case.pk, other.pk])).status_code == 403


def test_nobody_publishes_for_the_office_what_they_agreed_to_for_a_partner(ops):
    """OP-03"""
    of = make.operating(by=ops)
    make.partner(of, level="federal", person=person_of(ops, by=SYSTEM), by=ops)
    case = make.drafted(of, by=ops)
    make.agreed(actions.ask_partners(case, by=ops))
    signed_in_later = type(ops).objects.get(pk=ops.pk)
    with pytest.raises(PermissionDenied):
        actions.publish_case(fresh(case), shown_sha256=text_sha256(fresh(case)), by=signed_in_later)
    other = account("lab_ops")
    assert actions.publish_case(fresh(case), shown_sha256=text_sha256(fresh(case)), by=other).number == 1


def test_a_partner_without_a_coordinator_cannot_be_asked(ops):
    case = make.drafted(by=ops)
    partner = case.partnership.partners.earliest("pk")
    make.lifecycle.set_coordinator(partner, person=None, by=ops)
    with pytest.raises(Refused) as refused:
        actions.ask_partners(case, by=ops)
    assert codes(refused) == {"case-no-coordinator"}
    assert not CaseConsent.objects.exists()


def test_a_case_without_results_is_not_sent_to_partners(ops):
    case = actions.draft_case(make.operating(by=ops), by=ops)
    with pytest.raises(Refused) as refused:
        actions.ask_partners(case, by=ops)
    assert codes(refused) == {"case-no-results"}


def test_a_case_of_an_ended_partnership_is_still_written_and_published(ops):
    of = make.lifecycle.end_partnership(make.wound_up(by=ops), on=timezone.localdate(), reason="Over.", by=ops)
    case = make.drafted(of, by=ops)
    make.agreed(actions.ask_partners(case, by=ops))
    assert actions.publish_case(fresh(case), shown_sha256=text_sha256(fresh(case)), by=ops).number == 1


# ── Publishing ───────────────────────────────────────────────────────────────────────────────


def test_what_is_published_stays_as_it_was_until_it_is_published_again(client, ops):
    version = make.published_case(by=ops, title="Shared space in Picton")
    case = fresh(version.case)
    page = reverse("showcase-case", args=[version.code])
    case = actions.edit_case(case, shown_revision=case.revision, results="Closed again.", by=ops)
    assert "Closed again." not in text(client.get(page))
    client.force_login(ops)
    assert "Changed since published" in text(client.get(case.get_absolute_url()))
    actions.publish_case(case, shown_sha256=text_sha256(case), by=ops)
    assert "Closed again." in text(Client().get(page))
    with pytest.raises(Refused) as refused:
        actions.publish_case(fresh(case), shown_sha256=text_sha256(case), by=ops)
    assert codes(refused) == {"case-unchanged"}
    assert [(row.number, row.to_at is None) for row in case.versions.all()] == [(1, False), (2, True)]


def test_the_text_that_was_shown_is_the_text_that_is_published(ops):
    case = make.case_study(by=ops)
    shown = text_sha256(case)
    case = actions.edit_case(case, shown_revision=case.revision, results="Something else.", by=ops)
    with pytest.raises(Refused) as refused:
        actions.publish_case(case, shown_sha256=shown, by=ops)
    assert codes(refused) == {"case-text-changed"}


def test_a_withdrawn_case_is_gone_from_every_public_page_at_once(client, ops):
    version = make.published_case(by=ops, title="Quiet Harbour", kind="example")
    pages = ("/showcase/cases/", "/showcase/cases.json", "/showcase/cases.atom", "/sitemap.xml", f"/showcase/cases/{version.code}/")
    marks = (b"Quiet Harbour", version.code.encode())
    assert all(any(mark in client.get(page).content for mark in marks) for page in pages)
    with pytest.raises(Refused) as refused:
        actions.withdraw_case(version.case, reason=" ", by=ops)
    assert codes(refused) == {"no-reason"}
    actions.withdraw_case(version.case, reason="A figure is wrong.", by=ops)
    assert not any(any(mark in client.get(page).content for mark in marks) for page in pages)
    assert client.get(pages[-1]).status_code == 404
    with pytest.raises(Refused) as refused:
        actions.withdraw_case(version.case, reason="Again.", by=ops)
    assert codes(refused) == {"case-not-published"}


def test_the_database_refuses_to_change_or_delete_what_was_published(ops):
    version = make.published_case(by=ops)
    for change in ({"fields": {}}, {"title": "x"}, {"search_text": "x"}, {"leaves": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CaseVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseVersion.objects.filter(pk=version.pk)._raw_delete(CaseVersion.objects.db)


def test_draft_texts_are_in_no_public_answer(client, ops):
    make.case_study(by=ops, title="Only a draft", background="Secret words.")
    make.published_case(by=ops)
    for page in ("/showcase/cases/", "/showcase/cases.json", "/showcase/cases.atom", "/sitemap.xml"):
        body = client.get(page).content
        assert b"Only a draft" not in body
        assert b"Secret words" not in body


def test_public_answers_hold_the_allow_list_alone_and_no_address_of_a_source(client, ops):
    of = make.operating(by=ops)
    reading(metric(of, by=ops), by=ops)
    case = make.drafted(of, by=ops)
    make.agreed(actions.ask_partners(case, by=ops))
    version = actions.publish_case(fresh(case), shown_sha256=text_sha256(fresh(case)), by=ops)
    item = client.get("/showcase/cases.json").json()["items"][0]
    assert set(item) == {*rules.ALLOWED, "version", "published_at", "url"}
    assert all(set(figure) == set(rules.ALLOWED_IN["figures"]) for figure in item["figures"])
    assert of.reference not in client.get(f"/showcase/cases/{version.code}/").content.decode()


def test_public_answers_can_be_cached_and_are_asked_again_cheaply(client, ops, django_assert_num_queries):
    make.published_case(by=ops)
    answer = client.get("/showcase/cases/")
    assert answer["Cache-Control"] == "public, no-cache"
    with django_assert_num_queries(1):
        again = client.get("/showcase/cases/", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


# ── Finding them ─────────────────────────────────────────────────────────────────────────────


def test_cases_are_found_by_model_theme_level_and_kind_of_community(client, ops):
    make.published_case(
        by=ops, title="Island", leaves=["outreach_virtual"], themes=["security"], levels=["federal"], communities=["remote"]
    )
    make.published_case(by=ops, title="Town hall", leaves=["colocation_space"], themes=["finance"], levels=["crown"], communities=["urban"])
    client.force_login(ops)
    for home in ("/partnerships/cases/", "/showcase/cases/"):
        for query in ("model=outreach", "model=outreach_virtual", "theme=security", "level=federal", "community=remote", "q=isl"):
            page = text(client.get(f"{home}?{query}"))
            assert "Island" in page, (home, query)
            assert "Town hall" not in page, (home, query)


def test_search_finds_a_case_by_its_words(client, ops):
    make.published_case(by=ops, title="Video on Grand Manan")
    client.force_login(ops)
    assert "Video on Grand Manan" in text(client.get("/search/?q=manan"))


def test_product_owners_read_published_cases_and_no_drafts(client, ops):
    make.published_case(by=ops, title="Open to all")
    make.case_study(by=ops, title="Still a draft")
    client.force_login(account("product_owner"))
    page = text(client.get("/partnerships/cases/"))
    assert "Open to all" in page
    assert "Still a draft" not in page


def test_home_says_what_a_case_waits_for(client, ops):
    consents = make.asked(by=ops)
    client.force_login(ops)
    home = lambda: text(client.get("/?whose=everyone"))
    assert "Partners haven’t answered about the case study" in home()
    make.agreed(consents)
    assert "Every partner agreed to the case study" in home()


# ── Loading ──────────────────────────────────────────────────────────────────────────────────


def test_the_twelve_of_the_playbook_load_once(ops):
    """PB-43: 12 rows, 11 cases and one example; the two shells and Ottawa aren't published."""
    loaded = actions.load_cases(by=SYSTEM)
    rows = {row.code: row for row in CaseStudy.objects.all()}
    assert len(rows) == 12
    assert [row.code for row in rows.values() if row.kind == "example"] == ["birth-registration-ontario"]
    unpublished = {code for code, row in rows.items() if row.state != "published"}
    assert unpublished == {"ottawa-city-hall", "new-brunswick-municipal-payments", "seniors-benefit-payments"}
    assert rows["vehicle-insurance-north"].leaves == ""
    assert (loaded.added, loaded.unpublished) == (12, 3)
    again = actions.load_cases(by=SYSTEM)
    assert (again.added, again.changed, again.left) == (0, 0, 0)
    assert CaseVersion.objects.count() == 9


@pytest.mark.parametrize(
    ("code", "lacks"),
    [
        ("ottawa-city-hall", {"case-no-objectives", "case-no-results"}),
        ("new-brunswick-municipal-payments", {"case-no-background", "case-no-objectives", "case-no-results"}),
        ("seniors-benefit-payments", {"case-no-background", "case-no-objectives", "case-no-results"}),
    ],
)
def test_publishing_ottawa_or_a_shell_is_refused_with_what_is_missing(client, ops, code, lacks):
    actions.load_cases(by=SYSTEM)
    case = CaseStudy.objects.get(code=code)
    with pytest.raises(Refused) as refused:
        actions.publish_case(case, shown_sha256=text_sha256(case), by=ops)
    assert codes(refused) == lacks
    client.force_login(ops)
    page = text(client.get(case.get_absolute_url()))
    assert all(str(finding.message) in page for finding in refused.value.findings)


def test_loading_leaves_what_was_changed_by_hand_and_doesnt_publish_again_what_was_withdrawn(ops):
    actions.load_cases(by=SYSTEM)
    picton, nain = (CaseStudy.objects.get(code=code) for code in ("picton", "nain"))
    actions.edit_case(picton, shown_revision=picton.revision, status="Closed.", by=ops)
    actions.withdraw_case(nain, reason="Out of date.", by=ops)
    loaded = actions.load_cases(by=SYSTEM)
    assert (loaded.changed, loaded.left) == (0, 1)
    assert (fresh(picton).status, fresh(nain).state) == ("Closed.", "withdrawn")


def test_the_command_loads_them_with_the_guidance(capsys):
    call_command("load_guidance")
    assert "Case studies: added 12, changed 0, left 0" in capsys.readouterr().out
    assert sent.outbox == []


# ── Rules ────────────────────────────────────────────────────────────────────────────────────


def test_a_next_step_may_begin_with_its_date():
    assert rules.steps("2027-03-31 Final evaluation\nTrain staff") == [
        {"on": "2027-03-31", "text": "Final evaluation"}, {"on": "", "text": "Train staff"},
    ]  # fmt: skip
    assert rules.wrong_days("2027-02-30 Final evaluation\n2027-03-31 Review") == ["2027-02-30"]


def test_a_next_step_on_a_day_that_no_calendar_has_is_refused(ops):
    case = make.case_study(by=ops)
    with pytest.raises(Refused) as refused:
        actions.edit_case(case, shown_revision=case.revision, next_steps="2027-02-30 Review", by=ops)
    assert codes(refused) == {"case-step-day"}


@given(st.text(max_size=200))
def test_no_text_of_next_steps_is_lost(typed):
    shown = " ".join(f"{step['on']} {step['text']}" for step in rules.steps(typed))
    assert sum(map(str.isalnum, shown)) >= sum(map(str.isalnum, " ".join(rules.lines(typed)))) - 2 * len(rules.lines(typed))


def test_the_address_of_a_case_never_changes(ops):
    first, second = (make.case_study(title="Joint counter", by=ops) for _ in range(2))
    assert (first.code, second.code) == ("joint-counter", "joint-counter-2")
    assert actions.edit_case(first, shown_revision=first.revision, title="Another title", by=ops).code == "joint-counter"


# ── Starting one like it ─────────────────────────────────────────────────────────────────────


def test_one_started_like_a_case_has_its_model_and_practices_and_nobodys_name(client, ops):
    """PB-06: a draft with its subtype and practices, no partners' contacts, exploring."""
    make.guidance()
    case = make.published_case(by=ops, title="Shared space in Picton", communities=["rural"]).case
    client.force_login(ops)
    page = reverse("case-start", args=[case.pk])
    assert "Co-location, shared space" in text(client.get(page))
    shown = text(client.post(page, {"name": "Shared space in Trenton"}, follow=True))
    row = Partnership.objects.get(name="Shared space in Trenton")
    assert row.state == "exploring"
    assert row.lead == ops
    assert not row.partners.exists()
    assert not row.arrangements.exists()
    assert row.starting_point.planned_leaves == ["colocation_space"]
    assert row.starting_point.planned_places == ["rural"]
    items = ChecklistItem.objects.filter(checklist__stream=row.stream)
    assert items.filter(code="C24").exists()
    assert not items.filter(owner__isnull=False).exists()
    assert not items.filter(due_on__isnull=False).exclude(checklist__code="partnering").exists()
    assert "Started like" in shown
    assert "Plan this arrangement" in shown


def test_one_started_like_a_partnership_copies_its_pattern_without_people_dates_or_measures(ops):
    make.guidance()
    of = make.operating(by=ops)
    reading(metric(of, by=ops), by=ops)
    agreement = make.agreement_in_force(of, until="2030-01-01", by=ops).agreement

    row = starting.start_like(of, name="Referrals in Trenton", lead=None, by=ops)

    point = row.starting_point
    assert (point.leaves, point.places) == ("promotion_informal", "rural")
    assert point.template == agreement.template_version.template
    assert (row.lead, row.board, row.review_on, row.note) == (None, None, None, "")
    assert not any(
        (row.partners.exists(), row.sites.exists(), row.arrangements.exists(), row.criteria.exists(), row.stream.metrics.exists())
    )
    copied = set(ChecklistItem.objects.filter(checklist__stream=row.stream).values_list("code", flat=True))
    assert copied == set(ChecklistItem.objects.filter(checklist__stream=of.stream).values_list("code", flat=True))


def test_one_started_like_a_case_without_a_model_has_only_the_steps_of_the_process(ops):
    make.guidance()
    row = starting.start_like(make.case_study(by=ops, leaves=[]), name="Insurance in Stewart", lead=ops, by=ops)
    assert row.starting_point.planned_leaves == []
    assert set(ChecklistItem.objects.filter(checklist__stream=row.stream).values_list("checklist__code", flat=True)) == {"partnering"}


def test_a_name_is_needed_to_start_one_like_it(ops):
    with pytest.raises(Refused) as refused:
        starting.start_like(make.case_study(by=ops), name=" ", lead=ops, by=ops)
    assert codes(refused) == {"partnership-no-name"}
    assert not StartingPoint.objects.exists()


def test_whatever_else_a_frozen_version_held_would_not_be_read():
    figure = {"label": "Clients", "value": "110", "unit": "", "source": "Records", "url": "/partnerships/SP-2026-001/"}
    shown = rules.public({"title": "Picton", "editors_note": "Ask first.", "figures": [figure], "next_steps": []})
    assert set(shown) == {"title", "figures", "next_steps"}
    assert "url" not in shown["figures"][0]


# ── Reminders ────────────────────────────────────────────────────────────────────────────────────


def test_a_partner_that_has_not_answered_is_reminded_twice_with_a_link_of_its_own(ops, time_machine):
    """SP-08, EL-60, EL-61: after two weeks and four, and never again for the same request."""
    asked = make.asked(by=ops)
    Partner.objects.update(joined_on=timezone.localdate() - 100 * DAY)
    first, second = asked
    make.agreed([first])
    start = timezone.now()
    for days in (13, 14, 15, 28, 29, 30, 60):
        time_machine.move_to(start + days * DAY)
        sweep(), sweep()
    messages = Message.objects.filter(occasion="partnership-case-waiting")
    assert {message.person_id for message in messages} == {second.person_id}
    after = [(due_on - timezone.localdate(start)).days for due_on in messages.order_by("due_on").values_list("due_on", flat=True)]
    assert len(after) == 2
    assert after[0] in (14, 15, 16), "on the first working day of the partner"
    assert after[1] in (28, 29, 30)


def test_a_reminder_about_a_text_that_has_changed_does_not_leave(ops, time_machine):
    """SP-08: the link would lead to another text than the one that was asked about."""
    asked = make.asked(by=ops)
    Partner.objects.update(joined_on=timezone.localdate() - 100 * DAY)
    time_machine.move_to(timezone.now() + 16 * DAY)
    sweep()
    waiting = Message.objects.filter(occasion="partnership-case-waiting")
    assert waiting.count() == len(asked)
    case = CaseStudy.objects.get(pk=asked[0].case_id)
    actions.edit_case(case, results="Something else.", shown_revision=case.revision, by=ops)
    deliver_due()
    assert not [letter for letter in sent.outbox if "Reminder: please read" in letter.subject]
    assert set(waiting.values_list("state", flat=True)) == {"cancelled"}
