from django.urls import path

from ledger import views

urlpatterns = [
    path("", views.lab_history, name="lab-history"),
    path("export.<slug:file_format>", views.lab_history_export, name="lab-history-export"),
]
