from django.urls import URLPattern, path

from people import views

urlpatterns: list[URLPattern] = [
    path("", views.people, name="people"),
    path("add/", views.add, name="person-add"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/edit/", views.edit, name="person-edit"),
]
