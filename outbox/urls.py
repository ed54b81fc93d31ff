from django.urls import URLPattern, path

from outbox import views

urlpatterns: list[URLPattern] = [
    path("", views.outbox, name="outbox"),
    path("<int:pk>/", views.message, name="outbox-message"),
    path("<int:pk>/resend/", views.resend_message, name="outbox-resend"),
    path("<int:pk>/cancel/", views.cancel_message, name="outbox-cancel"),
]
