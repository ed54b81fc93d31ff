"""How the acts on a roster are told in a history."""

from django.utils.translation import gettext_lazy as _

from ledger import sentences
from teams.roles import Employer, TeamRole

SENTENCES = {
    "seat-added": _("%(name)s joined the roster"),
    "seat-edited": _("A place on the team was corrected"),
    "seat-changed": _("The place of %(name)s changes from a day on"),
    "seat-struck": _("The place of %(name)s was taken out"),
}
FACTS = {
    "seat": None,
    "role": _("Role"),
    "employer": _("Employer"),
    "vendor": _("Vendor"),
    "share": _("Share in percent"),
    "from_on": _("From"),
    "to_on": _("To"),
    "follows": None,
}


def register() -> None:
    """Called once, when the app is ready."""
    sentences.register(sentences=SENTENCES, facts=FACTS, words=dict([*TeamRole.choices, *Employer.choices]))
