"""The outbox's pages and the email preference pages. Links in mail lead to `/m/`."""

from django.urls import URLPattern, path

from outbox.pages import schedule_views, views
from outbox.preferences import views as preferences

urlpatterns: list[URLPattern] = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/failed/", views.resend_all_failed, name="outbox-retry"),
    path("outbox/selected/", views.act_on_selected, name="outbox-bulk"),
    path("outbox/ahead/", schedule_views.ahead, name="outbox-ahead"),
    path("outbox/ahead/<str:day>/", schedule_views.ahead_on, name="outbox-day"),
    path("outbox/reminders/", schedule_views.occasions, name="outbox-occasions"),
    path("outbox/reminders/<slug:occasion>/", schedule_views.occasion, name="outbox-occasion"),
    path("outbox/reminders/<slug:occasion>/schedule/", schedule_views.set_occasion_schedule, name="outbox-schedule"),
    path("outbox/reminders/<slug:occasion>/default/", schedule_views.set_default_schedule, name="outbox-schedule-default"),
    path("outbox/<int:pk>/", views.message, name="outbox-message"),
    path("outbox/<int:pk>/html/", views.message_as_html, name="outbox-html"),
    path("outbox/<int:pk>/resend/", views.resend_message, name="outbox-resend"),
    path("outbox/<int:pk>/cancel/", views.cancel_message, name="outbox-cancel"),
    path("mail/", preferences.mine, name="my-mail"),
    path("people/<int:pk>/mail/", preferences.of_person, name="person-mail"),
    path("m/<str:token>", preferences.by_link, name="mail-by-link"),
    path("m/<str:token>/stop/<str:occasion>", preferences.stop, name="mail-stop"),
]
