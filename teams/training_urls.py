"""Training of a residency and over the whole lab, certificates, and one's own answer to a review."""

from django.urls import path

from teams.sprints import views as sprints_views
from teams.training import views

urlpatterns = [
    path("my-lab/reviews/<int:sprint>/", sprints_views.answer_from_my_lab, name="my-answer"),
    path("training/", views.lab_training, name="lab-training"),
    path("training/taken.<str:file_format>", views.lab_training_export, name="lab-training-export"),
    path("training/leaders/", views.lab_leaders, name="lab-leaders"),
    path("training/leaders.<str:file_format>", views.lab_leaders_export, name="lab-leaders-export"),
    path("training/<int:training>/certificate", views.certificate_file, name="certificate-file"),
    path("residencies/<str:reference>/training/", views.training, name="training"),
    path("residencies/<str:reference>/training/log/", views.log, name="training-log"),
    path("residencies/<str:reference>/training/<int:training>/certificate/", views.certificate, name="certificate"),
    path("residencies/<str:reference>/training/<int:training>/take-out/", views.strike, name="training-strike"),
]
