"""Administration is ours throughout: what other apps register by themselves could be changed past our acts."""

from django.contrib import admin

from web.admin import LabAdmin

for model, page in list(admin.site._registry.items()):
    if not isinstance(page, LabAdmin):
        admin.site.unregister(model)
