"""All addresses of the site."""

from django.urls import include, path

from finsam import typeface
from members.views import LoginView, LogoutView

urlpatterns = [
    path(
        "logga-in/",
        LoginView.as_view(),
        name="login",
    ),
    path("logga-ut/", LogoutView.as_view(), name="logout"),
    path("typsnitt/source-sans-pro-<int:weight>.woff2", typeface.font, name="font"),
    path("", include("budgets.urls")),
]

handler400 = "members.views.bad_request"
