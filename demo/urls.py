from django.urls import path

from demo import styleguide, views

urlpatterns = [
    path("demo/mail/", views.mail, name="demo-mail"),
    path("demo/sign-in/", views.sign_in, name="demo-sign-in"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
