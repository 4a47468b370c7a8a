"""All addresses of the site."""

from django.urls import include, path

from members.views import LoginView, LogoutView

urlpatterns = [
    path(
        "logga-in/",
        LoginView.as_view(),
        name="login",
    ),
    path("logga-ut/", LogoutView.as_view(), name="logout"),
    path("", include("budgets.urls")),
]

handler400 = "members.views.bad_request"
