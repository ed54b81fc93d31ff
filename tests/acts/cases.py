"""Acts on case studies."""

from __future__ import annotations

from functools import partial

from acts.act import SYSTEM
from partnerships.cases import actions, starting
from partnerships.cases.queries import text_sha256
from partnerships.models import CaseStudy
from tests.acts import Act, scenario
from tests.factories import account
from tests.partnerships import factories as make

HERE = "partnerships.cases.actions"


@scenario(f"{HERE}.add_case")
def add_case() -> Act:
    return partial(actions.add_case, title="Shared space in Picton", leaves=["colocation_space"], by=account("lab_ops"), **make.TEXT)


@scenario(f"{HERE}.draft_case")
def draft_case() -> Act:
    return partial(actions.draft_case, make.operating(), by=account("lab_ops"))


@scenario(f"{HERE}.edit_case")
def edit_case() -> Act:
    row = make.drafted()
    fields = {"results": "Open five days a week.", "themes": ["security"]}
    return partial(actions.edit_case, row, shown_revision=row.revision, by=account("lab_ops"), **fields)


@scenario(f"{HERE}.add_figure")
def add_figure() -> Act:
    return partial(actions.add_figure, make.drafted(), label="Clients", value="110", source="Records", by=account("lab_ops"))


@scenario(f"{HERE}.remove_figure")
def remove_figure() -> Act:
    row = actions.add_figure(make.drafted(), label="Clients", value="110", source="Records", by=account("lab_ops"))
    return partial(actions.remove_figure, row, number=1, shown_sha256=text_sha256(row), by=account("lab_ops"))


@scenario(f"{HERE}.update_figures")
def update_figures() -> Act:
    row = make.drafted()
    make.service(make.site(row.partnership, chosen=True, name="Library"))
    CaseStudy.objects.filter(pk=row.pk).update(
        figures=[{"label": "Median wait", "value": "9", "unit": "minutes", "source": "Waits", "url": "/partnerships/"}]
    )
    return partial(actions.update_figures, row, by=account("lab_ops"))


@scenario(f"{HERE}.ask_partners")
def ask_partners() -> Act:
    return partial(actions.ask_partners, make.drafted(), by=account("lab_ops"))


@scenario(f"{HERE}.answer_case")
def answer_case() -> Act:
    consent = make.asked(make.drafted(make.case()))[0]  # without a board: one of those who try is its coordinator
    fields = {"answer": "case_changes", "comment": "Say that rent is shared.", "shown_sha256": consent.text_sha256}
    return partial(actions.answer_case, consent, **fields, by=make.by_case_link(consent))


@scenario(f"{HERE}.publish_case")
def publish_case() -> Act:
    row = make.drafted()
    make.agreed(make.asked(row))
    return partial(actions.publish_case, row, shown_sha256=text_sha256(row), by=account("lab_ops"))


@scenario(f"{HERE}.withdraw_case")
def withdraw_case() -> Act:
    return partial(actions.withdraw_case, make.published_case().case, reason="A figure is wrong.", by=account("lab_ops"))


@scenario("partnerships.cases.starting.start_like")
def start_like() -> Act:
    make.guidance()
    by = account("lab_ops")
    return partial(starting.start_like, make.case_study(), name="Joint counter in Trenton", lead=by, by=by)


@scenario(f"{HERE}.load_cases")
def load_cases() -> Act:
    return partial(actions.load_cases, by=SYSTEM)
