"""History sentences for sealed reports, API tokens, the showcase and lessons."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from reports.models import Scope

SENTENCES = {
    "value-report-sealed": _("%(by)s sealed value report %(number)s"),
    "portfolio-sealed": _("%(by)s sealed portfolio %(number)s"),
    "api-token-created": _("%(by)s created the API token “%(name)s”"),
    "api-token-revoked": _("%(by)s revoked the API token “%(name)s”"),
    "showcase-edited": _("%(by)s edited the showcase entry for %(product)s"),
    "showcase-component-added": _("%(by)s listed the component “%(component)s” for reuse"),
    "showcase-component-removed": _("%(by)s removed the component “%(component)s” from the showcase entry"),
    "showcase-name-agreed": _("%(by)s recorded that %(name)s agreed to be named in the showcase"),
    "showcase-name-ended": _("%(by)s removed the name of %(name)s from the showcase"),
    "showcase-proposed": _("%(by)s released version %(number)s of the showcase page; the other side hasn’t yet"),
    "showcase-published": _("%(by)s released version %(number)s of the showcase page too, and it was published"),
    "showcase-withdrawn": _("%(by)s withdrew version %(number)s of the showcase page"),
    "showcase-link-died": _("%(by)s noticed that a link on the showcase page doesn’t work any more: %(url)s"),
    "showcase-link-back": _("%(by)s noticed that a link on the showcase page works again: %(url)s"),
    "lesson-recorded": _("%(by)s recorded a lesson: %(lesson)s"),
    "lesson-edited": _("%(by)s changed the lesson “%(lesson)s”"),
    "lesson-promoted": _("%(by)s promoted a lesson to guidance: %(lesson)s"),
    "lesson-demoted": _("%(by)s removed the lesson “%(lesson)s” from guidance"),
    "lesson-categories-installed": _("%(by)s added the standard categories of lessons and themes"),
    "lesson-category-added": _("%(by)s added the category “%(category)s”"),
    "lesson-category-edited": _("%(by)s changed the category “%(category)s”"),
}
FACTS = {
    "token": None,
    "prefix": _("Starts with"),
    "account": _("Account"),
    "scope": _("Access"),
    "expires_on": _("Last day"),
    "consent": None,
    "lesson_id": None,
    "side": _("Released by"),
    "component_link": _("Published at"),
    "shared": _("Shared"),
}

history_text.register(sentences=SENTENCES, facts=FACTS, words=dict(Scope.choices))
