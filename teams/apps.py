from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = "Teams"

    def ready(self) -> None:
        from people import merging
        from people.merging import Moves, Stays
        from residencies import contacts
        from teams import history_text
        from teams.calendar import ics  # noqa: F401 - makes its recipes known
        from teams.roster.queries import people_on_team
        from teams.sprints import links  # noqa: F401 - links makes its recipe known

        contacts.register_belonging(people_on_team)
        history_text.register()
        merging.declare(
            {
                "teams.Seat.person": Moves("team__residency__stream"),
                "teams.Champion.person": Moves("team__residency__stream"),
                "teams.Training.person": Moves("team__residency__stream"),
                "teams.Presence.person": Moves("sprint__team__residency__stream"),
                "teams.AnswerLink.person": Moves("sprint__team__residency__stream"),
                "teams.CalendarFeed.person": Moves(),
                "teams.ReviewInvitation.person": Stays("the entry is in the calendar of that address"),
            }
        )
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
