from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class OversightConfig(AppConfig):
    name = "oversight"
    verbose_name = "Oversight"

    def ready(self) -> None:
        post_migrate.connect(install_routes, sender=self)


def install_routes(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Add the standard levels and routes for barriers after the first migration. Does nothing if there are any levels."""
    from django.db import connections

    from acts.act import SYSTEM
    from oversight.barriers.catalogue import install_standard_routes
    from oversight.models import Route

    if not settings.INSTALL_STANDARD_TEMPLATE or using != "default":
        return
    if Route._meta.db_table in connections[using].introspection.table_names():
        install_standard_routes(by=SYSTEM)
