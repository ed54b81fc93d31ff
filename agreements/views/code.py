"""A party asks for a one-time code and types it (EL-28)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from agreements import actions, codes
from agreements.access import Visitor, browser_of, invited
from agreements.forms import CodeForm
from agreements.views.signing import context_of
from findings import Refused
from web.kept_text import never_kept


@never_kept
@invited
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Looking shows where the code is; typing it ends in a redirect, and a wrong try stays counted."""
    if request.method == "POST":
        actions.enter_code(visitor.invitation, request.POST.get("code", ""), visitor.browser, by=visitor)
        return HttpResponseRedirect(request.path)
    if visitor.code or not visitor.needs_code or not visitor.invitation.may_sign:
        return HttpResponseRedirect(reverse("sign-sign", args=[visitor.invitation.pk]))
    code = codes.newest(visitor.invitation, visitor.browser)
    findings = actions.why_not(code)
    error = f"{findings[0].message} {findings[0].remedy}" if findings else ""
    waits = code is not None and (not findings or findings[0].code == "code-wrong")
    form = CodeForm({"code": ""}, error=error) if error else CodeForm()
    address = codes.masked_address(visitor.invitation.party.person.email)
    context = context_of(visitor, code=code, waits=waits, form=form, error=error, address=address)
    return render(request, "agreements/sign_code.html", context)


@invited
@require_POST
def send(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Send a code to the address on record, and nowhere else."""
    try:
        actions.ask_for_code(visitor.invitation, browser_of(request), by=visitor)
    except Refused as refused:
        return render(request, "agreements/refused.html", context_of(visitor, findings=refused.findings), status=409)
    return HttpResponseRedirect(reverse("sign-code", args=[visitor.invitation.pk]))
