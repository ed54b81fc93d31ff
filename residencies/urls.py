from django.urls import URLPattern, path

from residencies.conversations import reply_views
from residencies.conversations import views as conversation_views
from residencies.graduation import graduates
from residencies.graduation import views as graduation_views
from residencies.intake import evidence_views
from residencies.intake import views as intake_views
from residencies.lifecycle import views as lifecycle_views
from residencies.lifecycle.phases import views as phases_views
from residencies.lifecycle.rules import CONDITIONS
from residencies.listing import views as listing_views
from residencies.ministries import views as ministry_views
from residencies.review import views as review_views
from residencies.workspace import views as workspace_views

LISTS: list[URLPattern] = [
    path("", listing_views.residency_list, name="residency-list"),
    path("export.<slug:file_format>", listing_views.residency_export, name="residency-export"),
    path("graduated/", graduates.graduates, name="graduate-list"),
    path("graduated/export.<slug:file_format>", graduates.export_graduates, name="graduate-export"),
    path("phases/", phases_views.phase_guide, name="phase-guide"),
    path("selected/", listing_views.act_on_selected, name="residency-bulk"),
]
MINISTRIES: list[URLPattern] = [
    path("", ministry_views.ministries, name="ministries"),
    path("add/", ministry_views.add, name="ministry-add"),
    path("import/", ministry_views.import_ministries, name="ministry-import"),
    path("<int:ministry>/", ministry_views.edit, name="ministry"),
    path("<int:ministry>/remove/", ministry_views.remove, name="ministry-remove"),
    path("<int:ministry>/areas/add/", ministry_views.add_area, name="program-area-add"),
    path("areas/<int:area>/", ministry_views.edit_area, name="program-area"),
    path("areas/<int:area>/remove/", ministry_views.remove_area, name="program-area-remove"),
]
_BY_REFERENCE = "<str:reference>"

# Within a residency: the rest of the address, the view, the name.
CONVERSATIONS = (
    ("", conversation_views.conversations, "conversations"),
    ("new/", conversation_views.open_conversation, "conversation-open"),
    ("<int:pk>/", conversation_views.conversation, "conversation"),
    ("<int:pk>/plan/", conversation_views.plan, "conversation-plan"),
    ("<int:pk>/cancel/", conversation_views.cancel, "conversation-cancel"),
    ("<int:pk>/people/add/", conversation_views.invite, "conversation-invite"),
    ("<int:pk>/conversation.ics", conversation_views.file, "conversation-file"),
    ("<int:pk>/outcome/", conversation_views.hold_conversation, "conversation-hold"),
    ("<int:pk>/correct/", conversation_views.correct_conversation, "conversation-correct"),
    ("people/<int:pk>/", conversation_views.invitee, "conversation-invitee"),
    ("people/<int:pk>/remove/", conversation_views.uninvite, "conversation-uninvite"),
)
REPLIES: list[URLPattern] = [
    path("<str:token>", reply_views.reply, name="conversation-reply"),
    path("<str:token>/sent", reply_views.replied, name="conversation-replied"),
]

INTAKE: list[URLPattern] = [
    path("start/", intake_views.start, name="intake-start"),
    path(f"{_BY_REFERENCE}/intake/", intake_views.intake, name="intake"),
    path(f"{_BY_REFERENCE}/intake/area/", intake_views.area_step, name="intake-area"),
    path(f"{_BY_REFERENCE}/intake/problem/", intake_views.problem_step, name="intake-problem"),
    path(f"{_BY_REFERENCE}/intake/people/", intake_views.people_step, name="intake-people"),
    path(f"{_BY_REFERENCE}/intake/check/", intake_views.check, name="intake-check"),
    path(f"{_BY_REFERENCE}/intake/questions/", intake_views.questions, name="intake-questions"),
    path(f"{_BY_REFERENCE}/intake/questions/<int:pk>/", intake_views.answer, name="intake-answer"),
    path(f"{_BY_REFERENCE}/intake/share/", intake_views.share, name="intake-share"),
    path(f"{_BY_REFERENCE}/intake/share/<int:pk>/end/", intake_views.unshare, name="intake-unshare"),
    path(f"{_BY_REFERENCE}/intake/needs/", intake_views.add_need, name="need-add"),
    path(f"{_BY_REFERENCE}/intake/needs/<int:pk>/", intake_views.change_need, name="need-change"),
    path(f"{_BY_REFERENCE}/intake/needs/<int:pk>/remove/", intake_views.remove_need, name="need-remove"),
    *(
        path(
            f"{_BY_REFERENCE}/intake/condition-{number}/",
            intake_views.condition_step,
            {"number": number},
            name=f"intake-condition-{number}",
        )
        for number in CONDITIONS
    ),
    path(f"{_BY_REFERENCE}/intake/condition-<int:number>/link/", evidence_views.add_link, name="evidence-link-add"),
    path(f"{_BY_REFERENCE}/intake/condition-<int:number>/file/", evidence_views.add_file, name="evidence-file-add"),
    path(f"{_BY_REFERENCE}/evidence/<int:pk>/", evidence_views.download, name="evidence-file"),
    path(f"{_BY_REFERENCE}/evidence/<int:pk>/withdraw/", evidence_views.withdraw, name="evidence-withdraw"),
]
REVIEW: list[URLPattern] = [
    path("review/", review_views.queue, name="review-queue"),
    path(f"{_BY_REFERENCE}/review/", review_views.review, name="review"),
    path(f"{_BY_REFERENCE}/review/take-up/", review_views.take_up, name="review-take-up"),
    path(f"{_BY_REFERENCE}/review/assign/", review_views.assign, name="review-assign"),
    path(f"{_BY_REFERENCE}/review/findings/", review_views.decide, name="review-decide"),
    path(f"{_BY_REFERENCE}/review/ask/", review_views.ask, name="review-ask"),
    path(f"{_BY_REFERENCE}/review/qualify/", review_views.qualify, name="review-qualify"),
    path(f"{_BY_REFERENCE}/review/decline/", review_views.decline, name="review-decline"),
]
WORKSPACE: list[URLPattern] = [
    path("<str:reference>/", workspace_views.overview, name="residency"),
    path("<str:reference>/edit/", workspace_views.edit, name="residency-edit"),
    path("<str:reference>/assign/", workspace_views.assign, name="residency-assign"),
    path("<str:reference>/phases/", phases_views.phases, name="residency-phases"),
    path("<str:reference>/phases/start/", phases_views.enter_phase, name="phase-enter"),
    path("<str:reference>/move/<slug:verb>/", lifecycle_views.move, name="residency-move"),
    path("<str:reference>/apply-again/", lifecycle_views.apply_again, name="residency-apply-again"),
    path("<str:reference>/graduation/", graduation_views.graduation, name="graduation"),
    path("<str:reference>/graduation/plan/<int:task>/", graduation_views.plan_part, name="graduation-part"),
    path("<str:reference>/graduation/story/", graduation_views.story, name="graduation-story"),
    path("<str:reference>/graduation/release/", graduation_views.release, name="release"),
    path("<str:reference>/graduation/release/correct/", graduation_views.correct_release, name="release-correct"),
    path("<str:reference>/graduation/extend/", graduation_views.extend, name="graduation-extend"),
    *(path(f"{_BY_REFERENCE}/conversations/{rest}", view, name=name) for rest, view, name in CONVERSATIONS),
    path("<str:reference>/mail/", workspace_views.mail, name="residency-mail"),
    path("<str:reference>/history/", workspace_views.history, name="residency-history"),
]

# Fixed addresses come before those that begin with a reference.
urlpatterns = [*LISTS, *REVIEW, *INTAKE, *WORKSPACE]
