"""Pages of the guidance by model and by theme, on screen and as PDF, and the library of tools and templates (SP-05, SP-09)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from partnerships.guidance import actions, forms
from partnerships.guidance.queries import (
    ModelPage,
    current_resources,
    flat,
    leaves,
    model_page,
    practices_shown,
    resource_or_404,
    theme_or_404,
    theme_page,
    themes,
    tree,
    trip_lists,
    versions_of,
)
from partnerships.models import Resource, Theme
from people.identity import account_on
from sealing.rendering import typeset
from web.access import needs
from web.acts import run
from web.uploads.storage import as_download

SEES = "partnerships.view_guidance"


# ── Guidance ─────────────────────────────────────────────────────────────────────────────────


@require_safe
@needs(SEES)
def guidance(request: HttpRequest) -> HttpResponse:
    """Show the models from the loosest to the closest, and the themes; two queries."""
    roots = tree()
    return render(request, "partnerships/guidance/guidance.html", {"roots": roots, "leaves": leaves(roots), "themes": themes()})


@require_safe
@needs(SEES)
def guidance_pdf(request: HttpRequest) -> HttpResponse:
    """Return the whole guidance as PDF: every model, then every practice by theme."""
    practices = practices_shown()
    by_theme = [(theme.label, [row for row in practices if row.theme == theme]) for theme in Theme]
    context = {"nodes": flat(tree()), "groups": [group for group in by_theme if group[1]], "trips": trip_lists()}
    return pdf("partnerships/guidance/print.html", "guidance", {"title": _("Guidance for partnerships"), **context})


def _model(_user: Any, model: str) -> ModelPage:
    return model_page(model)


@require_safe
@needs(SEES, _model)
def model(request: HttpRequest, shown: ModelPage) -> HttpResponse:
    """Show a model: what it is, its kinds, the practices that apply to it, and its tools."""
    return render(request, "partnerships/guidance/model.html", {"shown": shown, "node": shown.node})


@require_safe
@needs(SEES, _model)
def model_pdf(request: HttpRequest, shown: ModelPage) -> HttpResponse:
    """Return the guidance on a model as PDF."""
    groups = [(group.label, group.practices) for group in shown.practices]
    context = {"nodes": flat([shown.node]), "groups": groups, "title": shown.node.model.name}
    return pdf("partnerships/guidance/print.html", shown.node.model.code, context)


@require_safe
@needs(SEES, theme_or_404)
def theme(request: HttpRequest, theme: Theme) -> HttpResponse:
    """Show a theme's practices by model, with how many partnerships follow each."""
    return render(request, "partnerships/guidance/theme.html", {"theme": theme, "groups": theme_page(theme)})


@require_safe
@needs(SEES, theme_or_404)
def theme_pdf(request: HttpRequest, theme: Theme) -> HttpResponse:
    """Return a theme's practices as PDF."""
    groups = [(group.label or _("All models"), group.practices) for group in theme_page(theme)]
    return pdf("partnerships/guidance/print.html", theme.value, {"nodes": [], "groups": groups, "title": theme.label})


@require_safe
@needs(SEES)
def trips(request: HttpRequest) -> HttpResponse:
    """Show what to check, take along and have at hand on a trip by road; prints on one page."""
    return render(request, "partnerships/guidance/trips.html", {"trips": trip_lists()})


# ── Library ──────────────────────────────────────────────────────────────────────────────────


@require_safe
@needs(SEES)
def library(request: HttpRequest) -> HttpResponse:
    """List the newest version of every tool, by model."""
    rows = current_resources()
    groups = [(root.model.name, [row for row in rows if _is_for(row, flat([root]))]) for root in tree()]
    groups.append((_("All models"), [row for row in rows if not row.applies_to.all()]))
    context = {"groups": [group for group in groups if group[1]], "may_keep": _may_keep(request)}
    return render(request, "partnerships/guidance/library.html", context)


def _is_for(row: Resource, nodes: list[Any]) -> bool:
    return bool({model.pk for model in row.applies_to.all()} & {node.model.pk for node in nodes})


def _may_keep(request: HttpRequest) -> bool:
    return account_on(request).has_perm("partnerships.keep_guidance")


@require_safe
@needs(SEES, resource_or_404)
def resource(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Show a version of a tool, and the others."""
    versions = versions_of(resource)
    context = {"resource": resource, "versions": versions, "is_newest": versions[0].pk == resource.pk, "may_keep": _may_keep(request)}
    return render(request, "partnerships/guidance/resource.html", context)


@require_safe
@needs(SEES, resource_or_404)
def download(request: HttpRequest, resource: Resource) -> HttpResponse:
    """Hand out the file of a version, always as a download. Raises `Http404` without one."""
    return as_download(resource.file, resource.file_name, resource.content_type)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("partnerships.keep_guidance")
def add(request: HttpRequest) -> HttpResponse:
    form = forms.ResourceForm(request.POST or None)
    names = ("title", "code", "purpose", "when_to_use", "kind", "theme", "applies_to")
    act = lambda: actions.add_resource(**{name: form.cleaned_data[name] for name in names}, by=request.user)
    done = _("Added. Publish a file or a link when it’s ready.")
    to = lambda row: row.get_absolute_url()
    heading = _("Add a tool or template")
    return run(request, form, act, done=done, to=to, page="partnerships/guidance/act.html", heading=heading)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("partnerships.keep_guidance", resource_or_404)
def publish(request: HttpRequest, resource: Resource) -> HttpResponse:
    form = forms.VersionForm(request.POST or None, request.FILES or None)
    act = lambda: actions.publish_version(resource, **form.version, by=request.user)
    heading = _("Publish a version of “%(title)s”") % {"title": resource.title}
    done = _("Published. Links to earlier versions keep working.")
    to = lambda row: row.get_absolute_url()
    context = {"heading": heading, "cancel": resource.get_absolute_url()}
    return run(request, form, act, done=done, to=to, page="partnerships/guidance/act.html", **context)


def pdf(template: str, name: str, context: dict[str, Any]) -> HttpResponse:
    """Return a page of the guidance as PDF/UA-1, always as a download."""
    html = render_to_string(template, {**context, "site": settings.SITE_URL.rstrip("/"), "lab": settings.LAB_NAME})
    response = HttpResponse(typeset(html), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
