"""Over the whole lab, and a team's log of services."""

from django.urls import path

from teams.lab import views as lab_views

urlpatterns = [
    path("checks/", lab_views.checks, name="checks"),
    path("services/", lab_views.lab_services, name="lab-services"),
    path("services/services.<str:file_format>", lab_views.lab_services_export, name="lab-services-export"),
    path("residencies/<str:reference>/services/", lab_views.services, name="services"),
    path("residencies/<str:reference>/services/log/", lab_views.log_service, name="service-log"),
    path("residencies/<str:reference>/services/<int:service>/take-out/", lab_views.strike_service, name="service-strike"),
]
