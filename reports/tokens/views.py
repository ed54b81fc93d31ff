"""Pages on which an account creates and revokes its API tokens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.subjects import with_subject
from people.identity import account_on
from people.models import User
from reports.models import ApiToken
from reports.tokens import actions
from reports.tokens.forms import RevokeForm, TokenForm
from web.access import needs
from web.acts import run


def token_or_404(user: User, pk: int) -> ApiToken:
    return get_object_or_404(ApiToken.objects.select_related("account"), pk=pk, revoked_at=None)


@needs("reports.create_token")
def tokens(request: HttpRequest) -> HttpResponse:
    """List the account's tokens: those that work first, then the rest; one query."""
    return _list(request)


@needs("reports.create_token")
def create(request: HttpRequest) -> HttpResponse:
    """Create a token, and show its text this once."""
    form = TokenForm(request.POST or None, user=account_on(request))
    if form.carried_out(lambda: actions.create_token(**form.facts, by=request.user)):
        # Not a redirect: the text is shown in this answer alone and stored nowhere.
        return _list(request, created=form.result)
    return render(request, "reports/token_form.html", {"form": form, "cancel": reverse("api-tokens")}, status=form.status_or_422)


@needs("reports.revoke_token", token_or_404)
def revoke(request: HttpRequest, token: ApiToken) -> HttpResponse:
    """Revoke a token, after saying what that does."""
    form = RevokeForm(request.POST or None)
    done = _("“%(name)s” was revoked. Requests with it are refused from now on.") % {"name": token.name}
    act = lambda: actions.revoke_token(token, by=request.user)
    return run(request, form, act, done=done, to=reverse("api-tokens"), page="reports/token_revoke.html", token=token)


def _list(request: HttpRequest, created: tuple[ApiToken, str] | None = None) -> HttpResponse:
    today = timezone.localdate()
    rows = list(ApiToken.objects.filter(account=account_on(request)).select_related("stream", *with_subject("stream")))
    context = {
        "working": [row for row in rows if row.works_on(today)],
        "ended": [row for row in rows if not row.works_on(today)],
        "created": created[0] if created else None,
        "text": created[1] if created else "",
    }
    return render(request, "reports/tokens.html", context)
