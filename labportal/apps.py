from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class LabAdminConfig(AdminConfig):
    default_site = "labportal.admin.LabAdminSite"


class LabPortalConfig(AppConfig):
    name = "labportal"
    verbose_name = "Lab Portal"

    def ready(self) -> None:
        from dates import zone

        zone.keep_host_out()
