"""What is said when two people prepare the same agreement at the same moment."""

from django.utils.translation import gettext as _

from findings import blocking
from ledger.constraints import declare

for name in ("agreements_number", "agreements_agreement.reference"):
    declare(name, lambda: blocking("agreement-exists", _("There is an agreement already."), _("Work on that one."), "agreement"))
