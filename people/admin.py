"""Admin pages for accounts, roles and people."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import admin, messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people.actions import add_person, create_account, edit_account, edit_person, set_roles
from people.models import Person, Role, RoleGrant, User
from web.admin import LabAdmin


class AccountForm(forms.ModelForm):
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Roles start as soon as you save."),
    )

    class Meta:
        model = User
        fields = ("name", "email", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["roles"].initial = sorted(self.instance.roles)


@admin.register(User)
class UserAdmin(LabAdmin):
    form = AccountForm
    list_display = ("name", "email", "roles_now", "is_active", "date_joined")
    list_display_links = ("name", "email")
    list_filter = ("is_active", ("role_grants__role", admin.ChoicesFieldListFilter))
    search_fields = ("name", "email")
    ordering = ("name", "email")
    readonly_fields = ("date_joined", "last_login")
    actions = ("send_password_links", "close_accounts")

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return (
            ("name", "email")
            + (("change_address",) if obj else ())
            + ("roles",)
            + (("is_active", "date_joined", "last_login") if obj else ())
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Make the address read-only: a separate act changes it, ends the password and sessions, and may need a second account (OP-03)."""
        return (*self.readonly_fields, "email", "change_address") if obj else self.readonly_fields

    @admin.display(description=_("change address"))
    def change_address(self, user: User) -> str:
        return format_html('<a href="{}">{}</a>', reverse("account-address", args=[user.pk]), _("Change the sign-in address"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        held = RoleGrant.objects.filter(to_at=None).order_by("role")
        return super().get_queryset(request).prefetch_related(Prefetch("role_grants", queryset=held, to_attr="held"))

    @admin.display(description=_("roles"))
    def roles_now(self, user: User) -> str:
        return ", ".join(grant.get_role_display() for grant in getattr(user, "held", []))

    def act(self, request: HttpRequest, obj: User, form: Any, change: bool) -> User:
        roles = form.cleaned_data["roles"]
        if not change:
            user = create_account(email=obj.email, name=obj.name, roles=roles, by=request.user)
            get_adapter(request).send_account_invitation(user, by=request.user)
            return user
        changes = {name: form.cleaned_data[name] for name in AccountForm.Meta.fields if name in form.cleaned_data}
        set_roles(obj, roles, by=request.user)
        return edit_account(obj, by=request.user, **changes)

    @admin.action(description=_("Send a link to choose a password"))
    def send_password_links(self, request: HttpRequest, users: QuerySet[User]) -> None:
        chosen = list(users.filter(is_active=True))
        for user in chosen:
            get_adapter(request).send_password_reset_mail(user, user.email, {"by": request.user})
        summary = ngettext("A link will be sent to %(count)d account.", "Links will be sent to %(count)d accounts.", len(chosen))
        self.message_user(request, summary % {"count": len(chosen)}, messages.SUCCESS)

    @admin.action(description=_("Close accounts (end sign-in)"))
    def close_accounts(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            edit_account(user, by=request.user, is_active=False)


class PersonForm(forms.ModelForm):
    shown_revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Person
        fields = ("name", "title", "organisation", "email", "phone", "user")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_revision"].initial = self.instance.revision


@admin.register(Person)
class PersonAdmin(LabAdmin):
    form = PersonForm
    list_display = ("name", "title", "organisation", "email", "user")
    list_select_related = ("user",)
    search_fields = ("name", "email", "organisation")
    autocomplete_fields = ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Person | None = None) -> tuple[str, ...]:
        """Make the email address read-only: it is changed on the person's own page, where a second account may have to confirm it (OP-03)."""
        return ("email", "change_address") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Person | None = None) -> tuple[str, ...]:
        return (*PersonForm.Meta.fields, "change_address", "shown_revision") if obj else (*PersonForm.Meta.fields, "shown_revision")

    @admin.display(description=_("change address"))
    def change_address(self, person: Person) -> str:
        return format_html('<a href="{}">{}</a>', reverse("person", args=[person.pk]), _("Change on the person’s page"))

    def act(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> Person:
        facts = {name: form.cleaned_data[name] for name in PersonForm.Meta.fields if name in form.cleaned_data}
        if not change:
            return add_person(**facts, by=request.user)
        return edit_person(obj, shown_revision=form.cleaned_data["shown_revision"] or 0, by=request.user, **facts)
