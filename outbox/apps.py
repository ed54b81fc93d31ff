from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "Outbox"

    def ready(self) -> None:
        from outbox import actions, texts
        from people import addresses

        addresses.follow(actions.readdress)
        texts.declare(texts.DAILY_DIGEST)
