"""Saving, renaming and deleting one's own views of lists."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from findings import Finding
from people import actions
from people.fields import LineInput
from people.identity import account_on
from people.models import SavedView, User
from web.access import access_of, signed_in
from web.acts import press, run
from web.forms import ActForm

LONGEST_QUERY = 1000


class ViewForm(ActForm):
    """The name of a view."""

    verb = _("Save view")
    name = LineInput(label=_("Name"), max_length=60, help_text=_("For example “Health, live”. Only you see it."))

    def field_of(self, finding: Finding) -> str | None:
        return "name" if finding.code == "view-known" else None


class NewViewForm(ViewForm):
    """With what the view is of."""

    page = forms.CharField(max_length=40, widget=forms.HiddenInput)
    query = forms.CharField(max_length=LONGEST_QUERY, widget=forms.HiddenInput, required=False)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    """Save a list as it is filtered and sorted now, under a name."""
    account = account_on(request)
    asked = request.POST if request.method == "POST" else request.GET
    page, query = asked.get("page", ""), asked.get("query", "")[:LONGEST_QUERY]
    url = _list_url(account, page)
    if not url:
        return redirect("home")
    form = NewViewForm(request.POST or None, initial={"page": page, "query": query})
    return run(
        request,
        form,
        lambda: actions.save_view(account, by=account, **form.facts),
        done=lambda view: _t("Saved the view “%(name)s”.") % {"name": view.name},
        to=lambda view: _address(view),
        page="people/lists/save.html",
        back_to=f"{url}?{query}" if query else url,
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a view of one's own, or delete it."""
    view = _own(request, pk)
    form = ViewForm(request.POST or None, initial={"name": view.name})
    return run(
        request,
        form,
        lambda: actions.rename_view(view, name=form.cleaned_data["name"], by=request.user),
        done=_t("Renamed the view."),
        to=_address(view),
        page="people/lists/edit.html",
        view=view,
        back_to=_address(view),
    )


@signed_in
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a view of one's own."""
    view = _own(request, pk)
    url = _address(view).partition("?")[0]
    return press(
        request,
        lambda: actions.delete_view(view, by=request.user),
        done=_t("Deleted the view “%(name)s”.") % {"name": view.name},
        to=url,
    )


def _own(request: HttpRequest, pk: int) -> SavedView:
    return get_object_or_404(SavedView.objects.select_related("account"), pk=pk, account=account_on(request))


def _list_url(account: User, page: str) -> str:
    """The address of the list called `page`; "" for none that the account may open."""
    try:
        url = reverse(page) if page.isascii() and ":" not in page else ""
    except NoReverseMatch:
        url = ""
    access = access_of(resolve(url).func) if url else None
    return url if access and access.permission and account.has_perm(access.permission) else ""


def _address(view: SavedView) -> str:
    return f"{reverse(view.page)}?{view.query}"
