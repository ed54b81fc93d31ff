from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunityConfig(AppConfig):
    name = "community"
    verbose_name = "Community"

    def ready(self) -> None:
        from community import messages, permissions, reminders, sentences, texts  # noqa: F401
        from outbox import occasions
        from outbox.texts import declare

        sentences.register()
        reminders.register()
        occasions.declare(
            {
                messages.MATCHED: _("A session with an expert is planned or moves"),
                messages.CALLED_OFF: _("A session with an expert is cancelled"),
            }
        )
        declare(*texts.TEXTS)
