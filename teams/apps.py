from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = "Teams"

    def ready(self) -> None:
        from teams import obstacles, permissions, reminders, sentences  # noqa: F401

        sentences.register()
        obstacles.register()
        reminders.register()
