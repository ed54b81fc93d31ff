"""The portal's own system checks: what is wrong with this installation, each with a hint on how to fix it.

`manage.py check` runs them all. `manage.py check --deploy` adds the checks for production, and `manage.py check
--database default` those that read the database. To add a check, add a function to a list at the bottom, with a
new code:

E001 a gate or hook can't be imported
E002 no secret key, or the development one
E003 no ALLOWED_HOSTS
E004 SITE_URL is not https
E005 SITE_URL has a path or no host
E006 a mail server could block a worker forever
E007 demo accounts in a production database
E008 no mail server in production
E009 a claim on a message ends while its mail server may still answer
E010 zone data without BC's change of 2026
E011 a field with personal data that isn't declared
E012 the check of links outside may ask addresses of networks that aren't public
W001 SQLite in production
W002 no broker in production
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.module_loading import import_string

from acts.personal_data import undeclared
from dates import zone
from findings.gates import Gate
from ledger import subjects
from sealing import checks as seal_checks  # noqa: F401 - importing registers them; sealing isn't an app

Findings = list[checks.CheckMessage]
ENOUGH_FOR_A_KEY = 50


def dotted_paths() -> Iterator[tuple[str, str, type]]:
    """Yield every gate and function that is named by dotted path, with where it is used and the type it must have."""
    for kind in subjects.kinds():
        for move in kind.lifecycle.moves if kind.lifecycle else ():
            yield from ((path, f"the subject {kind.name}, {move.verb}", Gate) for path in move.gates)
        counted = [section for tab in kind.tabs for section in tab.sections if section.count]
        yield from ((section.count, f"the section {section.name} of the subject {kind.name}", Callable) for section in counted)  # type: ignore[misc]
        if kind.come_to:
            yield kind.come_to, f"the tabs of the subject {kind.name}", Callable  # type: ignore[misc]
        for act, paths in kind.gates.items():
            yield from ((path, f"the subject {kind.name}, before {act}", Gate) for path in paths)
        yield from ((path, f"the subject {kind.name}, after {act}", Callable) for act, path in kind.hooks.items())  # type: ignore[misc]


def gates_and_hooks_import(**kwargs: Any) -> Findings:
    return [finding for path, place, wanted in dotted_paths() for finding in _is_no(wanted, path, place)]


def _is_no(wanted: type, path: str, place: str) -> Iterable[checks.Error]:
    try:
        if isinstance(import_string(path), wanted):
            return
    except ImportError:
        pass
    what = "gate" if wanted is Gate else "function"
    yield checks.Error(f"{path}, used for {place}, isn't a {what}.", hint=f"Correct the path, or add the {what}.", id="labportal.E001")


def secret_key_is_our_own(**kwargs: Any) -> Findings:
    """Require a secret key of our own. Django only warns, but with a known key anyone could sign in as anyone (D3-40)."""
    if settings.DEBUG:
        return []
    hint = "Set SECRET_KEY to 50 random characters or more: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django raises this if it is empty
        key = ""
    if settings.DEVELOPMENT_KEY in (key, *settings.SECRET_KEY_FALLBACKS):
        return [checks.Error("The development key is in use.", hint=hint, id="labportal.E002")]
    if len(key) < ENOUGH_FOR_A_KEY:
        return [checks.Error("SECRET_KEY is missing or short.", hint=hint, id="labportal.E002")]
    return []


def zone_data_is_new_enough(**kwargs: Any) -> Findings:
    """Require current zone data. Otherwise Pacific times are an hour off in winter, even signed ones. gunicorn and Celery check too (dates/zone.py)."""
    fault = zone.problem()
    return [checks.Error(fault, hint=zone.REMEDY, id="labportal.E010")] if fault else []


def hosts_are_named(**kwargs: Any) -> Findings:
    if settings.DEBUG or (settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS):
        return []
    hint = "Set ALLOWED_HOSTS to the portal's host names, separated by commas."
    return [checks.Error("ALLOWED_HOSTS is empty or allows every host.", hint=hint, id="labportal.E003")]


def site_address_is_whole(**kwargs: Any) -> Findings:
    """Require https for SITE_URL, because links in email start with it and plain http could be read in transit."""
    address = urlsplit(settings.SITE_URL)
    hint = "Set SITE_URL to the portal's address, such as https://portal.example.org"
    if not settings.DEBUG and address.scheme != "https":
        return [checks.Error(f"SITE_URL ({settings.SITE_URL}) doesn't start with https.", hint=hint, id="labportal.E004")]
    if not address.hostname or address.path.strip("/") or address.query:
        return [checks.Error(f"SITE_URL ({settings.SITE_URL}) must have a host and no path.", hint=hint, id="labportal.E005")]
    return []


def mail_does_not_hang(**kwargs: Any) -> Findings:
    if settings.EMAIL_TIMEOUT and settings.EMAIL_TIMEOUT <= 60:
        return []
    hint = "Set EMAIL_TIMEOUT to 10 seconds. A worker's claim on a message lasts 60."
    return [checks.Error("A mail server that doesn't answer would block a worker forever.", hint=hint, id="labportal.E006")]


def claims_outlast_the_mail_server(**kwargs: Any) -> Findings:
    """Require claims that last longer than sending. Otherwise another worker could send the same message again (EL-61)."""
    least = 3 * (settings.EMAIL_TIMEOUT or 0)
    if least <= settings.OUTBOX_LEASE_SECONDS:
        return []
    hint = f"Set OUTBOX_LEASE_SECONDS to {least} or more, or EMAIL_TIMEOUT to {settings.OUTBOX_LEASE_SECONDS // 3} or less."
    return [checks.Error("A claim on a message lasts less than three times EMAIL_TIMEOUT.", hint=hint, id="labportal.E009")]


def mail_goes_somewhere(**kwargs: Any) -> Findings:
    if settings.DEBUG or settings.EMAIL_URL:
        return []
    hint = "Set EMAIL_URL, such as smtp+tls://name:password@mail.example.org:587"
    return [checks.Error("No mail server is configured, so no email would be sent.", hint=hint, id="labportal.E008")]


def production_has_its_services(**kwargs: Any) -> Findings:
    findings: Findings = []
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        hint = "Set DATABASE_URL=postgres://… SQLite allows one writer at a time, has no row locks and is limited to one machine."
        findings.append(checks.Warning("SQLite is used in production.", hint=hint, id="labportal.W001"))
    if not settings.REDIS_URL:
        hint = "Set REDIS_URL and run a worker and beat, or keep one `manage.py send_due --loop` running and silence this warning."
        findings.append(checks.Warning("No broker is configured.", hint=hint, id="labportal.W002"))
    return findings


def nobody_from_the_demo(databases: Iterable[str] | None = None, **kwargs: Any) -> Findings:
    """Refuse demo accounts in production, because their password is public (D3-28)."""
    from people.models import User

    if settings.DEBUG or not databases or User._meta.db_table not in connection.introspection.table_names():
        return []  # a database that is being created has no accounts
    count = User.objects.filter(email__iendswith=settings.DEMO_DOMAIN, is_active=True).count()
    if not count:
        return []
    hint = "Start with an empty database. The demo isn't meant for production."
    return [checks.Error(f"{count} demo accounts can sign in.", hint=hint, id="labportal.E007")]


def limits_are_shared(**kwargs: Any) -> list[checks.CheckMessage]:
    """Warn if the cache isn't shared, because wrong passwords are then counted per process (ASVS 6.3.1)."""
    if not settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        return []
    return [
        checks.Warning(
            "Without Redis, each process counts wrong passwords separately.",
            hint="Set REDIS_URL, or run a single process.",
            id="web.W001",
        )
    ]


def personal_data_is_declared(**kwargs: Any) -> Findings:
    """Require every field with personal data to declare its purpose and how long it is kept, beside its model."""
    root = Path(settings.BASE_DIR)
    ours = [model for model in apps.get_models() if Path(apps.get_app_config(model._meta.app_label).path).parent == root]
    hint = "Declare it with @personal or @not_personal (acts/personal_data.py), then regenerate docs/personal-data.md."
    return [checks.Error(f"{field} looks like personal data.", hint=hint, id="labportal.E011") for field in undeclared(ours)]


def only_public_addresses_are_asked(**kwargs: Any) -> Findings:
    """Refuse networks in which tests may ask links: in production, a typed link could reach the lab's own network through them (EL-95)."""
    if settings.DEBUG or not settings.LINK_CHECK_ALLOWED_NETWORKS:
        return []
    hint = "Remove LINK_CHECK_ALLOWED_NETWORKS. Only tests set it."
    return [checks.Error("Links outside could be asked in networks that aren't public.", hint=hint, id="labportal.E012")]


ALWAYS = (
    only_public_addresses_are_asked,
    personal_data_is_declared,
    gates_and_hooks_import,
    zone_data_is_new_enough,
    secret_key_is_our_own,
    hosts_are_named,
    site_address_is_whole,
    mail_does_not_hang,
    claims_outlast_the_mail_server,
    mail_goes_somewhere,
)
IN_PUBLIC = (
    gates_and_hooks_import,
    limits_are_shared,
    production_has_its_services,
)
OF_THE_DATABASE = (nobody_from_the_demo,)

for check in ALWAYS:
    checks.register(check, "labportal")
for check in IN_PUBLIC:
    checks.register(check, "labportal", deploy=True)
for check in OF_THE_DATABASE:
    checks.register(check, checks.Tags.database)
