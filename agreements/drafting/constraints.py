"""What is said when two people prepare the same agreement at the same moment."""

from django.utils.translation import gettext as _

from acts.constraints import declare
from findings import blocking

for name in ("agreements_number", "agreements_agreement.reference"):
    declare(name, lambda: blocking("agreement-exists", _("There is an agreement already."), _("Work on that one."), "agreement"))
