from django.urls import include, path

from agreements.views import links, signing

# A party's pages: no token after the first step, nothing of the lab's own around them.
PARTIES = [
    path("a/<str:token>", links.open_invitation, name="open-invitation"),
    path("a/<str:token>/new", links.new_link, name="new-link"),
    path("sign/closed/", links.closed, name="sign-closed"),
    path("sign/asked/", links.link_asked, name="link-asked"),
    path("sign/leave/", links.leave, name="sign-leave"),
    path("sign/<int:invitation>/", signing.welcome, name="sign"),
    path("sign/<int:invitation>/read/", signing.read, name="sign-read"),
    path("sign/<int:invitation>/sign/", signing.sign, name="sign-sign"),
    path("sign/<int:invitation>/done/", signing.done, name="sign-done"),
    path("sign/<int:invitation>/agreement/", signing.paper, name="sign-paper"),
]

urlpatterns = [path("", include(PARTIES))]
