from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Installed only with DEBUG on (labportal/settings.py). It may import everything, and nothing imports it."""

    name = "demo"
    verbose_name = "Demo"
