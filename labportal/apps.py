from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class LabAdminConfig(AdminConfig):
    default_site = "labportal.admin.LabAdminSite"


class LabPortalConfig(AppConfig):
    name = "labportal"
    verbose_name = "Lab Portal"

    def ready(self) -> None:
        from dates import zone
        from labportal import accounts, checks, sign_in  # noqa: F401 - sign_in listens once it is imported
        from outbox.delivery.health import complaints
        from people import addresses
        from web.serving.health import also_tell

        zone.keep_host_out()
        checks.register()
        addresses.watch(accounts.follow_address_change)
        also_tell(complaints)
