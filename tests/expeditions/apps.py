from django.apps import AppConfig


class ExpeditionsConfig(AppConfig):
    name = "tests.expeditions"
    label = "expeditions"

    def ready(self) -> None:
        from tests.expeditions import permissions, subject  # noqa: F401 - only the product's own apps are walked for them
