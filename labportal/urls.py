"""Every address of the portal. Each view declares who may enter (web/access.py)."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from labportal import views
from labportal import views as labportal_views
from web import kept_text

urlpatterns = [
    path("", views.home, name="home"),
    path("residencies/", include("residencies.urls")),
    path("", include("agreements.urls")),
    path("residencies/<str:reference>/team/", include("teams.urls")),
    path("residencies/<str:reference>/sprints/", include("teams.sprint_urls")),
    path("residencies/<str:reference>/champions/", include("teams.champion_urls")),
    path("", include("teams.training_urls")),
    path("", include("teams.calendar_urls")),
    path("", include("teams.lab_urls")),
    path("my-lab/", labportal_views.labportal_views, name="my-lab"),
    path("people/<int:pk>/lab/", labportal_views.person_lab, name="person-lab"),
    path("residencies/<str:reference>/community/", include("community.urls")),
    path("community/", include("community.lab_urls")),
    path("people/", include("people.urls")),
    path("history/", include("ledger.urls")),
    path("outbox/", include("outbox.urls")),
    path("", include("outbox.wish_urls")),
    path("kept-text/<int:pk>/discard/", kept_text.discard, name="kept-text-discard"),
    path("accounts/", include("labportal.account_urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
]

handler500 = "labportal.errors.server_error"

if settings.DEBUG:
    from demo.styleguide import styleguide

    urlpatterns += [path("demo/", include("demo.urls")), path("styleguide/", styleguide, name="styleguide")]
