"""How the acts on a roster are told in a history."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from teams.choices import Answer, Came, ChampionRole, CourseKind, Employer, Expected, ServiceKind, TeamRole
from teams.lab.tables import CODES

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
    "review-called-off": _("The review of sprint %(sprint)s was cancelled"),
    "review-reinstated": _("The review of sprint %(sprint)s was reinstated"),
    "review-written": _("Goal, demo or decisions of a sprint were written"),
    "review-held": _("The review of sprint %(sprint)s was held"),
    "review-answered": _("%(name)s said whether they come to the review of sprint %(sprint)s"),
    "presence-noted": _("It was noted of %(name)s at the review of sprint %(sprint)s: %(came)s"),
    "champion-named": _("%(name)s became a champion"),
    "champion-edited": _("A champion's entry was corrected"),
    "champion-ended": _("%(name)s is champion to a last day"),
    "lead-handed": _("%(name)s leads the alliance team"),
    "expectation-met": _("%(name)s did what is expected: %(expectation)s"),
    "expectation-unmet": _("A mark was removed: %(name)s, %(expectation)s"),
    "training-logged": _("Training was logged: %(course)s"),
    "training-struck": _("Training was removed from the log: %(name)s, %(course)s"),
    "certificate-kept": _("%(name)s has a certificate: %(course)s"),
    "training-installed": _("The first courses and expectations were put in"),
    "course-added": _("A course can be chosen: %(course)s"),
    "course-changed": _("A course was changed"),
    "expectation-added": _("Something more is expected of champions: %(expectation)s"),
    "expectation-changed": _("What is expected of champions was changed"),
    "champion-missing": _("%(name)s has missed two reviews in a row"),
    "findings-changed": _("What the role checks find has changed"),
    "service-logged": _("A lab service was logged: %(kind)s"),
    "service-struck": _("A lab service was removed from the log: %(kind)s"),
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
    "training": None,
    "people": None,
    "names": _("Who"),
    "course": _("Course"),
    "courses": _("Courses"),
    "finished_on": _("Finished"),
    "certified_on": _("Day on the certificate"),
    "hours": _("Hours"),
    "expectation": _("What is expected"),
    "kind": _("Kind"),
    "given_on": _("Day"),
    "given_by": _("Given by"),
    "result": _("Result"),
    "opened": _("Found"),
    "resolved": _("Resolved"),
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
    "missed": _("Missed in a row"),
}


def register() -> None:
    """Called once, when the app is ready."""
    history_text.register(
        sentences=SENTENCES,
        facts=FACTS,
        words=dict(
            [
                *TeamRole.choices,
                *Employer.choices,
                *Expected.choices,
                *ChampionRole.choices,
                *Answer.choices,
                *Came.choices,
                *ServiceKind.choices,
                *CourseKind.choices,
                *CODES.items(),
            ]
        ),
    )
