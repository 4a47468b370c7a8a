"""All addresses of the site."""

from django.contrib.auth import views as auth
from django.urls import include, path

from members.forms import LoginForm

urlpatterns = [
    path(
        "logga-in/",
        auth.LoginView.as_view(authentication_form=LoginForm, redirect_authenticated_user=True),
        name="login",
    ),
    path("logga-ut/", auth.LogoutView.as_view(), name="logout"),
    path("", include("budgets.urls")),
]
