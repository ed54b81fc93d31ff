from django.urls import include, path

from agreements.views import (
    alignment,
    amendments,
    answering,
    bundles,
    changing_parties,
    code,
    links,
    operations,
    party_amendments,
    sealing,
    signing,
    talk,
    verifying,
)

# A party's pages: no token after the first step, nothing of the lab's own around them.
PARTIES = [
    path("a/<str:token>", links.open_invitation, name="open-invitation"),
    path("a/<str:token>/new", links.new_link, name="new-link"),
    path("a/<str:token>/not-me", links.not_me, name="not-me"),
    path("sign/not-me/", links.not_me_told, name="not-me-told"),
    path("sign/closed/", links.closed, name="sign-closed"),
    path("sign/asked/", links.link_asked, name="link-asked"),
    path("sign/leave/", links.leave, name="sign-leave"),
    path("sign/<int:invitation>/", signing.welcome, name="sign"),
    path("sign/<int:invitation>/read/", signing.read, name="sign-read"),
    path("sign/<int:invitation>/code/", code.enter, name="sign-code"),
    path("sign/<int:invitation>/code/send/", code.send, name="sign-code-send"),
    path("sign/<int:invitation>/seen/", talk.seen, name="sign-seen"),
    path("sign/<int:invitation>/talk/<str:clause>/", talk.talk, name="sign-talk"),
    path("sign/<int:invitation>/talk/<str:clause>/stance/", talk.stance, name="sign-stance"),
    path("sign/<int:invitation>/talk/<str:clause>/settle/", talk.settle, name="sign-settle"),
    path("sign/<int:invitation>/sign/", signing.sign, name="sign-sign"),
    path("sign/<int:invitation>/decline/", answering.decline, name="sign-decline"),
    path("sign/<int:invitation>/hand-over/", answering.hand_over, name="sign-hand-over"),
    path("sign/<int:invitation>/done/", signing.done, name="sign-done"),
    path("sign/<int:invitation>/changes/", party_amendments.changes, name="sign-changes"),
    path("sign/<int:invitation>/propose/", party_amendments.propose, name="sign-propose"),
    path("sign/<int:invitation>/proposed/<int:amendment>/take-back/", party_amendments.withdraw, name="sign-withdraw-amendment"),
    path("sign/<int:invitation>/agreement/", signing.paper, name="sign-paper"),
    path("sign/<int:invitation>/pdf/", sealing.party_pdf, name="sign-pdf"),
    path("sign/<int:invitation>/bundle/", bundles.party_bundle, name="sign-bundle"),
]

OPERATIONS = [
    path("", operations.agreement, name="agreement"),
    path("header/", operations.header, name="agreement-header"),
    path("conditions/", operations.conditions, name="agreement-conditions"),
    path("order/", operations.signing_order, name="agreement-order"),
    path("parties/", operations.parties, name="agreement-parties"),
    path("parties/<int:role>/", operations.party, name="agreement-party"),
    path("send/", operations.circulate, name="agreement-circulate"),
    path("amendments/", amendments.amendments, name="agreement-amendments"),
    path("amendments/propose/", amendments.propose, name="amendment-propose"),
    path("amendments/accept/", amendments.accept, name="amendments-accept"),
    path("amendments/<int:amendment>/reject/", amendments.reject, name="amendment-reject"),
    path("amendments/<int:amendment>/take-back/", amendments.withdraw, name="amendment-withdraw"),
    path("versions/", amendments.versions, name="agreement-versions"),
    path("earlier/<int:agreement>/<int:number>/", amendments.earlier, name="agreement-earlier"),
    path("void/", amendments.void, name="agreement-void"),
    path("alignment/", alignment.alignment, name="agreement-alignment"),
    path("alignment/<str:clause>/", alignment.thread, name="agreement-thread"),
    path("alignment/<str:clause>/settle/", alignment.settle, name="agreement-settle"),
    path("versions/<int:number>/", operations.version, name="agreement-version"),
    path("versions/<int:number>/pdf/", sealing.pdf, name="agreement-pdf"),
    path("versions/<int:number>/seal/", sealing.seal, name="agreement-seal"),
    path("parties/<int:role>/replace/", changing_parties.replace, name="agreement-replace"),
    path("hand-overs/<int:hand_over>/", changing_parties.hand_over, name="agreement-hand-over"),
    path("wrong-persons/<int:wrong_person>/", changing_parties.wrong_person, name="agreement-wrong-person"),
    path("versions/<int:number>/bundle/", bundles.operations_bundle, name="agreement-bundle"),
    path("invitations/<int:invitation>/new-link/", operations.new_link, name="agreement-new-link"),
    path("invitations/<int:invitation>/end/", operations.revoke, name="agreement-revoke"),
]

# For anybody who was given a document.
VERIFY = [
    path("", verifying.verify, name="verify"),
    path("files/<str:token>/", verifying.file_check, name="verify-file"),
    path("<str:digits>/", verifying.verify_fingerprint, name="verify-fingerprint"),
]

urlpatterns = [
    path("", include(PARTIES)),
    path("verify/", include(VERIFY)),
    path("templates/<slug:slug>/<int:number>/", operations.template_preview, name="template-preview"),
    path("residencies/<str:reference>/agreement/", include(OPERATIONS)),
]
