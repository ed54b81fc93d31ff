"""The History sentences for the portal's own acts."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text

history_text.register(
    sentences={
        "set-up-step-done": _("%(by)s marked a set-up step as done"),
        "snoozed": _("%(by)s snoozed “%(line)s” until %(until)s"),
        "snooze-ended": _("%(by)s unsnoozed “%(line)s”"),
    },
    facts={"step": None},
)
