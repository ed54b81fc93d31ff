from django.urls import include, path

from agreements.amendments import party_views as amendments_party_views
from agreements.amendments import views as amendments_views
from agreements.discussion import party_views as discussion_party_views
from agreements.discussion import views as discussion_views
from agreements.drafting import views as drafting_views
from agreements.invitations import party_views as invitations_party_views
from agreements.invitations import views as invitations_views
from agreements.listing import views as listing_views
from agreements.paper import views as paper_views
from agreements.sealing import views as sealing_views
from agreements.signing import party_views
from agreements.signing import views as signing_views
from agreements.verify_page import views as verify_page_views

# A party's pages: no token after the first step, nothing of the lab's own around them.
PARTIES = [
    path("a/<str:token>", invitations_party_views.open_invitation, name="open-invitation"),
    path("a/<str:token>/new", invitations_party_views.new_link, name="new-link"),
    path("a/<str:token>/not-me", invitations_party_views.not_me, name="not-me"),
    path("sign/not-me/", invitations_party_views.not_me_told, name="not-me-told"),
    path("sign/closed/", invitations_party_views.closed, name="sign-closed"),
    path("sign/asked/", invitations_party_views.link_asked, name="link-asked"),
    path("sign/leave/", invitations_party_views.leave, name="sign-leave"),
    path("sign/<int:invitation>/", party_views.welcome, name="sign"),
    path("sign/<int:invitation>/read/", party_views.read, name="sign-read"),
    path("sign/<int:invitation>/code/send/", party_views.send, name="sign-code-send"),
    path("sign/<int:invitation>/seen/", discussion_party_views.mark_seen, name="sign-seen"),
    path("sign/<int:invitation>/talk/<str:clause>/", discussion_party_views.talk, name="sign-talk"),
    path("sign/<int:invitation>/talk/<str:clause>/stance/", discussion_party_views.stance, name="sign-stance"),
    path("sign/<int:invitation>/talk/<str:clause>/settle/", discussion_party_views.settle, name="sign-settle"),
    path("sign/<int:invitation>/sign/", party_views.sign, name="sign-sign"),
    path("sign/<int:invitation>/decline/", party_views.decline, name="sign-decline"),
    path("sign/<int:invitation>/hand-over/", party_views.hand_over, name="sign-hand-over"),
    path("sign/<int:invitation>/done/", party_views.done, name="sign-done"),
    path("sign/<int:invitation>/changes/", amendments_party_views.changes, name="sign-changes"),
    path("sign/<int:invitation>/propose/", amendments_party_views.propose, name="sign-propose"),
    path("sign/<int:invitation>/proposed/<int:amendment>/take-back/", amendments_party_views.withdraw, name="sign-withdraw-amendment"),
    path("sign/<int:invitation>/agreement/", party_views.paper, name="sign-paper"),
    path("sign/<int:invitation>/pdf/", sealing_views.party_pdf, name="sign-pdf"),
    path("sign/<int:invitation>/bundle/", sealing_views.party_bundle, name="sign-bundle"),
]

OPERATIONS = [
    path("", drafting_views.agreement, name="agreement"),
    path("header/", drafting_views.header, name="agreement-header"),
    path("conditions/", drafting_views.conditions, name="agreement-conditions"),
    path("order/", drafting_views.signing_order, name="agreement-order"),
    path("parties/", drafting_views.parties, name="agreement-parties"),
    path("parties/<int:party>/note/", drafting_views.note, name="agreement-note"),
    path("send/", drafting_views.circulate, name="agreement-circulate"),
    path("amendments/", amendments_views.amendments, name="agreement-amendments"),
    path("amendments/propose/", amendments_views.propose, name="amendment-propose"),
    path("amendments/propose/beside/", amendments_views.propose_beside, name="amendment-propose-beside"),
    path("amendments/accept/", amendments_views.accept, name="amendments-accept"),
    path("amendments/<int:amendment>/reject/", amendments_views.reject, name="amendment-reject"),
    path("amendments/<int:amendment>/take-back/", amendments_views.withdraw, name="amendment-withdraw"),
    path("versions/", amendments_views.versions, name="agreement-versions"),
    path("earlier/<int:agreement>/<int:number>/", amendments_views.earlier, name="agreement-earlier"),
    path("paper/", paper_views.record, name="paper-record"),
    path("paper/<int:paper>/confirm/", paper_views.confirm, name="paper-confirm"),
    path("paper/<int:paper>/withdraw/", paper_views.withdraw, name="paper-withdraw"),
    path("paper/<int:paper>/scan/", paper_views.scan, name="paper-scan"),
    path("paper/<int:paper>/bundle/", paper_views.bundle, name="paper-bundle"),
    path("void/", amendments_views.void, name="agreement-void"),
    path("alignment/", discussion_views.alignment, name="agreement-alignment"),
    path("alignment/<str:clause>/", discussion_views.thread, name="agreement-thread"),
    path("alignment/<str:clause>/settle/", discussion_views.settle, name="agreement-settle"),
    path("versions/<int:number>/", drafting_views.version, name="agreement-version"),
    path("versions/<int:number>/pdf/", sealing_views.pdf, name="agreement-pdf"),
    path("versions/<int:number>/seal/", sealing_views.seal, name="agreement-seal"),
    path("parties/<int:role>/replace/", signing_views.replace, name="agreement-replace"),
    path("hand-overs/<int:hand_over>/", signing_views.hand_over, name="agreement-hand-over"),
    path("wrong-persons/<int:wrong_person>/", signing_views.wrong_person, name="agreement-wrong-person"),
    path("versions/<int:number>/bundle/", sealing_views.operations_bundle, name="agreement-bundle"),
    path("invitations/<int:invitation>/new-link/", invitations_views.new_link, name="agreement-new-link"),
    path("invitations/<int:invitation>/end/", invitations_views.revoke, name="agreement-revoke"),
]

# For anybody who was given a document.
VERIFY = [
    path("", verify_page_views.verify, name="verify"),
    path("files/<str:token>/", verify_page_views.file_check, name="verify-file"),
    path("<str:digits>/", verify_page_views.verify_fingerprint, name="verify-fingerprint"),
]

urlpatterns = [
    path("", include(PARTIES)),
    path("verify/", include(VERIFY)),
    path("agreements/", listing_views.agreement_list, name="agreement-list"),
    path("agreements/export.<str:file_format>", listing_views.agreement_export, name="agreement-list-export"),
    path("agreements/remind/", listing_views.remind, name="agreement-remind"),
    path("agreements/signatories/", drafting_views.signatories, name="lab-signatories"),
    path("templates/<slug:slug>/<int:number>/", drafting_views.template_preview, name="template-preview"),
    path("<agreement:reference>/", include(OPERATIONS)),
]
