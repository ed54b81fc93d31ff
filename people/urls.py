from django.urls import URLPattern, path

from people import address_views, record_views, views

urlpatterns: list[URLPattern] = [
    path("", views.people, name="people"),
    path("add/", views.add, name="person-add"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/edit/", views.edit, name="person-edit"),
    path("<int:pk>/address/", address_views.person_address, name="person-address"),
    path("<int:pk>/merge/", record_views.merge, name="person-merge"),
    path("accounts/<int:pk>/leave/", record_views.leave, name="account-leave"),
    path("accounts/<int:pk>/address/", address_views.account_address, name="account-address"),
    path("address-changes/<int:change>/", address_views.address_change, name="address-change"),
]
