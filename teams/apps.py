from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = "Teams"

    def ready(self) -> None:
        from outbox import occasions
        from outbox.occasions import Occasion
        from teams import messages, obstacles, permissions, reminders, sentences  # noqa: F401

        sentences.register()
        obstacles.register()
        reminders.register()
        occasions.declare(
            {
                messages.DATES: Occasion(_("Sprint reviews planned, moved or called off"), optional=True),
                messages.MISSING: Occasion(_("A champion misses reviews"), may_wait=True),
            }
        )
