from django.urls import path

from labportal import demo_views

urlpatterns = [
    path("mail/", demo_views.mail, name="demo-mail"),
    path("sign-in/", demo_views.sign_in, name="demo-sign-in"),
]
