"""What is said when two people add the same course at the same moment."""

from django.utils.translation import gettext as _

from acts.constraints import declare
from findings import blocking

declare(
    "teams_course_name",
    lambda: blocking("course-known", _("There is a course with this name already."), _("Use that one, or another name.")),
)
