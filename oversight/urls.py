"""URLs of what stands on a subject, such as money, tasks and status reports, and of the lab-wide pages."""

from django.urls import include, path

from oversight.barriers import lists as barrier_lists
from oversight.barriers import risk_views
from oversight.barriers import views as barriers
from oversight.bodies import views as bodies
from oversight.checklists import views as checklists
from oversight.documents import views as documents
from oversight.followups import views as followups
from oversight.money import views as money
from oversight.status import answer_views as status_answers
from oversight.status import lists as status_lists
from oversight.status import views as status
from oversight.trust import views as trust

SUBJECT_BARRIERS = [
    path("", barriers.barriers, name="barriers"),
    path("raise/", barriers.raise_barrier, name="barrier-raise"),
    path("risks/add/", risk_views.add, name="risk-add"),
]

ALL_BARRIERS = [
    path("", barrier_lists.barriers, name="barrier-list"),
    path("barriers.<str:file_format>", barrier_lists.export_barriers, name="barrier-export"),
    path("levels/", barrier_lists.levels, name="barrier-levels"),
    path("levels/<int:level>/", barrier_lists.in_tray, name="barrier-tray"),
    path("systemic/", barrier_lists.systemic, name="barriers-systemic"),
    path("systemic/raise/<int:category>/<int:level>/", barriers.group, name="barriers-group"),
    path("risks/", barrier_lists.risks, name="risk-list"),
    path("risks/<int:risk>/", risk_views.risk, name="risk"),
    path("risks/<int:risk>/edit/", risk_views.edit, name="risk-edit"),
    path("risks/<int:risk>/owner/", risk_views.assign, name="risk-assign"),
    path("risks/<int:risk>/rate/", risk_views.rate, name="risk-rate"),
    path("risks/<int:risk>/close/", risk_views.close, name="risk-close"),
    path("<int:barrier>/", barriers.barrier, name="barrier"),
    path("<int:barrier>/describe/", barriers.describe, name="barrier-describe"),
    path("<int:barrier>/owner/", barriers.assign, name="barrier-assign"),
    path("<int:barrier>/move/", barriers.move, name="barrier-move"),
    path("<int:barrier>/close/", barriers.close, name="barrier-close"),
    path("<int:barrier>/reopen/", barriers.reopen, name="barrier-reopen"),
]

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
    path("ticks/<slug:checklist>/<slug:code>/", checklists.tick, name="tick"),
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

DOCUMENTS = [
    path("", documents.documents, name="documents"),
    path("<int:number>/", documents.document, name="document"),
    path("<int:number>/pdf/", documents.pdf, name="document-pdf"),
    path("<int:number>/seal/", documents.seal, name="document-seal"),
]

SUBJECT_STATUS = [
    path("", status.status, name="status"),
    path("write/", status.write, name="status-write"),
    path("plan/", status.plan, name="status-plan"),
    path("<int:report>/", status.report, name="status-report"),
    path("<int:report>/changes/", status.changes, name="status-changes"),
    path("<int:report>/edit/", status.edit, name="status-edit"),
    path("<int:report>/facts/", status.refresh, name="status-facts"),
    path("<int:report>/send/", status.send, name="status-send"),
    path("<int:report>/discard/", status.discard, name="status-discard"),
    path("<int:report>/questions/add/", status.ask, name="status-ask"),
    path("<int:report>/questions/<int:question>/remove/", status.withdraw_question, name="status-question-remove"),
    path("<int:report>/decisions/add/", status.want, name="status-decision-add"),
    path("<int:report>/decisions/<int:decision>/remove/", status.remove_decision, name="status-decision-remove"),
]

ALL_STATUS = [
    path("reports/", status_lists.statuses, name="status-list"),
    path("decisions/", status_lists.decisions, name="decision-list"),
    path("decisions/<int:decision>/", status_answers.decision, name="decision"),
    path("decisions/<int:decision>/answer/", status_answers.answer, name="decision-answer"),
    path("decisions/<int:decision>/answers/<int:answer>/correct/", status_answers.correct_answer, name="decision-correct"),
    path("questions/<int:question>/", status_answers.question, name="status-question"),
]

TRUST = [
    path("", trust.trust, name="trust"),
    path("vision/", trust.vision, name="trust-vision"),
    path("decisions/", trust.decisions, name="trust-decisions"),
    path("approvals/add/", trust.add_approval, name="approval-add"),
    path("approvals/<int:approval>/", trust.edit_approval, name="approval-edit"),
    path("approvals/<int:approval>/resolve/", trust.resolve_approval, name="approval-resolve"),
    path("openness/add/", trust.add_plan, name="openness-add"),
    path("openness/<int:plan>/", trust.plan, name="openness-plan"),
    path("openness/<int:plan>/edit/", trust.edit_plan, name="openness-edit"),
    path("openness/<int:plan>/review/", trust.review_plan, name="openness-review"),
    path("openness/<int:plan>/close/", trust.close_plan, name="openness-close"),
]

BODIES = [
    path("", bodies.bodies, name="bodies"),
    path("add/", bodies.add, name="body-add"),
    path("<int:pk>/", bodies.body, name="body"),
    path("<int:pk>/edit/", bodies.edit, name="body-edit"),
    path("<int:pk>/members/add/", bodies.add_seat, name="body-seat-add"),
    path("members/<int:pk>/end/", bodies.end_seat, name="body-seat-end"),
]

FOLLOW_UPS = [
    path("<int:follow_up>/", followups.follow_up, name="follow-up"),
    path("<int:follow_up>/answer/", followups.enter, name="follow-up-enter"),
    path("<int:follow_up>/contact/", followups.contact, name="follow-up-contact"),
]

urlpatterns = [
    path("<subject:reference>/money/", include(MONEY)),
    path("<subject:reference>/tasks/", include(TASKS)),
    path("<subject:reference>/barriers/", include(SUBJECT_BARRIERS)),
    path("<subject:reference>/documents/", include(DOCUMENTS)),
    path("<subject:reference>/status/", include(SUBJECT_STATUS)),
    path("<subject:reference>/trust/", include(TRUST)),
    path("<subject:reference>/follow-ups/", include(FOLLOW_UPS)),
    path("f/<str:token>", followups.answer, name="follow-up-answer"),
    path("f/<str:token>/answered", followups.answered, name="follow-up-answered"),
    path("barriers/", include(ALL_BARRIERS)),
    path("status/", include(ALL_STATUS)),  # mails name these addresses; /status/ itself is the system page (labportal/urls.py)
    path("q/<str:token>", status_answers.answer_by_link, name="status-answer"),
    path("q/<str:token>/answered", status_answers.answered, name="status-answered"),
    path("people/bodies/", include(BODIES)),
]
