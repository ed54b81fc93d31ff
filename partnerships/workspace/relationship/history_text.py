"""History sentences for acts on rating rounds. They say that a partner rated, never what it gave."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text

history_text.register(
    sentences={
        "round-opened": _("%(by)s asked the partners to rate how they work together"),
        "relationship-rated": _("%(by)s rated for %(organization)s"),
        "relationship-rerated": _("%(by)s changed the rating of %(organization)s"),
        "round-revealed": _("Every partner has rated, and the ratings are shown"),
        "round-closed": _("%(by)s closed a round of ratings"),
    },
    facts={"rating_round": _("Round"), "missing": _("Not rated")},
)
