"""Pages of a subject about its money, tasks and barriers, and the pages over all subjects."""

from django.urls import include, path

from oversight.checklists import views as checklists
from oversight.money import views as money

MONEY = [
    path("", money.money, name="money"),
    path("<int:year>/budget/", money.budget, name="money-budget"),
    path("<int:year>/other-funding/", money.other_funding, name="money-fund"),
    path("<int:year>/confirmation/", money.confirm, name="money-confirm"),
    path("entries/add/", money.add, name="money-add"),
    path("entries/<int:entry>/correct/", money.correct, name="money-correct"),
    path("entries/<int:entry>/remove/", money.remove, name="money-remove"),
    path("who-pays/<slug:item>/", money.payer, name="money-payer"),
    path("contracts/add/", money.add_contract, name="contract-add"),
    path("contracts/<int:contract>/", money.contract, name="contract"),
    path("contracts/<int:contract>/remove/", money.remove_contract, name="contract-remove"),
    path("import/", money.import_money, name="money-import"),
    path("money.<str:file_format>", money.export_money, name="money-export"),
]

TASKS = [
    path("", checklists.tasks, name="tasks"),
    path("lists/<int:checklist>/add/", checklists.add, name="task-add"),
    path("<int:task>/", checklists.task, name="task"),
    path("<int:task>/plan/", checklists.plan, name="task-plan"),
    path("<int:task>/begin/", checklists.begin, name="task-begin"),
    path("<int:task>/done/", checklists.complete, name="task-done"),
    path("<int:task>/not-applicable/", checklists.dismiss, name="task-dismiss"),
    path("<int:task>/reopen/", checklists.reopen, name="task-reopen"),
    path("<int:task>/evidence/add/", checklists.add_evidence, name="task-evidence-add"),
    path("<int:task>/evidence/<int:evidence>/", checklists.evidence, name="task-evidence"),
    path("<int:task>/evidence/<int:evidence>/withdraw/", checklists.withdraw_evidence, name="task-evidence-withdraw"),
]

urlpatterns = [
    path("<subject:reference>/money/", include(MONEY)),
    path("<subject:reference>/tasks/", include(TASKS)),
]
