"""The portal's URLs. Each view declares who may open it (web/access.py)."""

from allauth.account import views as allauth
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path

from labportal import views
from partnerships.urls import ORGANIZATIONS, RATING_LINKS
from recovery.views import status
from residencies.urls import MINISTRIES, REPLIES
from web import kept_text

# Only the allauth addresses that are used here, under allauth's own names.
ACCOUNT = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", allauth.signup, name="account_signup"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("snoozes/", views.snooze, name="snooze"),
    path("snoozes/<int:pk>/end/", views.end_snooze, name="snooze-end"),
    path("figures/<slug:measure>/", views.key_figure, name="key-figure"),
    path("search/", views.search, name="search"),
    path("help/", views.help_topics, name="help"),
    path("help/<slug:topic>/", views.help_topic, name="help-topic"),
    path("set-up/", views.set_up_page, name="set-up"),
    path("set-up/<slug:step>/done/", views.confirm_step, name="set-up-done"),
    path("status/", status, name="system-status"),
    path("residencies/", include("residencies.urls")),
    path("ministries/", include(MINISTRIES)),
    path("c/", include(REPLIES)),
    path("", include("oversight.urls")),
    path("", include("agreements.urls")),
    path("", include("teams.urls")),
    path("", include("metrics.urls")),
    path("reports/", views.reports, name="reports"),
    path("my-lab/", views.my_lab, name="my-lab"),
    path("people/<int:pk>/lab/", views.person_lab, name="person-lab"),
    path("", include("community.urls")),
    path("partnerships/", include("partnerships.urls")),
    path("partner-ratings/", include(RATING_LINKS)),
    path("people/organizations/", include(ORGANIZATIONS)),
    path("people/", include("people.urls")),
    path("", include("reports.urls")),
    path("history/", include("ledger.urls")),
    path("", include("outbox.urls")),
    path("kept-text/<int:pk>/discard/", kept_text.discard, name="kept-text-discard"),
    path("accounts/", include(ACCOUNT)),
    path(settings.ADMIN_PATH, admin.site.urls),
]

handler500 = "labportal.views.server_error"

if settings.DEBUG:
    urlpatterns += [path("", include("demo.urls"))]
