from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "Outbox"

    def ready(self) -> None:
        from outbox import actions, texts
        from outbox import permissions as _permissions  # noqa: F401
        from people import addresses

        addresses.follow(actions.readdress)
        texts.declare(texts.DAILY_DIGEST)
