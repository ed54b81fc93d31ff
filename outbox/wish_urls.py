"""Where people choose what mail they get; `/m/` is what mail links to."""

from django.urls import URLPattern, path

from outbox.preferences import views

urlpatterns: list[URLPattern] = [
    path("mail/", views.mine, name="my-mail"),
    path("people/<int:pk>/mail/", views.of_person, name="person-mail"),
    path("m/<str:token>", views.by_link, name="mail-by-link"),
    path("m/<str:token>/stop/<str:occasion>", views.stop, name="mail-stop"),
]
