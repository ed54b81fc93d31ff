"""Set-up: what a new installation needs before its first residency. Steps are checked off automatically where possible."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, act
from agreements.models import Signatory, TemplateVersion
from ledger.actions import append, lab_stream
from ledger.models import Event
from outbox.delivery.health import SWEEP
from outbox.models import Heartbeat, Message, State
from people.models import Role, RoleGrant, User
from residencies.models import Ministry, ProgramArea, Residency

ACT = "set-up-step-done"
BY_HAND = ("template", "backup")


@dataclass(frozen=True)
class Step:
    """A step: what to do, why and where, and whether it is done. `by_hand`: an administrator marks it, on the ledger."""

    key: str
    title: str
    text: str
    is_done: bool
    url: str = ""
    action: str = ""
    by_hand: bool = False


@act("people.administer")
def confirm_step(step: str, *, by: Actor) -> None:
    """Record that a step that can't be checked automatically is done; repeating it changes nothing. Raises ValueError for other steps."""
    if step not in BY_HAND:
        raise ValueError(f"{step} is checked off automatically")
    if step not in _confirmed():
        append(lab_stream(), ACT, by=by, facts={"step": step})


def is_first_run() -> bool:
    """Whether there is no residency yet."""
    return not Residency.objects.exists()


def checklist(user: User) -> list[Step]:
    """Return the steps in order, for an administrator; ten queries."""
    return list(_steps(user))


def _confirmed() -> set[str]:
    events = Event.objects.filter(stream=lab_stream(), act=ACT)
    return {facts.get("step", "") for facts in events.values_list("facts", flat=True)}


def _steps(user: User) -> Iterator[Step]:
    confirmed = _confirmed()
    held = set(RoleGrant.objects.filter(to_at=None, user__is_active=True).values_list("role", flat=True))
    yield Step(
        "roles",
        _("Your account and roles"),
        _(
            "An account can’t do anything without a role. Give yourself Administrator, so that you can manage accounts, and Lab operations "
            "if you run residencies."
        ),
        bool(user.roles) and Role.ADMIN in held,
        reverse("admin:people_user_change", args=[user.pk]),
        _("Choose your roles"),
    )
    yield Step(
        "colleagues",
        _("Accounts for lab operations and leadership"),
        _("Add your colleagues with their roles. Each gets an email with a link to choose a password."),
        {Role.LAB_OPS, Role.LAB_LEAD} <= held,
        reverse("admin:people_user_add"),
        _("Add a user"),
    )
    yield Step(
        "ministries",
        _("Ministries and program areas"),
        _("Import them from a spreadsheet or add them one by one. Every intake belongs to a program area."),
        Ministry.objects.filter(active=True).exists() and ProgramArea.objects.exists(),
        reverse("ministries"),
        _("Add ministries"),
    )
    yield Step(
        "signatories",
        _("Lab signatories"),
        _("Name the people who sign agreements for the lab. They are then suggested for every agreement."),
        Signatory.objects.filter(to_at=None).exists(),
        reverse("lab-signatories"),
        _("Name signatories"),
    )
    yield _template_step(confirmed)
    yield from _running_steps()
    yield Step(
        "backup",
        _("Backup tested"),
        _(
            "Restore last night’s backup of the database and files into an empty installation, and run “manage.py verify_ledger” and "
            "“manage.py verify_records” there. You only know a backup works once you have restored it."
        ),
        "backup" in confirmed,
        by_hand=True,
    )
    yield Step(
        "residency",
        _("First residency"),
        _("Start an intake for a program area, or let a product owner start it. From then on, your work appears on Home."),
        not is_first_run(),
        reverse("intake-start") if user.has_perm("residencies.start_intake") else "",
        _("Start an intake"),
    )


def _template_step(confirmed: set[str]) -> Step:
    version = TemplateVersion.objects.offered_for("residency").first()
    return Step(
        "template",
        _("Agreement template reviewed"),
        _("Read what partners will be asked to sign. To change the wording, create a new version of the template in Administration.")
        if version
        else _("No template is published. Add one in Administration, or run “manage.py install_template”."),
        "template" in confirmed,
        reverse("template-preview", args=[version.template.slug, version.number]) if version else reverse("admin:index"),
        _("Read the template") if version else _("Open Administration"),
        by_hand=bool(version),
    )


def _running_steps() -> Iterator[Step]:
    since = timezone.now() - 2 * datetime.timedelta(seconds=settings.OUTBOX_SWEEP_SECONDS)
    yield Step(
        "worker",
        _("Worker running"),
        _(
            "The worker sends email and reminders and seals agreements. Start the Celery worker and beat, or “manage.py send_due --loop”. "
            "Checked off while the worker is running."
        ),
        Heartbeat.objects.filter(name=SWEEP, at__gte=since).exists(),
    )
    yield Step(
        "email",
        _("Email tested"),
        _("Checked off once the mail server has accepted a message. The invitation to your first colleague is a good test."),
        Message.objects.filter(state=State.SENT).exists(),
        reverse("admin:people_user_add"),
        _("Add a user"),
    )
