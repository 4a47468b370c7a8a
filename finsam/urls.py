"""All addresses of the site."""

from django.contrib.auth import views as auth
from django.urls import include, path

urlpatterns = [
    path("logga-in/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logga-ut/", auth.LogoutView.as_view(), name="logout"),
    path("", include("budgets.urls")),
]
