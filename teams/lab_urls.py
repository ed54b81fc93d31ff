"""Over the whole lab, and a team's log of services."""

from django.urls import path

from teams.views import lab

urlpatterns = [
    path("checks/", lab.checks, name="checks"),
    path("services/", lab.lab_services, name="lab-services"),
    path("services/services.<str:file_format>", lab.lab_services_export, name="lab-services-export"),
    path("residencies/<str:reference>/services/", lab.services, name="services"),
    path("residencies/<str:reference>/services/log/", lab.log_service, name="service-log"),
    path("residencies/<str:reference>/services/<int:service>/take-out/", lab.strike_service, name="service-strike"),
]
