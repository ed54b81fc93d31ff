"""Products in the showcase, and lessons, for tests."""

import datetime

from django.utils import timezone

from acts.act import SYSTEM
from community.models import Alumnus, AlumnusPlace
from reports.lessons.actions import record_lesson
from reports.links.actions import record_answer
from reports.links.fetch import Answer
from reports.models import Category, OutsideLink, ShowcaseEntry, ShowcaseVersion
from reports.showcase import actions
from reports.showcase.queries import fields_of, sha256_of
from residencies.models import Residency
from residencies.models.states import State
from tests.community.factories import alumnus
from tests.factories import account
from tests.residencies.rows import residency

SUMMARY = "Growers get their first payment after a flood in nine days."


def category(kind=Category.Kind.LESSON, name="Hiring"):
    return Category.objects.get_or_create(kind=kind, name=name)[0]


def product(state=State.IN_RESIDENCE, *, kept_by=None, product="Farm Relief Claims", **fields):
    """A residency that has started, kept by a product owner."""
    today = timezone.localdate()
    fields = {"started_on": today - datetime.timedelta(days=90), **fields}
    row = residency(state, kept_by=kept_by or account("product_owner"), product=product, **fields)
    return Residency.objects.select_related("stream", "program_area__ministry").get(pk=row.pk)


def entry(of, *, by=None, **changes):
    """What a team says about its product; everything that is needed to release it."""
    theme = category(Category.Kind.THEME, "Business and work")
    facts = {"summary": SUMMARY, "learned": "Start with the payment, not with the form.", "theme": theme, **changes}
    return actions.edit_entry(of, shown_revision=0, by=by or account("lab_ops"), **facts)


def owner_of(of):
    return of.memberships.get(to_at=None).user


def proposed(of, *, by):
    return actions.propose_version(of, shown_sha256=sha256_of(fields_of([of])[of.stream_id]), by=by)


def published(of=None, *, ops=None, **changes):
    """A version that lab operations released first and then the product owner."""
    of = of or product()
    ops = ops or account("lab_ops")
    if not hasattr(of.stream, "showcase_entry"):
        entry(of, by=ops, **changes)
    return actions.release_version(proposed(of, by=ops), by=owner_of(of))


def lesson(of=None, *, by=None, **facts):
    of = of or product()
    facts = {"category": category(), "text": "Hire the site reliability engineer before the beta.", **facts}
    return record_lesson(of, **facts, by=by or account("lab_ops"))


def alum(of, *, by=None, **who):
    """A place of someone who graduated with the residency: Idris Vale, unless `who` says otherwise."""
    who = alumnus(of=of, by=by, **({"name": "Idris Vale"} | who if "person" not in who else who))
    return AlumnusPlace.objects.select_related("alumnus__person", "residency__stream").get(alumnus=who, residency=of)


def consent(place, *, by=None):
    return actions.record_consent(place, agreed_on=timezone.localdate(), how="By email.", by=by or account("lab_ops"))


def in_the_showcase(of, *, by, owner):
    """Whatever can be in the showcase, in any state of the residency: a component, an alum, a consent, a lesson, and a published version."""
    actions.add_component(of, name="Payment form", link="https://github.com/bcgov/payment-form", by=by)
    theme = category(Category.Kind.THEME, "Business and work")
    ShowcaseEntry.objects.filter(stream=of.stream).update(summary=SUMMARY, theme=theme)
    place = AlumnusPlace.objects.create(alumnus=Alumnus.objects.latest("pk"), residency=of)
    consent(place, by=by)
    now = timezone.now()
    waiting_row(of, by=by, owner_by=owner, owner_at=now, from_at=now)
    # By someone who isn't asked about in the matrix; the event names the version's hash, too.
    return lesson(of, is_shared=False)


def waiting_row(of, *, by, **columns):
    """A version that lab operations released, by its row alone; published if `columns` say so."""
    fields = fields_of([of])[of.stream_id]
    own = {name: fields[name] for name in ("reference", "product", "ministry", "stage", "theme")}
    return ShowcaseVersion.objects.create(
        stream=of.stream, number=1, fields=fields, fields_sha256=sha256_of(fields), search_text="", proposed_on=timezone.localdate(),
        lab_by=by, lab_at=timezone.now(), **own, **columns,
    )  # fmt: skip


def failed_link(of=None, *, days=1, url="https://github.com/bcgov/payment-form"):
    """A link that failed some days ago for the first time."""
    of = of or product()
    today = timezone.localdate()
    return OutsideLink.objects.create(
        stream=of.stream, url=url, host="github.com", code="status", status=404, failed_on=today - datetime.timedelta(days=days),
        checked_at=timezone.now() - datetime.timedelta(days=days),
    )  # fmt: skip


def dead_link(of=None):
    """A link that is on a product's page and failed on two days."""
    of = of or product()
    component = actions.add_component(of, name="Payment form", link="https://github.com/bcgov/payment-form", by=account("lab_ops"))
    return record_answer(failed_link(of, url=component.link), Answer("status", 404), by=SYSTEM)
