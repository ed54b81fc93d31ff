from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports, showcase and API"

    def ready(self) -> None:
        post_migrate.connect(install_categories, sender=self)


def install_categories(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """A fresh portal has categories of lessons and themes once its tables are there; one that has any keeps its own."""
    from django.db import connections

    from acts.act import SYSTEM
    from reports.lessons.actions import install_standard_categories
    from reports.models import Category

    if not settings.INSTALL_STANDARD_TEMPLATE or using != "default":
        return
    if Category._meta.db_table in connections[using].introspection.table_names():
        install_standard_categories(by=SYSTEM)
