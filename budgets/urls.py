"""Addresses are Swedish, their names English."""

from django.urls import path, register_converter

from budgets import views


class YearConverter:
    """Four digits of this century, so that no other number reaches the database."""

    regex = "20[0-9]{2}"

    def to_python(self, value: str) -> int:
        """The address's year."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The year's address."""
        return str(value)


register_converter(YearConverter, "year")

urlpatterns = [
    path("", views.start, name="start"),
    path("health/", views.health, name="health"),
    path("<slug:slug>/", views.association, name="association"),
    path("<slug:slug>/<year:year>/", views.year, name="year"),
    path("<slug:slug>/<year:year>/budget.pdf", views.budget_pdf, name="budget_pdf"),
    path("<slug:slug>/<year:year>/atagande/<slug:member>/", views.commitment, name="commitment"),
]
