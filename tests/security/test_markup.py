"""What people type is shown as they typed it, wherever it is shown (D3-1)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.core import mail
from django.db import DatabaseError, models, transaction
from django.urls import reverse
from django.utils.html import escape
from hypothesis import HealthCheck, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from openpyxl import load_workbook

from agreements.drafting import sending
from agreements.models import AgreementVersion
from outbox.delivery.worker import deliver_due
from people.fields import LineField
from people.models import User
from residencies.lifecycle import residency as residency_acts
from residencies.models import ConditionFinding, Question, Residency, Review
from spelling.clean import clean_line
from teams.choices import Employer
from teams.models import Seat
from tests.security.addresses import addresses
from tests.security.expected import FOREIGN_PREFIXES
from tests.security.roles import Visitor
from tests.security.world import World
from web.exports import UNKEEPABLE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

APPS = ("oversight", "people", "residencies", "agreements", "teams")
OURS = {address.name: address for address in addresses() if not address.name.startswith(FOREIGN_PREFIXES)}
# No words of a person: made by us, held to a form of their own, or looked at by their form's own test.
OF_ANOTHER_KIND = {
    "reference",
    "key",
    "slug",
    "password",
    "phase",
    "sign",
    "name_key",
    "sha256",
    "content_sha256",
    "subject_kind",
    "source",
    "referred_to",
    "figures",
}
# Texts that every visitor of the lab's pages must be able to read somewhere; a new page is not asked, a lost one is missed.
MUST_BE_READ = {
    "residencies.Residency.product", "residencies.Residency.problem", "residencies.Ministry.name", "residencies.ProgramArea.name",
    "residencies.Intake.description", "residencies.Intake.for_whom", "residencies.Intake.looked_into", "residencies.Intake.permission",
    "residencies.Intake.funding_source", "residencies.Intake.proposed_team", "residencies.Intake.sponsors",
    "residencies.Condition.case", "residencies.Evidence.title", "residencies.Need.statement", "residencies.Need.impediment",
    "residencies.Question.text", "residencies.Question.answer", "residencies.ConditionFinding.reason",
    "residencies.Conversation.expectation", "residencies.Conversation.raised_by", "oversight.ChecklistItem.note",
    "people.Person.name", "people.Person.title", "people.Person.organisation", "people.Person.phone", "people.User.name",
    "teams.Seat.vendor",
}  # fmt: skip
odd = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zs", "Zl", "Zp"]), min_size=1, max_size=12)


def text_fields() -> list[models.Field]:
    """Every field of ours that holds somebody's own words."""
    return [
        field
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if type(field) in (models.CharField, models.TextField, LineField) and not field.choices and field.name not in OF_ANOTHER_KIND
    ]


FIELDS = {f"{field.model._meta.app_label}.{field.model.__name__}.{field.name}": field for field in text_fields()}
TAGS = {name: f"x{number:03}" for number, name in enumerate(sorted(FIELDS))}


def fill(payload: str) -> dict[str, str]:
    """Write markup into every text field there is, past every form; what was written, by field.

    What triggers and constraints keep as it is stays so, row by row.
    """
    Seat.objects.update(employer=Employer.VENDOR, vendor="A vendor")
    return {name: value for name, field in FIELDS.items() if (value := _fill(name, field, payload))}


def _said(name: str, payload: str) -> str:
    """The text for this field: a line is kept without what nobody sees (K10)."""
    field = FIELDS[name]
    text = f"<{TAGS[name]}>{payload}</b>&amp;\"'"[: field.max_length]
    return field.tidy(text) if isinstance(field, LineField) else text


def _ask_and_decide_again(payload: str) -> dict[str, str]:
    """What triggers keep from the first is written once more: a question and a finding of another round."""
    texts = {name: _said(name, payload) for name in ("residencies.Question.text", "residencies.ConditionFinding.reason")}
    for residency in Residency.objects.exclude(reviews=None):
        first = residency.reviews.earliest("number")
        again = Review.objects.create(residency=residency, number=99, closed_at=first.opened_at, outcome=Review.Outcome.MORE_NEEDED)
        Question.objects.create(review=again, text=texts["residencies.Question.text"], asked_by=User.objects.earliest("pk"))
        ConditionFinding.objects.create(
            review=again, condition=residency.conditions.earliest("number"), verdict="met", reviewer=User.objects.earliest("pk"),
            reason=texts["residencies.ConditionFinding.reason"], sent_at=first.opened_at,
        )  # fmt: skip
    return texts


def _fill(name: str, field: models.Field, payload: str) -> str:
    value = _said(name, payload)
    rows = field.model._default_manager.all()
    written = _update(rows, field, value) or sum(
        _update(rows.filter(pk=pk), field, value) for pk in rows.order_by("-pk").values_list("pk", flat=True)[:20]
    )
    return value if written else ""


def _update(rows: models.QuerySet, field: models.Field, value: str) -> int:
    try:
        with transaction.atomic():
            return rows.order_by().update(**{field.name: value})
    except DatabaseError:
        return 0


class Words(HTMLParser):
    """What a page says, in text and in attributes, and which elements it holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.elements: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.texts += [value for _name, value in attrs if value]

    def handle_data(self, data):
        self.texts.append(data)


def pages(world: World) -> Iterator[tuple[str, Words]]:
    """Every page that opens, as lab operations, as whoever keeps the residency, or as an invited party."""
    urls = [(name, reverse(name, kwargs=world.parts(address, "own"))) for name, address in OURS.items()]
    for name, url in urls:
        for visitor in (Visitor.OPS, Visitor.LEAD, Visitor.OWNER, Visitor.INVITED, Visitor.ADMIN):
            with transaction.atomic():
                answer = world.clients[visitor].get(url)
                transaction.set_rollback(True)
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                yield name, Words(answer.content.decode())
                break


@pytest.mark.thorough
def test_markup_and_odd_letters_are_shown_literally_on_every_page(world):
    """D3-1"""

    @given(odd)
    @example("<script>alert(1)</script>")
    @example("{{ settings.SECRET_KEY }}{% load %}")
    @example("\u202egnp.exe\u200b%(name)s{0.__class__}")
    @examples(max_examples=2, suppress_health_check=list(HealthCheck))
    def holds(payload):
        with transaction.atomic():
            written = _ask_and_decide_again(payload) | fill(payload)
            read: set[str] = set()
            for name, words in pages(world):
                assert not words.elements & {*TAGS.values(), "b"}, f"{name} takes a text for markup"
                page_text = "\n".join(words.texts)
                read |= {field for field, value in written.items() if value.strip() in page_text}
            assert MUST_BE_READ - set(written) == set(), "nothing could be written there"
            assert MUST_BE_READ - read == set(), "nowhere to be read as it was typed"
            transaction.set_rollback(True)

    holds()


@pytest.mark.parametrize("name", ["residency-export", "team-export", "lab-history-export"])
def test_spreadsheets_hold_it_literally(world, name):
    """D3-1"""

    @given(odd)
    @example("\u2060")  # nothing that can be seen
    @examples(max_examples=4, suppress_health_check=list(HealthCheck))
    def holds(payload):
        with transaction.atomic():
            residency = world.residencies["own"]
            person = f"<i>{payload}"
            User.objects.filter(pk=world.accounts[Visitor.OPS].pk).update(name=person)
            Residency.objects.filter(pk=residency.pk).update(product=f"<b>{payload}")
            residency_acts.assign(residency, to=world.accounts[Visitor.LEAD], by=User.objects.get(pk=world.accounts[Visitor.OPS].pk))
            fill_seats(f"<u>{payload}")
            wanted = {UNKEEPABLE.sub("", clean_line(f"<{tag}>{payload}")) for tag in ("b", "u", "i")}
            url = reverse(name, kwargs={**world.parts(OURS[name], "own"), "file_format": "csv"})
            cells = {
                cell for row in csv.reader(io.StringIO(world.clients[Visitor.OPS].get(url).content.decode("utf-8-sig"))) for cell in row
            }
            assert [text for text in wanted if any(text in cell for cell in cells)]
            book = load_workbook(io.BytesIO(world.clients[Visitor.OPS].get(url.replace("csv", "xlsx")).content))
            in_book = {str(cell) for row in book.active.iter_rows(values_only=True) for cell in row}
            assert [text for text in wanted if any(text in cell for cell in in_book)]
            transaction.set_rollback(True)

    holds()


def fill_seats(text: str) -> None:
    Seat.objects.update(vendor=text, employer=Employer.VENDOR)


@pytest.mark.parametrize(
    "payload", ["<script>alert(1)</script>", "{{ settings.SECRET_KEY }}{% load %}", "%(name)s %s {0.__class__} \u202e𝐀"]
)
def test_mail_says_it_literally(world, payload, settings):
    """D3-1, D3-6: in plain text and in HTML, and nothing in it is a placeholder but ours."""
    payload = clean_line(payload)  # names and products hold no direction marks (K10)
    with transaction.atomic():
        residency = world.drafted["own"]
        Residency.objects.filter(pk=residency.pk).update(product=payload)
        version = AgreementVersion.objects.filter(agreement__stream=residency.stream).latest("pk")
        parties = version.agreement.parties.filter(to_at=None)
        apps.get_model("people.Person").objects.filter(pk__in=parties.values("person")).update(name=f"{payload} Lee")
        before = len(mail.outbox)
        sending.circulate(version, shown_revision=version.revision, by=world.accounts[Visitor.OPS])
        deliver_due()
        sent = [message for message in mail.outbox[before:] if payload in message.subject]
        assert all(payload in message.body and settings.SECRET_KEY not in message.body for message in sent)
        to_parties = [message for message in sent if " Lee," in message.body.splitlines()[0]]  # the lab hears of the addresses, too
        assert to_parties
        for message in to_parties:
            assert f"Hello {payload} Lee," in message.body
            assert settings.SECRET_KEY not in message.body
            assert message.content_subtype == "plain"
            ((html, kind),) = message.alternatives
            assert kind == "text/html"
            assert f"Hello {escape(payload)} Lee," in html
            assert settings.SECRET_KEY not in html
            assert "<script" not in html
        transaction.set_rollback(True)
