from django.urls import URLPattern, path

from residencies.rules import CONDITIONS
from residencies.views import clocks, evidence, history, intake, lists, mail, moves, review, workspace

LISTS: list[URLPattern] = [
    path("", lists.residency_list, name="residency-list"),
    path("export.<slug:file_format>", lists.residency_export, name="residency-export"),
]
_BY_REFERENCE = "<str:reference>"

INTAKE: list[URLPattern] = [
    path("start/", intake.start, name="intake-start"),
    path(f"{_BY_REFERENCE}/intake/", intake.intake, name="intake"),
    path(f"{_BY_REFERENCE}/intake/area/", intake.area_step, name="intake-area"),
    path(f"{_BY_REFERENCE}/intake/problem/", intake.problem_step, name="intake-problem"),
    path(f"{_BY_REFERENCE}/intake/people/", intake.people_step, name="intake-people"),
    path(f"{_BY_REFERENCE}/intake/check/", intake.check, name="intake-check"),
    path(f"{_BY_REFERENCE}/intake/questions/", intake.questions, name="intake-questions"),
    path(f"{_BY_REFERENCE}/intake/questions/<int:pk>/", intake.answer, name="intake-answer"),
    path(f"{_BY_REFERENCE}/intake/share/", intake.share, name="intake-share"),
    path(f"{_BY_REFERENCE}/intake/share/<int:pk>/end/", intake.unshare, name="intake-unshare"),
    path(f"{_BY_REFERENCE}/intake/needs/", intake.add_need, name="need-add"),
    path(f"{_BY_REFERENCE}/intake/needs/<int:pk>/", intake.change_need, name="need-change"),
    path(f"{_BY_REFERENCE}/intake/needs/<int:pk>/remove/", intake.remove_need, name="need-remove"),
    *(
        path(f"{_BY_REFERENCE}/intake/condition-{number}/", intake.condition_step, {"number": number}, name=f"intake-condition-{number}")
        for number in CONDITIONS
    ),
    path(f"{_BY_REFERENCE}/intake/condition-<int:number>/link/", evidence.add_link, name="evidence-link-add"),
    path(f"{_BY_REFERENCE}/intake/condition-<int:number>/file/", evidence.add_file, name="evidence-file-add"),
    path(f"{_BY_REFERENCE}/evidence/<int:pk>/", evidence.download, name="evidence-file"),
    path(f"{_BY_REFERENCE}/evidence/<int:pk>/withdraw/", evidence.withdraw, name="evidence-withdraw"),
]
REVIEW: list[URLPattern] = [
    path("review/", review.queue, name="review-queue"),
    path(f"{_BY_REFERENCE}/review/", review.review, name="review"),
    path(f"{_BY_REFERENCE}/review/take-up/", review.take_up, name="review-take-up"),
    path(f"{_BY_REFERENCE}/review/assign/", review.assign, name="review-assign"),
    path(f"{_BY_REFERENCE}/review/findings/", review.decide, name="review-decide"),
    path(f"{_BY_REFERENCE}/review/ask/", review.ask, name="review-ask"),
    path(f"{_BY_REFERENCE}/review/qualify/", review.qualify, name="review-qualify"),
    path(f"{_BY_REFERENCE}/review/decline/", review.decline, name="review-decline"),
]
WORKSPACE: list[URLPattern] = [
    path("<str:reference>/", workspace.overview, name="residency"),
    path("<str:reference>/edit/", workspace.edit, name="residency-edit"),
    path("<str:reference>/assign/", workspace.assign, name="residency-assign"),
    path("<str:reference>/phases/", workspace.phases, name="residency-phases"),
    path("<str:reference>/phases/enter/", workspace.enter_phase, name="phase-enter"),
    path("<str:reference>/phases/sign/", workspace.tick_sign, name="phase-sign"),
    path("<str:reference>/move/<slug:verb>/", moves.move, name="residency-move"),
    path("<str:reference>/graduation/", clocks.graduation, name="graduation"),
    path("<str:reference>/graduation/plan/", clocks.graduation_plan, name="graduation-plan"),
    path("<str:reference>/graduation/release/", clocks.release, name="release"),
    path("<str:reference>/graduation/extend/", clocks.extend, name="graduation-extend"),
    path("<str:reference>/graduation/<slug:kind>/", clocks.assessment, name="assessment"),
    path("<str:reference>/conversations/", clocks.conversations, name="conversations"),
    path("<str:reference>/conversations/new/", clocks.open_conversation, name="conversation-open"),
    path("<str:reference>/conversations/<int:pk>/", clocks.hold_conversation, name="conversation-hold"),
    path(f"{_BY_REFERENCE}/conversations/<int:pk>/correct/", clocks.correct_conversation, name="conversation-correct"),
    path("<str:reference>/mail/", mail.mail, name="residency-mail"),
    path("<str:reference>/history/", history.history, name="residency-history"),
]

# Fixed addresses come before those that begin with a reference.
urlpatterns = [*LISTS, *REVIEW, *INTAKE, *WORKSPACE]
