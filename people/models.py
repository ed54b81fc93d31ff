"""Who: accounts that sign in, the roles they hold, people with or without an account, and the bodies they sit on."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import rules
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from acts.constraints import declare
from acts.personal_data import ACCOUNT, ACCOUNTABLE, ARRANGING, CONTACT, EVIDENCE, OWN, PERSON, UNTIL, not_personal, personal
from acts.revisions import Revised
from findings import blocking
from ledger.memory import lab_head
from ledger.models import GENESIS
from ledger.records import RecordQuerySet, recorded
from people.fields import AddressField, LineField
from spelling.clean import clean_address
from spelling.compare import search_words
from web import search_words as web_search


class Role(models.TextChoices):
    LAB_OPS = "lab_ops", _("Lab operations")
    LAB_LEAD = "lab_lead", _("Lab leadership")
    PRODUCT_OWNER = "product_owner", _("Applicant or product owner")
    VIEWER = "viewer", _("Viewer")
    ADMIN = "admin", _("Administrator")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email=email or "")

    def signed_in(self, pk: int) -> User | None:
        """Return an account with its roles and the end of the lab's ledger, which most pages need; one query (a row for each role)."""
        grants = FilteredRelation("role_grants", condition=Q(role_grants__to_at=None))
        rows = list(self.filter(pk=pk).annotate(grants=grants, role=F("grants__role"), end=lab_head()))
        if not rows:
            return None
        user, end = rows[0], rows[0].end
        user.roles = frozenset(row.role for row in rows if row.role) if user.is_active else frozenset()
        user.lab_head = "" if end in (None, GENESIS) else end
        return user


@personal("email name", purpose=ACCOUNT, kept=PERSON)
class User(AbstractBaseUser, PermissionsMixin):
    """An account. What it may do follows from its roles; who it is, from its `Person`."""

    email = AddressField(
        _("email address"), unique=True, error_messages={"unique": _("An account with this email address already exists.")}
    )
    name = LineField(_("name"), max_length=150)
    is_active = models.BooleanField(_("can sign in"), default=True)
    date_joined = models.DateTimeField(_("created on"), default=timezone.now, editable=False)

    objects = UserManager()
    lab_head = ""  # the end of the lab's ledger as the account was read (`signed_in`)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles held now: one query for the life of this object."""
        return frozenset(self.role_grants.filter(to_at=None).values_list("role", flat=True)) if self.is_active else frozenset()

    @property
    def role_names(self) -> str:
        """The roles held now in words, in the order of the requirements: "Lab operations, Lab leadership"."""
        return ", ".join(str(role.label) for role in Role if role in self.roles)

    def has_role(self, *roles: str) -> bool:
        """Whether the account holds any of `roles` now."""
        return not self.roles.isdisjoint(roles)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """What the portal declares follows from roles alone, for superusers too; the rest is Django's."""
        if rules.perm_exists(perm):
            return self.is_active and rules.has_perm(perm, self, obj)
        return super().has_perm(perm, obj)

    @property
    def is_staff(self) -> bool:
        """Whether Django admin lets this account in."""
        return self.is_active and (self.is_superuser or self.has_role(Role.ADMIN))

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email


declare(
    "people_user.email",
    lambda: blocking(
        "account-known", gettext("An account with this email address already exists."), gettext("Use that account, or another address.")
    ),
)


@recorded(in_stream="lab", fields="user role from_at to_at granted_by", acts="roles-set")
@personal("user granted_by", purpose=ACCOUNT, kept=EVIDENCE)
class RoleGrant(models.Model):
    """A role held from one moment to another; never overwritten."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=20, choices=Role)
    from_at = models.DateTimeField(default=timezone.now)
    to_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = RecordQuerySet["RoleGrant"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], condition=models.Q(to_at=None), name="people_one_grant_at_a_time"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="people_known_role"),
            models.CheckConstraint(condition=models.Q(to_at=None) | models.Q(to_at__gte=models.F("from_at")), name="people_grant_order"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class PersonQuerySet(models.QuerySet["Person"]):
    def unreached(self) -> PersonQuerySet:
        """Whom no mail can reach: without an address, and without an account that has one."""
        return self.filter(email="", user=None)

    def at(self, email: str) -> PersonQuerySet:
        """Whose own address this is, however it is spelt; nobody's when it is empty."""
        address = clean_address(email)
        return self.alias(address=Lower("email")).filter(address=address) if address else self.none()

    def known_at(self, email: str) -> Person | None:
        """The person with this address; of two records that were merged, the one that was kept."""
        person = self.at(email).select_related("merged_into").first()
        return person and (person.merged_into or person)

    def current(self) -> PersonQuerySet:
        """Without records that were merged into another."""
        return self.filter(merged_into=None)

    def matching(self, text: str) -> PersonQuerySet:
        """Those with every word of `text` in their name, title, organization or address; accents and case don't matter."""
        people = self.current()
        for word in search_words(text)[:8]:
            people = people.filter(search_text__contains=word)
        return people


class SearchText(web_search.SearchText):
    """What a person is found by, made anew whenever the row is saved."""

    def pre_save(self, instance: models.Model, add: bool) -> str:
        text = " ".join(search_words(" ".join(getattr(instance, name) for name in ("name", "title", "organisation", "email"))))
        setattr(instance, self.attname, text)
        return text


@personal("name title email organisation phone user merged_into search_text", purpose=CONTACT, kept=PERSON)
class Person(Revised):
    """Somebody the lab deals with: on a team, a champion, a signer. May never own an account."""

    name = LineField(_("name"), max_length=150)
    email = AddressField(_("email address"), max_length=254, blank=True)
    title = LineField(_("title"), max_length=150, blank=True)
    organisation = LineField(_("organization"), max_length=200, blank=True)
    phone = LineField(_("work phone"), max_length=40, blank=True)
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.PROTECT, related_name="person")
    search_text = SearchText(default="", editable=False)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="aliases", editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email=""),
                name="people_person_email",
                violation_error_message=_("A person with this email address is already on record."),
            ),
            # An alias is of the record that was kept, never of another alias, and has no account of its own.
            models.CheckConstraint(condition=models.Q(merged_into=None) | models.Q(user=None), name="people_alias_without_account"),
        ]
        indexes = [
            models.Index(Lower("name"), name="people_person_name"),
            models.Index(fields=["id"], condition=models.Q(email="", user=None), name="people_person_unreached"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        wanted = None if update_fields is None else {*update_fields, "search_text"}
        super().save(*args, update_fields=wanted, **kwargs)


declare(
    "people_person_email",
    lambda: blocking(
        "person-known",
        gettext("Another person already uses this address."),
        gettext("Use a different address, or change that person’s record."),
    ),
)


@recorded(
    in_stream="lab",
    fields="person kind from_address to_address reason state requested_by requested_at decided_by decided_at answer",
    acts="address-change-asked address-change-confirmed address-change-refused address-changed",
)
@personal("person from_address to_address requested_by decided_by", purpose=CONTACT, kept=EVIDENCE)
class AddressChange(models.Model):
    """An email address that was changed, or waits for a second account to confirm it (OP-03).

    Nobody decides alone where the links of a person who is asked to sign go. `kind` says whether the account that
    signs in is meant, or where mail to the person goes.
    """

    class Kind(models.TextChoices):
        MAIL = "mail", _("Contact address")
        SIGN_IN = "sign_in", _("Sign-in address")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for confirmation")
        APPLIED = "applied", _("Changed")
        REFUSED = "refused", _("Refused")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="address_changes")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MAIL)
    from_address = AddressField(blank=True)
    to_address = AddressField(_("new email address"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    state = models.CharField(max_length=10, choices=State)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("address change")
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(state="waiting"), name="people_one_waiting_address"),
            models.CheckConstraint(condition=models.Q(state__in=["waiting", "applied", "refused"]), name="people_address_state"),
            models.CheckConstraint(condition=models.Q(kind__in=["mail", "sign_in"]), name="people_address_kind"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_at=None) | (~models.Q(state="waiting") & models.Q(decided_at__isnull=False)),
                name="people_address_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"Address change {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING


@personal("account name", purpose=ACCOUNT, kept=OWN)
class SavedView(models.Model):
    """A list as an account likes to see it, under a name of its own: the filters and the order, as the address holds them."""

    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="saved_views")
    page = models.CharField(max_length=40, editable=False)
    name = LineField(_("name"), max_length=60)
    query = models.CharField(max_length=1000, blank=True, editable=False)

    class Meta:
        ordering = [Lower("name"), "pk"]
        verbose_name = _("saved view")
        constraints = [models.UniqueConstraint("account", "page", Lower("name"), name="people_one_view_of_a_name")]

    def __str__(self) -> str:
        return self.name


declare(
    "people_one_view_of_a_name",
    lambda: blocking("view-known", gettext("You already have a view with this name for this list."), gettext("Choose another name.")),
)


class SnoozeQuerySet(models.QuerySet["Snooze"]):
    def of(self, account: User, today: datetime.date) -> dict[str, Snooze]:
        """What the account has snoozed and isn't back yet, by the line's key; one query."""
        return {row.line: row for row in self.filter(user=account, until__gt=today)}

    def ended(self, today: datetime.date) -> SnoozeQuerySet:
        """Those whose day has come."""
        return self.filter(until__lte=today)


@personal("user title", purpose=ARRANGING, kept=UNTIL)
class Snooze(models.Model):
    """A line that one account doesn't want on its home before a day; it comes back by itself on that day.

    `line` is the key of the line (people/todo.py); `title` is what it said, for the list of what is snoozed.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="snoozes")
    line = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    until = models.DateField()

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        ordering = ["until", "pk"]
        verbose_name = _("snoozed line")
        verbose_name_plural = _("snoozed lines")
        constraints = [models.UniqueConstraint(fields=["user", "line"], name="people_snoozed_once")]
        indexes = [models.Index(fields=["until"], name="people_snoozes_by_day")]

    def __str__(self) -> str:
        return f"{self.line} until {self.until}"


# ── Bodies (EL-73, EL-96) ─────────────────────────────────────────────────────────────────────


@not_personal("name", why="the name of a group")
class Body(Revised):
    """A group of people that decides together, such as a working group or a committee. On screens it is a group."""

    class Kind(models.TextChoices):
        UNIT = "unit", _("Unit")
        COMMITTEE = "committee", _("Committee or working group")
        FORUM = "forum", _("Forum")

    name = LineField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.COMMITTEE)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts", verbose_name=_("reports to"))
    purpose = models.TextField(_("purpose"), max_length=1000, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["unit", "committee", "forum"]), name="people_body_kind"),
            models.CheckConstraint(condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")), name="people_body_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("body", args=[self.pk])


declare(
    "people_body.name",
    lambda: blocking("body-known", gettext("A group with this name already exists."), gettext("Choose another name.")),
)


class BodySeatQuerySet(RecordQuerySet["BodySeat"]):
    def on(self, day: datetime.date) -> BodySeatQuerySet:
        """Return the seats held on a day, counting first and last days."""
        return self.filter(models.Q(to_on=None) | models.Q(to_on__gte=day), from_on__lte=day)


@recorded(in_stream="lab", fields="body person role acting_for from_on to_on", acts="body-seat-added body-seat-ended")
@personal("person acting_for", purpose=ACCOUNTABLE, kept=EVIDENCE)
class BodySeat(models.Model):
    """A person's membership in a body: their role, such as chair, who they act for, and from when to when."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="body_seats", verbose_name=_("person"))
    role = LineField(_("role"), max_length=80, blank=True)
    acting_for = LineField(_("acting for"), max_length=150, blank=True)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"), null=True, blank=True)

    objects = BodySeatQuerySet.as_manager()

    class Meta:
        ordering = ["body", "from_on", "pk"]
        verbose_name = _("group membership")
        verbose_name_plural = _("group memberships")
        constraints = [
            models.UniqueConstraint(fields=["body", "person"], condition=models.Q(to_on=None), name="people_one_seat_at_a_time"),
            models.CheckConstraint(
                condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")), name="people_body_seat_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.body}"


declare(
    "people_one_seat_at_a_time",
    lambda: blocking(
        "body-seat-known", gettext("This person is already a member."), gettext("End their membership first if their role changes.")
    ),
)


# ── Organizations (SP-01, SP-11) ──────────────────────────────────────────────────────────────


@not_personal("name", why="the name of an organization")
class Organization(web_search.Learned, Revised):
    """An organization that the lab's partners come from, at a level of government or beside it, with where and how it works."""

    class Level(models.TextChoices):
        FEDERAL = "federal", _("Federal")
        PROVINCIAL = "provincial", _("Provincial")
        TERRITORIAL = "territorial", _("Territorial")
        MUNICIPAL = "municipal", _("Municipal")
        INDIGENOUS = "indigenous", _("Indigenous government")
        CROWN = "crown", _("Crown corporation")
        COMMUNITY = "community", _("Community or non-profit")
        OTHER = "other", _("Other")

    class Zone(models.TextChoices):
        PACIFIC = "America/Vancouver", _("Pacific (Vancouver)")
        YUKON = "America/Whitehorse", _("Yukon (Whitehorse)")
        MOUNTAIN = "America/Edmonton", _("Mountain (Edmonton)")
        SASKATCHEWAN = "America/Regina", _("Saskatchewan (Regina)")
        CENTRAL = "America/Winnipeg", _("Central (Winnipeg)")
        EASTERN = "America/Toronto", _("Eastern (Toronto)")
        ATLANTIC = "America/Halifax", _("Atlantic (Halifax)")
        NEWFOUNDLAND = "America/St_Johns", _("Newfoundland (St. John’s)")

    class Holidays(models.TextChoices):
        """Whose statutory holidays it observes: the regions of dates/working_days.py."""

        BC = "BC", _("British Columbia")
        AB = "AB", _("Alberta")
        SK = "SK", _("Saskatchewan")
        MB = "MB", _("Manitoba")
        ON = "ON", _("Ontario")
        QC = "QC", _("Quebec")
        NB = "NB", _("New Brunswick")
        NS = "NS", _("Nova Scotia")
        PE = "PE", _("Prince Edward Island")
        NL = "NL", _("Newfoundland and Labrador")
        YT = "YT", _("Yukon")
        NT = "NT", _("Northwest Territories")
        NU = "NU", _("Nunavut")
        FEDERAL = "CA", _("Government of Canada")

    name = LineField(_("name"), max_length=150)
    level = models.CharField(_("level of government"), max_length=20, choices=Level)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts", verbose_name=_("part of"))
    region = LineField(_("region"), max_length=100, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, choices=Zone, default=Zone.PACIFIC)
    holidays = models.CharField(_("statutory holidays of"), max_length=2, choices=Holidays, default=Holidays.BC)
    languages = LineField(_("languages of service"), max_length=150, blank=True)

    learned_from = ("name",)

    class Meta:
        ordering = [Lower("name"), "pk"]
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        constraints = [
            models.UniqueConstraint(Lower("name"), name="people_organization_name"),
            models.CheckConstraint(
                condition=models.Q(
                    level__in=["federal", "provincial", "territorial", "municipal", "indigenous", "crown", "community", "other"]
                ),
                name="people_organization_level",
            ),
            models.CheckConstraint(condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")), name="people_organization_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organization", args=[self.pk])


declare(
    "people_organization_name",
    lambda: blocking(
        "organization-known", gettext("An organization with this name is already on record."), gettext("Use it, or enter another name.")
    ),
)


class ContactQuerySet(models.QuerySet["OrganizationContact"]):
    def on(self, day: datetime.date) -> ContactQuerySet:
        """Return the contacts of a day."""
        return self.filter(models.Q(to_on=None) | models.Q(to_on__gte=day), from_on__lte=day)


@personal("person emergency_phone", purpose=CONTACT, kept=PERSON)
@not_personal("role", why="what the person does for the organization")
class OrganizationContact(Revised):
    """Who to ask at an organization for what: a person in a role, from a day until a day, and how to reach them in an emergency (SP-11)."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="organization_contacts", verbose_name=_("person"))
    role = LineField(_("role"), max_length=80)
    emergency_phone = LineField(_("phone in an emergency"), max_length=40, blank=True)
    from_on = models.DateField(_("first day"))
    to_on = models.DateField(_("last day"), null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["organization", "role", "pk"]
        verbose_name = _("contact of an organization")
        verbose_name_plural = _("contacts of organizations")
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "person", "role"], condition=models.Q(to_on=None), name="people_one_contact_in_a_role"
            ),
            models.CheckConstraint(condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")), name="people_contact_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.organization}"


declare(
    "people_one_contact_in_a_role",
    lambda: blocking("contact-known", gettext("This person is already a contact in this role."), gettext("Choose another person or role.")),
)
