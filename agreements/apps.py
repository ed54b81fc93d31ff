from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = "Agreements"

    def ready(self) -> None:
        post_migrate.connect(install_first_template, sender=self)


def install_first_template(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """A fresh portal has the standard template once its tables are there; one that has any template keeps its own."""
    from django.db import connections

    from acts.act import SYSTEM
    from agreements.drafting.templates import install_standard_template
    from agreements.models import Template

    if not settings.INSTALL_STANDARD_TEMPLATE or using != "default":
        return
    tables = connections[using].introspection.table_names()
    if Template._meta.db_table in tables and not Template.objects.exists():
        install_standard_template(by=SYSTEM)
