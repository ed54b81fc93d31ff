"""Who can see how the installation is doing."""

from people.permissions import declare, is_admin, is_lab

declare({"recovery.view_status": is_lab | is_admin})
