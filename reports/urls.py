"""Addresses of the portfolio, of a residency's return and value reports, of API tokens and of the API."""

from django.urls import include, path

from reports.api import version1
from reports.portfolio import views as portfolio_views
from reports.tokens import views
from reports.value import views as value

urlpatterns = [
    path("<subject:reference>/value/return/", value.value_return, name="value-return"),
    path("<subject:reference>/value/report/", value.value_report, name="value-report"),
    path("<subject:reference>/value/report/<int:number>/", value.sealed_report, name="value-report-sealed"),
    path("<subject:reference>/value/report/<int:number>/changes/", value.report_changes, name="value-report-changes"),
    path("api-tokens/", views.tokens, name="api-tokens"),
    path("api-tokens/new/", views.create, name="api-token-create"),
    path("api-tokens/<int:pk>/revoke/", views.revoke, name="api-token-revoke"),
    path("reports/portfolio/", portfolio_views.portfolio, name="portfolio"),
    path("reports/portfolio/<slug:figure>/", portfolio_views.rows, name="portfolio-rows"),
    path("reports/portfolio.<str:file_format>", portfolio_views.download, name="portfolio-export"),
    path("api/v1/", include((version1.addresses(), "api-1"))),
]
