"""Acts on a subject's tasks."""

from functools import partial

from django.utils import timezone

from acts.act import SYSTEM
from oversight.checklists import actions
from oversight.models import TaskEvidence
from tests.acts import Act, scenario
from tests.factories import account, person
from tests.oversight.task_rows import LINK, checklist, task
from tests.residencies.rows import residency


@scenario("oversight.checklists.actions.add_task")
def add_task() -> Act:
    fields = {"text": "Renew the hosting contract", "owner": person(), "due_on": timezone.localdate()}
    return partial(actions.add_task, checklist(residency("in_residence")), **fields, by=account("lab_ops"))


@scenario("oversight.checklists.actions.make_leaving_lists")
def make_leaving_lists() -> Act:
    residency("live", graduation_due_on=timezone.localdate())
    return partial(actions.make_leaving_lists, by=SYSTEM)


@scenario("oversight.checklists.actions.plan_task")
def plan_task() -> Act:
    item = task(residency("in_residence", started_on=timezone.localdate()))
    fields = {"owner": person(), "due_on": timezone.localdate(), "note": "Ask the branch."}
    return partial(actions.plan_task, item, **fields, shown_revision=item.revision, by=account("lab_ops"))


@scenario("oversight.checklists.actions.begin_task")
def begin_task() -> Act:
    return partial(actions.begin_task, task(residency("in_residence")), by=account("lab_ops"))


@scenario("oversight.checklists.actions.complete_task")
def complete_task() -> Act:
    item = task(residency("in_residence"), "pia")
    fields = {"done_on": timezone.localdate(), "url": LINK, "shown_revision": item.revision}
    return partial(actions.complete_task, item, **fields, by=account("lab_ops"))


@scenario("oversight.checklists.actions.dismiss_task")
def dismiss_task() -> Act:
    item = task(residency("in_residence"))
    return partial(actions.dismiss_task, item, reason="No one is seconded.", shown_revision=item.revision, by=account("lab_ops"))


@scenario("oversight.checklists.actions.reopen_task")
def reopen_task() -> Act:
    item = task(residency("in_residence"), state="done", done_on=timezone.localdate())
    return partial(actions.reopen_task, item, reason="A vendor changed.", shown_revision=item.revision, by=account("lab_ops"))


@scenario("oversight.checklists.actions.add_evidence")
def add_evidence() -> Act:
    return partial(actions.add_evidence, task(residency("in_residence"), "pia"), url=LINK, by=account("lab_ops"))


@scenario("oversight.checklists.actions.withdraw_evidence")
def withdraw_evidence() -> Act:
    row = TaskEvidence.objects.create(item=task(residency("in_residence"), "pia"), url=LINK)
    return partial(actions.withdraw_evidence, row, by=account("lab_ops"))
