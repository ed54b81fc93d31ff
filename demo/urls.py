from django.urls import path

from demo import views

urlpatterns = [
    path("mail/", views.mail, name="demo-mail"),
    path("sign-in/", views.sign_in, name="demo-sign-in"),
]
