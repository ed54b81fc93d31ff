from django.urls import URLPattern, path

from people import views
from people.lists import views as lists

urlpatterns: list[URLPattern] = [
    path("", views.people, name="people"),
    path("add/", views.add, name="person-add"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/edit/", views.edit, name="person-edit"),
    path("<int:pk>/address/", views.person_address, name="person-address"),
    path("<int:pk>/merge/", views.merge, name="person-merge"),
    path("accounts/<int:pk>/leave/", views.leave, name="account-leave"),
    path("accounts/<int:pk>/address/", views.account_address, name="account-address"),
    path("views/save/", lists.save, name="view-save"),
    path("views/<int:pk>/", lists.edit, name="view-edit"),
    path("views/<int:pk>/delete/", lists.delete, name="view-delete"),
    path("address-changes/<int:change>/", views.address_change, name="address-change"),
]
