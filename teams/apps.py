from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = "Teams"

    def ready(self) -> None:
        from outbox import occasions
        from teams import messages, obstacles, permissions, reminders, sentences  # noqa: F401

        sentences.register()
        obstacles.register()
        reminders.register()
        occasions.declare(
            {
                messages.DATES: _("Sprint reviews planned, moved or called off"),
                messages.REMINDER: _("A sprint review nears"),
                messages.MISSING: _("A champion misses reviews"),
            }
        )
