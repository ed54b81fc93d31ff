"""History sentences for sealed reports and API tokens."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from reports.models import Scope

SENTENCES = {
    "value-report-sealed": _("%(by)s sealed value report %(number)s"),
    "api-token-created": _("%(by)s created the API token “%(name)s”"),
    "api-token-revoked": _("%(by)s revoked the API token “%(name)s”"),
}
FACTS = {"token": None, "prefix": _("Starts with"), "account": _("Account"), "scope": _("Access"), "expires_on": _("Last day")}

history_text.register(sentences=SENTENCES, facts=FACTS, words=dict(Scope.choices))
