"""Addresses are Swedish, their names English."""

from django.urls import path, register_converter

from budgets import open_data_files as files
from budgets.views import allocations, equity, keys, members, open_data, payments, postings, reading
from budgets.views.actuals import actuals, forecast
from budgets.views.compare import compare, difference
from budgets.views.contributions import contributions
from budgets.views.deadlines import calendar, deadlines
from budgets.views.help import accessibility, how_it_works, words
from budgets.views.imports import actuals_file
from budgets.views.inhabitants import count_inhabitants
from budgets.views.key_figures import key_figures_page
from budgets.views.scenario import explore
from budgets.views.versions import versions


class YearConverter:
    """Four digits of this century, so that no other number reaches the database."""

    regex = "20[0-9]{2}"

    def to_python(self, value: str) -> int:
        """The address's year."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The year's address."""
        return str(value)


class NumberConverter:
    """A posting's number, short enough for the database."""

    regex = "[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        """The address's number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The number's address."""
        return str(value)


register_converter(YearConverter, "year")
register_converter(NumberConverter, "number")

urlpatterns = [
    path("", reading.start, name="start"),
    path("health/", reading.health, name="health"),
    path("sa-fungerar-det/", how_it_works, name="how_it_works"),
    path("ordlista/", words, name="words"),
    path("tillganglighet/", accessibility, name="accessibility"),
    path("oppna-data/", open_data.about, name="open_data"),
    path("oppna-data/forbund.json", open_data.associations, name="associations_json"),
    path("oppna-data/<slug:name>.schema.json", open_data.schema, name="open_data_schema"),
    path("<slug:slug>/", reading.association, name="association"),
    path("<slug:slug>/medlemmar/", members.members, name="members"),
    path("<slug:slug>/medlemmar/ny/", members.new_member, name="new_member"),
    path("<slug:slug>/medlemmar/<slug:member>/", members.change_member, name="change_member"),
    path("<slug:slug>/medlemmar/<slug:member>/ta-bort/", members.remove_member, name="remove_member"),
    path("<slug:slug>/installningar/", members.settings, name="settings"),
    path("<slug:slug>/jamfor/", compare, name="compare"),
    path("<slug:slug>/<year:year>/", reading.year, name="year"),
    path("<slug:slug>/<year:year>/budget.pdf", reading.budget_pdf, name="budget_pdf"),
    path(
        "<slug:slug>/<year:year>/budget.csv",
        open_data.budget_file,
        {"write": files.budget_csv},
        name="budget_csv",
    ),
    path(
        "<slug:slug>/<year:year>/budget-data.csv",
        open_data.budget_file,
        {"write": files.budget_data_csv},
        name="budget_data_csv",
    ),
    path(
        "<slug:slug>/<year:year>/budget.xlsx",
        open_data.budget_file,
        {"write": files.budget_workbook},
        name="budget_xlsx",
    ),
    path(
        "<slug:slug>/<year:year>/budget.json",
        open_data.budget_file,
        {"write": files.budget_json},
        name="budget_json",
    ),
    path("<slug:slug>/ar.csv", open_data.years_file, {"write": files.years_csv}, name="years_csv"),
    path("<slug:slug>/ar.xlsx", open_data.years_file, {"write": files.years_workbook}, name="years_xlsx"),
    path("<slug:slug>/ar.json", open_data.years_file, {"write": files.years_json}, name="years_json"),
    path("<slug:slug>/verifikation/<number:number>/", postings.posting, name="posting"),
    path("<slug:slug>/verifikation/<number:number>/ratta/", postings.reverse_posting, name="reverse_posting"),
    path("<slug:slug>/<year:year>/historik/<slug:account>/summa/", postings.sum_history, name="history_sum"),
    path(
        "<slug:slug>/<year:year>/historik/<slug:account>/summa/<slug:part>/",
        postings.sum_history,
        name="history_sum",
    ),
    path("<slug:slug>/<year:year>/sa-raknas/<slug:worked>/", postings.worked, name="worked"),
    path("<slug:slug>/<year:year>/sa-raknas/<slug:worked>/<slug:whose>/", postings.worked, name="worked"),
    path(
        "<slug:slug>/<year:year>/historik/<slug:account>/<slug:whose>/",
        postings.figure_history,
        name="history",
    ),
    path("<slug:slug>/nyckeltal/", key_figures_page, name="key_figures"),
    path("<slug:slug>/<year:year>/invanare/", count_inhabitants, name="inhabitants"),
    path("<slug:slug>/eget-kapital/", equity.equity, name="equity"),
    path("<slug:slug>/eget-kapital/trappa/", equity.equity_ladder, name="equity_ladder"),
    path("<slug:slug>/poster/", allocations.lines, name="lines"),
    path("<slug:slug>/poster/<slug:line>/", allocations.line, name="line"),
    path("<slug:slug>/<year:year>/fordelning/", allocations.allocation, name="allocation"),
    path(
        "<slug:slug>/<year:year>/fordelning/manader/",
        allocations.allocation_months,
        name="allocation_months",
    ),
    path("<slug:slug>/<year:year>/inbetalningar/", payments.payments, name="payments"),
    path("<slug:slug>/<year:year>/inbetalningar/plan/", payments.plan, name="payment_plan"),
    path("<slug:slug>/<year:year>/inbetalningar/ny/", payments.payment, name="payment"),
    path(
        "<slug:slug>/<year:year>/inbetalningar/<slug:member>.pdf",
        payments.payment_call,
        name="payment_call",
    ),
    path("<slug:slug>/<year:year>/scenario/", explore, name="scenario"),
    path("<slug:slug>/<year:year>/versioner/", versions, name="versions"),
    path("<slug:slug>/<year:year>/skillnad/", difference, name="difference"),
    path("<slug:slug>/<year:year>/tidplan/", deadlines, name="deadlines"),
    path("<slug:slug>/kalender.ics", calendar, name="calendar"),
    path("<slug:slug>/<year:year>/nyckel/", keys.key, name="key"),
    path("<slug:slug>/<year:year>/utfall/", actuals, name="actuals"),
    path("<slug:slug>/<year:year>/utfall/fil/", actuals_file, name="actuals_file"),
    path("<slug:slug>/<year:year>/prognos/", forecast, name="forecast"),
    path("<slug:slug>/<year:year>/bidrag/", contributions, name="contributions"),
    path("<slug:slug>/<year:year>/atagande/<slug:member>/", reading.commitment, name="commitment"),
]
