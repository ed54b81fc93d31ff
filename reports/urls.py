"""Addresses of the portfolio, of a residency's return, value reports and showcase entry, of the public showcase, of lessons and of the API."""

from django.urls import include, path

from reports.api import version1
from reports.lessons import views as lessons
from reports.portfolio import views as portfolio_views
from reports.showcase import cases, public
from reports.showcase import views as showcase
from reports.tokens import views
from reports.value import views as value

urlpatterns = [
    path("<subject:reference>/value/return/", value.value_return, name="value-return"),
    path("<subject:reference>/value/report/", value.value_report, name="value-report"),
    path("<subject:reference>/value/report/<int:number>/", value.sealed_report, name="value-report-sealed"),
    path("<subject:reference>/value/report/<int:number>/changes/", value.report_changes, name="value-report-changes"),
    path("<subject:reference>/showcase/", showcase.entry, name="showcase-entry"),
    path("<subject:reference>/showcase/edit/", showcase.edit, name="showcase-edit"),
    path("<subject:reference>/showcase/components/new/", showcase.add_component, name="showcase-component-add"),
    path("<subject:reference>/showcase/components/<int:component>/remove/", showcase.remove_component, name="showcase-component-remove"),
    path("<subject:reference>/showcase/names/", showcase.named_alumni, name="showcase-names"),
    path("<subject:reference>/showcase/names/<int:place>/", showcase.record_consent, name="showcase-name-add"),
    path("<subject:reference>/showcase/consents/<int:consent>/end/", showcase.end_consent, name="showcase-name-end"),
    path("<subject:reference>/showcase/release/", showcase.propose, name="showcase-propose"),
    path("<subject:reference>/showcase/versions/<int:number>/", showcase.version_page, name="showcase-version"),
    path("<subject:reference>/showcase/versions/<int:number>/release/", showcase.release, name="showcase-release"),
    path("<subject:reference>/showcase/versions/<int:number>/withdraw/", showcase.withdraw, name="showcase-withdraw"),
    path("reports/showcase/", showcase.overview, name="showcase-list"),
    path("<subject:reference>/lessons/", lessons.of_residency, name="residency-lessons"),
    path("<subject:reference>/lessons/new/", lessons.add, name="lesson-add"),
    path("lessons/", lessons.lessons, name="lessons"),
    path("lessons/<int:pk>/", lessons.lesson, name="lesson"),
    path("lessons/<int:pk>/edit/", lessons.edit, name="lesson-edit"),
    path("lessons/<int:pk>/promote/", lessons.promote, name="lesson-promote"),
    path("showcase/", public.showcase, name="showcase"),
    path("showcase.<str:file_format>", public.feed, name="showcase-feed"),
    path("showcase/.<str:file_format>", public.feed_elsewhere, name="showcase-feed-elsewhere"),
    path("showcase/cases/", cases.showcase_cases, name="showcase-cases"),
    path("showcase/cases.<str:file_format>", cases.cases_feed, name="showcase-cases-feed"),
    path("showcase/cases/<slug:code>/", cases.showcase_case, name="showcase-case"),
    path("showcase/<slug:reference>/", public.product, name="showcase-product"),
    path("sitemap.xml", public.sitemap, name="sitemap"),
    path("api-tokens/", views.tokens, name="api-tokens"),
    path("api-tokens/new/", views.create, name="api-token-create"),
    path("api-tokens/<int:pk>/revoke/", views.revoke, name="api-token-revoke"),
    path("reports/portfolio/", portfolio_views.portfolio, name="portfolio"),
    path("reports/portfolio/sealed/", portfolio_views.reports, name="portfolio-reports"),
    path("reports/portfolio/sealed/<int:number>/", portfolio_views.sealed_portfolio, name="portfolio-sealed"),
    path("reports/portfolio/sealed/<int:number>/changes/", portfolio_views.portfolio_changes, name="portfolio-changes"),
    path("reports/portfolio/sealed/<int:number>/<slug:figure>/", portfolio_views.sealed_rows, name="portfolio-sealed-rows"),
    path("reports/portfolio/<slug:figure>/", portfolio_views.rows, name="portfolio-rows"),
    path("reports/portfolio.<str:file_format>", portfolio_views.download, name="portfolio-export"),
    path("api/v1/", include((version1.addresses(), "api-1"))),
]
