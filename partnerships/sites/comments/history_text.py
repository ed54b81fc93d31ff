"""History sentences for acts on clients' comments. They say nothing of what a client wrote."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text

history_text.register(
    sentences={
        "comment-recorded": _("%(by)s recorded a client’s comment at “%(site)s”"),
        "comment-followed-up": _("%(by)s followed up on a client’s comment at “%(site)s”"),
        "comments-forgotten": _("%(rows)s comments were erased after a year"),
    },
    facts={"received_on": _("Received on")},
)
