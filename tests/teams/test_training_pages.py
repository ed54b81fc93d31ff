"""Champions, training and one's own page, in the browser (EL-44, EL-45)."""

import csv
import datetime
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from labportal import home
from oversight.models import ChecklistItem
from residencies.lifecycle.actions import withdraw
from residencies.lifecycle.phases.actions import enter_phase
from residencies.models import Residency
from teams.choices import Answer, ChampionRole
from teams.models import Champion, Course, Expectation, Presence, Training
from teams.sprints.attendance import answer_review
from teams.training.actions import attach_certificate, log_training
from teams.training.catalogue import change_expectation
from teams.training.checklists import EXPECTATIONS, code_of
from tests.actors import ANYONE
from tests.agreements import factories as agreements
from tests.factories import account, person
from tests.oversight.task_rows import tick
from tests.pages import markup
from tests.pdfs import PDF
from tests.residencies.rows import many
from tests.residencies.rows import residency as row
from tests.teams.factories import champion, checked, course, expectation, product_owner, residency, seat, sprinting, training

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 3, 20, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def trail(ops, owner):
    return checked(residency(by=ops, kept_by=owner))


def page(of, name, *args):
    return reverse(name, args=[of.reference, *args])


# ── Champions ────────────────────────────────────────────────────────────────────────────────


def test_a_team_without_champions_is_told_how_to_begin(as_ops, trail):
    """EL-44"""
    shown = markup(as_ops.get(page(trail, "champions")))
    assert "No champions yet" in shown
    assert page(trail, "champion-add") in shown
    assert "This team has no champions yet." in shown


def test_champions_are_named_led_and_marked_on_their_page(as_ops, trail):
    """EL-44"""
    speaks = expectation()
    data = {"who": "new", "name": "Anneke Torvald", "role": "adm", "is_lead": "on", "from_on": "2026-01-05"}
    assert as_ops.post(page(trail, "champion-add"), data).url == page(trail, "champions")
    kofi = champion(trail, name="Kofi Marchbanks", role=ChampionRole.CFO)
    anneke = Champion.objects.get(person__name="Anneke Torvald")
    shown = markup(as_ops.get(page(trail, "champions")))
    assert "Anneke Torvald leads the alliance team." in shown
    assert str(speaks.text) in shown
    assert "Anneke Torvald leads the alliance team now. Kofi Marchbanks will take over." in markup(
        as_ops.get(page(trail, "champion-lead", kofi.pk))
    )
    assert as_ops.post(page(trail, "champion-lead", kofi.pk), {"shown_revision": 1}).status_code == 302
    assert "Kofi Marchbanks leads the alliance team." in markup(as_ops.get(page(trail, "champions")))
    code = f"{code_of(anneke)}{speaks.pk}"
    mark = page(trail, "tick", EXPECTATIONS.code, code)
    fields = {"note": "At the branch meeting", "done_on": TODAY, "shown_revision": 1}
    assert as_ops.post(mark, fields).url == f"{page(trail, 'champions')}#{code}"
    shown = markup(as_ops.get(page(trail, "champions")))
    assert re.search("3 March 2026, recorded by .*: At the branch meeting", shown)
    assert "1 of 3 done" in shown
    done = ChecklistItem.objects.get(code=code)
    undo = page(trail, "task-reopen", done.pk)
    assert as_ops.post(undo, {"reason": "By mistake", "shown_revision": done.revision}).url == f"{page(trail, 'champions')}#{code}"
    assert "At the branch meeting" not in markup(as_ops.get(page(trail, "champions")))
    not_expected = page(trail, "tick", EXPECTATIONS.code, f"{code_of(kofi)}{speaks.pk}")
    assert as_ops.post(not_expected, fields).status_code == 404


def test_people_of_the_agreement_are_offered_before_anybody_looks_for_them(as_ops, ops):
    """EL-44: each once, and nobody who is a champion already or signs for the lab."""
    version = agreements.circulated(by=ops)
    trail = version.agreement.subject
    sides = {invitation.party.role.side: invitation.party.person for invitation in agreements.to_sign(version)}
    offered = lambda: as_ops.get(page(trail, "champion-add")).context["form"].fields["person"].picker.people
    assert sides["program"] in offered()
    assert sides["lab"] not in offered()
    data = {"who": "known", "person": sides["program"].pk, "role": "adm", "from_on": "2026-01-05"}
    assert as_ops.post(page(trail, "champion-add"), data).status_code == 302
    assert sides["program"] not in offered()


def test_what_is_expected_no_longer_is_not_asked_and_what_was_done_stays(as_ops, trail, ops):
    """EL-44"""
    first, second = champion(trail), champion(trail)
    speaks = expectation()
    words = speaks.text
    tick(trail, EXPECTATIONS, f"{code_of(first)}{speaks.pk}", by=ops)
    change_expectation(speaks, is_current=False, text="Speaks up.", shown_revision=1, by=ANYONE)
    shown = markup(as_ops.get(page(trail, "champions")))
    assert shown.count(f">{words}</a>") == 1
    assert "Speaks up." not in shown
    assert second.role == first.role


def test_an_ended_residency_shows_who_stood_behind_it_and_takes_no_changes(as_ops, trail, ops):
    """EL-44"""
    champion(trail, name="Anneke Torvald")
    Residency.objects.filter(pk=trail.pk).update(state="draft")
    withdraw(Residency.objects.get(pk=trail.pk), reason="No money this year", by=ops)
    shown = markup(as_ops.get(page(trail, "champions")))
    assert "Anneke Torvald" in shown
    assert "Name a champion" not in shown
    assert "Still missing" not in shown


# ── Training ─────────────────────────────────────────────────────────────────────────────────


def test_several_people_are_logged_in_one_press_and_what_was_typed_stays_on_a_refusal(as_ops, trail):
    """EL-44, EL-45"""
    anneke, kofi = champion(trail, name="Anneke Torvald").person, seat(trail, name="Kofi Marchbanks").person
    leaders = course()
    shown = markup(as_ops.get(page(trail, "training")))
    assert "Kofi Marchbanks, Developer" in shown
    assert 'value="2026-03-03"' in shown
    data = {"course": leaders.pk, "finished_on": "2026-03-04", "people": [anneke.pk, kofi.pk], "who": "open", "given_by": "Digital Academy"}
    refused = as_ops.post(page(trail, "training-log"), data)
    assert refused.status_code == 409
    assert "That date is in the future." in markup(refused)
    assert 'value="Digital Academy"' in markup(refused)
    assert as_ops.post(page(trail, "training-log"), data | {"finished_on": "2026-03-02"}).url == page(trail, "training")
    assert Training.objects.count() == 2
    shown = markup(as_ops.get(page(trail, "training")))
    assert "3 of 3 hours" in shown
    assert "2 March 2026, 3 hours, Digital Academy" in shown
    nobody = as_ops.post(page(trail, "training-log"), {"course": leaders.pk, "finished_on": "2026-03-02", "who": "open"})
    assert "Tick who took the course, or choose someone else." in markup(nobody)


def test_only_those_of_the_team_are_ticked(as_ops, trail):
    """A smuggled key logs nothing."""
    stranger = person()
    champion(trail)
    data = {"course": course().pk, "finished_on": "2026-03-02", "people": [stranger.pk], "who": "open"}
    assert as_ops.post(page(trail, "training-log"), data).status_code == 200
    assert not Training.objects.exists()


def test_a_certificate_is_kept_and_given_out_as_a_download(as_ops, trail, ops, client):
    """EL-45, D3-14"""
    entry = training(trail, person=product_owner(trail).person)
    url = page(trail, "certificate", entry.pk)
    both = {"shown_revision": 1, "certified_on": "2026-03-02", "certificate_url": "https://example.org/1"}
    assert "not both" in markup(as_ops.post(url, {**both, "file": SimpleUploadedFile("it.pdf", PDF)}))
    wrong = as_ops.post(url, {"shown_revision": 1, "certified_on": "2026-03-02", "file": SimpleUploadedFile("it.pdf", b"MZ")})
    assert wrong.status_code == 409
    sent = {"shown_revision": 1, "certified_on": "2026-03-02", "file": SimpleUploadedFile("it.pdf", PDF)}
    assert as_ops.post(url, sent).status_code == 302
    assert "Certificate, 2 March 2026" in markup(as_ops.get(page(trail, "training")))
    download = reverse("certificate-file", args=[entry.pk])
    answer = as_ops.get(download)
    assert b"".join(answer) == PDF
    assert answer["Content-Disposition"] == 'attachment; filename="it.pdf"'
    assert answer["Content-Security-Policy"].startswith("sandbox")
    mine = account()
    entry.person.user = mine
    entry.person.save()
    client.force_login(mine)
    assert client.get(download).status_code == 200, "one's own"
    client.force_login(account())
    assert client.get(download).status_code == 404, "somebody else's"


def test_an_entry_is_taken_out_on_its_page(as_ops, trail):
    """EL-44"""
    entry = training(trail)
    assert as_ops.post(page(trail, "training-strike", entry.pk), {"reason": "Twice", "shown_revision": 1}).status_code == 302
    assert not Training.objects.current().exists()


@pytest.mark.parametrize(("role", "may"), [("lab_lead", True), ("viewer", False)])
def test_the_lab_logs_and_others_read(client, trail, role, may):
    champion(trail)
    client.force_login(account(role))
    assert ("Log training" in markup(client.get(page(trail, "training")))) == may
    data = {"course": course().pk, "finished_on": "2026-03-02", "who": "new", "name": "Yuki Penhallow"}
    assert client.post(page(trail, "training-log"), data).status_code == (302 if may else 403)


# ── Over the lab ─────────────────────────────────────────────────────────────────────────────


def test_training_over_the_lab_by_person_residency_course_and_year(as_ops, trail, ops):
    """EL-44, EL-45"""
    other = residency(by=ops, product="Herring Counts")
    entry = training(trail, person=person(name="Kofi Marchbanks"))
    attach_certificate(entry, url="https://example.org/1", certified_on=TODAY, shown_revision=1, by=ops)
    training(other, finished_on=datetime.date(2025, 3, 31))
    training(other, course=course("Agile fundamentals"))
    shown = lambda **asked: len(as_ops.get(reverse("lab-training"), asked).context["table"].data.data)
    assert shown() == 3
    assert shown(who="kofi march") == 1
    assert shown(q="herring") == 2
    assert shown(kind="agile") == 1
    assert shown(course=course().pk) == 2
    assert shown(certificate="on") == 1
    assert (shown(year="2025"), shown(year="2024"), shown(year="soon")) == (2, 1, 3)
    counted = as_ops.get(reverse("lab-training")).context["counted"]
    assert [(entry.name, entry.people, entry.hours) for entry in counted] == [
        ("Agile fundamentals", 1, 7), ("What leaders do for an Agile team", 1, 3),
    ]  # fmt: skip
    rows = list(
        csv.reader(io.StringIO(as_ops.get(reverse("lab-training-export", args=["csv"]), {"who": "kofi"}).content.decode("utf-8-sig")))
    )
    assert rows[1][1:6:2] == ["Kofi Marchbanks", "What leaders do for an Agile team", "3.0"]
    assert as_ops.get(reverse("lab-training-export", args=["xlsx"])).status_code == 200


def test_leaders_who_lack_the_most_come_first_and_can_be_filtered(as_ops, trail, ops):
    """EL-44"""
    ended = residency(by=ops)
    champion(ended)
    withdraw(ended, reason="No money this year", by=ops)
    late = row("live", product="Herring Counts")
    done = champion(trail, person=training(trail).person)
    half = champion(late, role=ChampionRole.ED, person=training(late, course=course()).person)
    none = champion(late, role=ChampionRole.CIO)
    shown = lambda **asked: [c.pk for c in as_ops.get(reverse("lab-leaders"), asked).context["table"].data.data]
    assert shown() == [none.pk, half.pk, done.pk]
    assert shown(missing="open") == [none.pk, half.pk]
    assert shown(missing="near") == shown(missing="none") == [none.pk]
    assert shown(missing="done") == [done.pk]
    assert shown(q="herring", role="ed") == [half.pk]
    rows = list(csv.reader(io.StringIO(as_ops.get(reverse("lab-leaders-export", args=["csv"])).content.decode("utf-8-sig"))))
    assert [[float(cell) for cell in row[6:]] for row in rows[1:]] == [[7, 0, 7], [7, 3, 4], [3, 3, 0]]


def test_home_says_who_has_to_learn_before_the_product_is_live(as_ops, trail, ops):
    """EL-44, EL-45: one line for all leaders, one for each product owner."""
    champion(trail, name="Anneke Torvald")
    owner = product_owner(trail, agile_trained_on=None)
    titles = lambda: [line.title for line in home.lines_for(ops, TODAY).values() if line.verb.startswith("Arrange")]
    assert titles() == ["Product owner without Agile training"], "of leaders not before the deliver phase"
    enter_phase(trail, "deliver", on=TODAY, note="The beta is near.", by=ops)
    assert "1 leader of a live or nearly live product has no lab training" in titles()
    log_training(trail, course=course("Agile fundamentals"), finished_on=TODAY, people=[owner.person, *leaders_of(trail)], by=ops)
    assert titles() == []


def leaders_of(trail):
    return [row.person for row in Champion.objects.filter(team__stream=trail.stream_id).select_related("person")]


# ── One's own page ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def mine():
    """An account without a role, and the person who owns it."""
    user = account(name="Anneke Torvald")
    return user, person(name="Anneke Torvald", user=user)


def test_my_lab_says_what_i_sign_am_invited_to_learnt_and_attended(client, ops, mine):
    """EL-44"""
    user, anneke = mine
    version = agreements.circulated(by=ops)
    invitation = agreements.to_sign(version)[0]
    type(invitation.party).objects.filter(pk=invitation.party.pk).update(person=anneke)
    trail = version.agreement.subject
    champion(trail, person=anneke, is_lead=True)
    sprint = sprinting(trail)[0]
    training(trail, person=anneke)
    client.force_login(user)
    response = client.get(reverse("my-lab"))
    shown = markup(response)
    assert reverse("sign", args=[invitation.pk]) in shown
    assert "Waiting for signature" in shown
    assert sprint.when in shown
    assert "What leaders do for an Agile team" in shown
    assert "alliance lead" in shown
    assert "3 of 14" in shown
    answer = reverse("my-answer", args=[sprint.pk])
    assert client.post(answer, {"answer": "delegate"}).status_code == 200
    assert client.post(answer, {"answer": "delegate", "delegate": "Kofi Marchbanks"}).url == reverse("my-lab")
    assert "Sending Kofi Marchbanks" in markup(client.get(reverse("my-lab")))
    assert Presence.objects.get().person == anneke


def test_nobody_answers_for_somebody_else(client, trail, ops):
    """EL-51, D4"""
    champion(trail)
    sprint = sprinting(trail)[0]
    client.force_login(ops)
    assert client.get(reverse("my-answer", args=[sprint.pk])).status_code == 404
    assert client.post(reverse("my-answer", args=[sprint.pk]), {"answer": "comes"}).status_code == 404
    assert not Presence.objects.exists()


def test_an_account_that_nobody_knows_of_is_told_what_to_do(client):
    client.force_login(account())
    assert "Nothing here yet" in markup(client.get(reverse("my-lab")))


def test_the_lab_sees_the_same_about_anybody_and_others_about_nobody(client, trail, ops, owner):
    """EL-44"""
    anneke = champion(trail, name="Anneke Torvald").person
    answer_review(sprinting(trail)[0], anneke, answer=Answer.CANNOT, by=ANYONE)
    url = reverse("person-lab", args=[anneke.pk])
    client.force_login(ops)
    shown = markup(client.get(url))
    assert "Not attending" in shown
    assert reverse("my-answer", args=[sprinting(trail)[0].pk]) not in shown
    assert url in markup(client.get(reverse("person", args=[anneke.pk])))
    client.force_login(owner)
    assert client.get(url).status_code == 403


# ── What it costs ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("size", [1, 12])
@pytest.mark.parametrize(
    ("name", "asked"), [("champions", 10), ("training", 11), ("lab-training", 7), ("lab-leaders", 8), ("person-lab", 13)]
)
def test_more_of_everything_costs_no_more_queries(as_ops, trail, ops, name, asked, size, django_assert_num_queries):
    """EL-44"""
    anneke = person()
    expectation()
    for number in range(size):
        of = row("in_residence", product=f"Product {number}")
        champion(of, person=anneke, by=ops)
        leader = champion(trail, by=ops)
        for day in (1, 2):
            training(trail, person=leader.person, finished_on=datetime.date(2026, 3, day), by=ops)
        training(of, person=anneke, finished_on=datetime.date(2026, 2, number + 1), by=ops)
        speaks = Expectation.objects.filter(role="adm").first()
        tick(trail, EXPECTATIONS, f"{code_of(leader)}{speaks.pk}", by=ops)
    sprinting(trail)
    url = reverse(name, args={"person-lab": [anneke.pk], "lab-training": [], "lab-leaders": []}.get(name, [trail.reference]))
    as_ops.get(url)
    with django_assert_num_queries(asked):
        as_ops.get(url)


def test_a_large_lab_costs_the_lists_no_more_queries(as_ops, django_assert_max_num_queries):
    """EL-44: at 2,000 residencies what it is at none."""
    many(2_000)
    with django_assert_max_num_queries(9):
        as_ops.get(reverse("lab-leaders"), {"missing": "open"})
    with django_assert_max_num_queries(9):
        as_ops.get(reverse("lab-training"))


# ── Administration ───────────────────────────────────────────────────────────────────────────


def test_an_administrator_keeps_courses_and_expectations_through_the_acts(client, administrator):
    """EL-44, EL-45"""
    speaks, leaders = expectation(), course()
    client.force_login(administrator)
    new = {"name": "Writing plainly", "kind": "craft", "usual_hours": "3.5", "is_offered": "on"}
    assert client.post(reverse("admin:teams_course_add"), new).status_code == 302
    assert Course.objects.get(name="Writing plainly").usual_hours == 3.5
    client.post(reverse("admin:teams_course_add"), new | {"name": "writing plainly"})
    assert Course.objects.filter(name__iexact="writing plainly").count() == 1
    url = reverse("admin:teams_course_change", args=[leaders.pk])
    client.post(url, {"name": leaders.name, "kind": leaders.kind, "usual_hours": "4", "shown_revision": 1})
    leaders.refresh_from_db()
    assert (leaders.usual_hours, leaders.is_offered) == (4, False)
    url = reverse("admin:teams_expectation_change", args=[speaks.pk])
    client.post(url, {"role": speaks.role, "position": 1, "text": "Speaks for the team.", "is_current": "on", "shown_revision": 7})
    speaks.refresh_from_db()
    assert speaks.text != "Speaks for the team.", "it was stale"
    client.post(reverse("admin:teams_expectation_add"), {"role": "cfo", "position": 4, "text": "Meets the team.", "is_current": "on"})
    assert Expectation.objects.filter(role="cfo", text="Meets the team.").exists()
