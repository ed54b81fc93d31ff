"""Acts on training, certificates, what is expected of champions and who leads them."""

import datetime
from decimal import Decimal
from functools import partial

from acts.act import SYSTEM
from teams.choices import CourseKind, TeamRole
from teams.training import actions, catalogue
from tests.acts import Act, scenario
from tests.factories import account, person
from tests.pdfs import PDF
from tests.teams.factories import champion, checked, course, expectation, residency, seat, training

ON = datetime.date(2026, 3, 2)


@scenario("teams.training.actions.hand_lead")
def hand_lead() -> Act:
    of = residency()
    champion(of, is_lead=True)
    row = champion(of)
    return partial(actions.hand_lead, row, shown_revision=row.revision, by=account("lab_ops"))


@scenario("teams.training.actions.log_training")
def log_training() -> Act:
    """A product owner's course in Agile, which settles a role check too."""
    of = checked(residency())
    owner = seat(of, role=TeamRole.PRODUCT_OWNER)
    fields = {"course": course("Agile fundamentals"), "finished_on": ON, "people": [owner.person, person()], "name": "Yuki Penhallow"}
    return partial(actions.log_training, of, **fields, by=account("lab_ops"))


@scenario("teams.training.actions.attach_certificate")
def attach_certificate() -> Act:
    entry = training(residency())
    fields = {"name": "it.pdf", "content": PDF, "certified_on": ON}
    return partial(actions.attach_certificate, entry, **fields, shown_revision=entry.revision, by=account("lab_ops"))


@scenario("teams.training.actions.cancel_training")
def cancel_training() -> Act:
    entry = training(residency())
    return partial(actions.cancel_training, entry, reason="Another day.", shown_revision=entry.revision, by=account("lab_ops"))


@scenario("teams.training.catalogue.install_standard_training")
def install_standard_training() -> Act:
    return partial(catalogue.install_standard_training, by=SYSTEM)


@scenario("teams.training.catalogue.add_course")
def add_course() -> Act:
    fields = {"name": "Writing plainly", "kind": CourseKind.CRAFT, "usual_hours": Decimal(3)}
    return partial(catalogue.add_course, **fields, by=account("admin"))


@scenario("teams.training.catalogue.change_course")
def change_course() -> Act:
    row = course()
    return partial(catalogue.change_course, row, is_offered=False, shown_revision=row.revision, by=account("admin"))


@scenario("teams.training.catalogue.add_expectation")
def add_expectation() -> Act:
    return partial(catalogue.add_expectation, role="cfo", position=4, text="Meets the team once a quarter.", by=account("admin"))


@scenario("teams.training.catalogue.change_expectation")
def change_expectation() -> Act:
    row = expectation()
    return partial(catalogue.change_expectation, row, text="Speaks for the team.", shown_revision=row.revision, by=account("admin"))
