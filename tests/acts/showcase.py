"""Acts on the showcase and on lessons."""

from functools import partial

from django.utils import timezone

from acts.act import SYSTEM
from reports.lessons import actions as lessons
from reports.links import actions as links
from reports.links.fetch import Answer
from reports.models import Category
from reports.showcase import actions
from reports.showcase.queries import fields_of, sha256_of
from residencies.models.states import State
from tests.acts import Act, scenario
from tests.factories import account
from tests.reports import showcasing


@scenario("reports.showcase.actions.edit_entry")
def edit_entry() -> Act:
    return partial(actions.edit_entry, showcasing.product(), shown_revision=0, summary="It pays sooner.", by=account("lab_ops"))


@scenario("reports.showcase.actions.add_component")
def add_component() -> Act:
    fields = {"name": "Payment form", "link": "https://github.com/bcgov/payment-form"}
    return partial(actions.add_component, showcasing.product(), **fields, by=account("lab_ops"))


@scenario("reports.showcase.actions.remove_component")
def remove_component() -> Act:
    component = add_component()()
    return partial(actions.remove_component, component, by=account("lab_ops"))


@scenario("reports.showcase.actions.record_consent")
def record_consent() -> Act:
    place = showcasing.alum(showcasing.product(State.GRADUATED))
    return partial(actions.record_consent, place, agreed_on=timezone.localdate(), how="By email.", by=account("lab_ops"))


@scenario("reports.showcase.actions.end_consent")
def end_consent() -> Act:
    return partial(actions.end_consent, showcasing.consent(showcasing.alum(showcasing.product(State.GRADUATED))), by=account("lab_ops"))


@scenario("reports.showcase.actions.propose_version")
def propose_version() -> Act:
    of = showcasing.product()
    showcasing.entry(of)
    return partial(actions.propose_version, of, shown_sha256=sha256_of(fields_of([of])[of.stream_id]), by=account("lab_ops"))


@scenario("reports.showcase.actions.release_version")
def release_version() -> Act:
    of = showcasing.product()
    showcasing.entry(of)
    version = showcasing.proposed(of, by=showcasing.owner_of(of))
    return partial(actions.release_version, version, by=account("lab_ops"))


@scenario("reports.showcase.actions.withdraw_version")
def withdraw_version() -> Act:
    return partial(actions.withdraw_version, showcasing.published(), reason="A figure is wrong.", by=account("lab_ops"))


@scenario("reports.links.actions.record_answer")
def record_answer() -> Act:
    """A link that failed yesterday fails again."""
    link = showcasing.failed_link()
    return partial(links.record_answer, link, Answer("status", 404), by=SYSTEM)


@scenario("reports.lessons.actions.install_standard_categories")
def install_standard_categories() -> Act:
    return partial(lessons.install_standard_categories, by=SYSTEM)


@scenario("reports.lessons.actions.add_category")
def add_category() -> Act:
    return partial(lessons.add_category, kind=Category.Kind.LESSON, name="Hiring", by=account("admin"))


@scenario("reports.lessons.actions.edit_category")
def edit_category() -> Act:
    row = showcasing.category()
    return partial(lessons.edit_category, row, shown_revision=row.revision, name="People", by=account("admin"))


@scenario("reports.lessons.actions.record_lesson")
def record_lesson() -> Act:
    fields = {"category": showcasing.category(), "text": "Hire early."}
    return partial(lessons.record_lesson, showcasing.product(), **fields, by=account("lab_ops"))


@scenario("reports.lessons.actions.edit_lesson")
def edit_lesson() -> Act:
    row = showcasing.lesson()
    return partial(lessons.edit_lesson, row, shown_revision=row.revision, text="Hire much earlier.", by=row.recorded_by)


@scenario("reports.lessons.actions.promote_lesson")
def promote_lesson() -> Act:
    row = showcasing.lesson()
    return partial(lessons.promote_lesson, row, is_guidance=True, shown_revision=row.revision, by=account("lab_ops"))
