"""How the acts on a roster are told in a history."""

from django.utils.translation import gettext_lazy as _

from ledger import sentences
from teams.roles import Answer, Came, ChampionRole, Employer, ServiceKind, TeamRole

SENTENCES = {
    "seat-added": _("%(name)s joined the roster"),
    "seat-edited": _("A place on the team was corrected"),
    "seat-changed": _("The place of %(name)s changes from a day on"),
    "seat-struck": _("The place of %(name)s was taken out"),
    "sprints-planned": _("Sprints were planned"),
    "sprints-planned-ahead": _("More sprints were planned ahead"),
    "sprints-paused": _("The sprints pause"),
    "sprints-ended": _("The sprints ended with the residency"),
    "review-moved": _("The review of sprint %(sprint)s moved"),
    "review-called-off": _("The review of sprint %(sprint)s was called off"),
    "review-written": _("Goal, demo or decisions of a sprint were written"),
    "review-held": _("The review of sprint %(sprint)s was held"),
    "review-answered": _("%(name)s said whether they come to the review of sprint %(sprint)s"),
    "presence-noted": _("It was noted whether %(name)s came to the review of sprint %(sprint)s"),
    "champion-named": _("%(name)s became a champion"),
    "champion-edited": _("A champion's entry was corrected"),
    "champion-ended": _("%(name)s is champion to a last day"),
    "champion-missing": _("%(name)s has missed two reviews in a row"),
    "findings-changed": _("What the role checks find has changed"),
    "service-logged": _("A service of the lab was logged: %(kind)s"),
    "service-struck": _("A service of the lab was taken out of the log: %(kind)s"),
    "calendar-address-made": _("%(name)s has a private calendar address"),
    "calendar-address-ended": _("The private calendar address of %(name)s was ended"),
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
    "champion": None,
    "service": None,
    "kind": _("Kind"),
    "given_on": _("Day"),
    "given_by": _("By whom"),
    "result": _("Result"),
    "opened": _("Found"),
    "resolved": _("Settled"),
    "because": None,
    "sprint": _("Sprint"),
    "sprints": _("Sprints"),
    "weeks": _("Weeks"),
    "first_review_on": _("First review"),
    "resume_on": _("Goes on, on"),
    "at": _("At"),
    "minutes": _("Minutes"),
    "place": _("Place"),
    "before": _("Before"),
    "on": _("On"),
    "until": _("Until"),
    "moved": _("Reviews moved"),
    "answer": _("Answer"),
    "delegate": _("Comes instead"),
    "came": _("Came"),
    "missed": _("Missed in a row"),
}


def register() -> None:
    """Called once, when the app is ready."""
    sentences.register(
        sentences=SENTENCES,
        facts=FACTS,
        words=dict([*TeamRole.choices, *Employer.choices, *ChampionRole.choices, *Answer.choices, *Came.choices, *ServiceKind.choices]),
    )
