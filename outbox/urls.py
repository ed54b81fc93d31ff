from django.urls import URLPattern, path

from outbox.pages import views

urlpatterns: list[URLPattern] = [
    path("", views.outbox, name="outbox"),
    path("failed/", views.resend_all_failed, name="outbox-retry"),
    path("ahead/", views.ahead, name="outbox-ahead"),
    path("ahead/<str:day>/", views.ahead_on, name="outbox-day"),
    path("reminders/", views.occasions, name="outbox-occasions"),
    path("reminders/<slug:occasion>/", views.occasion, name="outbox-occasion"),
    path("reminders/<slug:occasion>/schedule/", views.set_occasion_schedule, name="outbox-schedule"),
    path("reminders/<slug:occasion>/default/", views.set_default_schedule, name="outbox-schedule-default"),
    path("<int:pk>/", views.message, name="outbox-message"),
    path("<int:pk>/html/", views.message_as_html, name="outbox-html"),
    path("<int:pk>/resend/", views.resend_message, name="outbox-resend"),
    path("<int:pk>/cancel/", views.cancel_message, name="outbox-cancel"),
]
