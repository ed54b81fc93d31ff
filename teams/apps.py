from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = "Teams"

    def ready(self) -> None:
        post_migrate.connect(install_training, sender=self)


def install_training(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """A fresh portal has courses and expectations once its tables are there; one that has any keeps its own."""
    from django.db import connections

    from acts.act import SYSTEM
    from teams.models import Expectation
    from teams.training.catalogue import install_standard_training

    if not settings.INSTALL_STANDARD_TEMPLATE or using != "default":
        return
    if Expectation._meta.db_table in connections[using].introspection.table_names():
        install_standard_training(by=SYSTEM)
