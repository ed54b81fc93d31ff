from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class LabAdminConfig(AdminConfig):
    default_site = "labportal.admin.LabAdminSite"


class LabPortalConfig(AppConfig):
    name = "labportal"
    verbose_name = "Lab Portal"

    def ready(self) -> None:
        from dates import zone
        from labportal import accounts, checks, housekeeping, sign_in  # noqa: F401 - sign_in listens once it is imported
        from outbox.catalogue.messages import declare
        from outbox.delivery.health import complaints
        from people import addresses
        from web.serving.health import also_tell

        zone.keep_host_out()
        checks.register()
        housekeeping.register()
        declare(accounts.PASSWORD_LINK)
        declare(accounts.ACCOUNT_INVITATION)
        declare(accounts.ADDRESS_CHANGED, accounts.ACCOUNT_PAUSED)
        addresses.watch(accounts.follow_address_change)
        also_tell(complaints)
