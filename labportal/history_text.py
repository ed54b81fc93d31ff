"""The History sentences for the portal's own acts."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text

history_text.register(
    sentences={
        "set-up-step-done": _("A set-up step was marked as done"),
        "snoozed": _("“%(line)s” was snoozed until %(until)s"),
        "snooze-ended": _("“%(line)s” was unsnoozed"),
    },
    facts={"step": None},
)
