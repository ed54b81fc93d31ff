"""Pages of a subject about its money, tasks and barriers, and the pages over all subjects."""

from django.urls import include, path

from oversight.money import views as money

MONEY = [
    path("", money.money, name="money"),
    path("<int:year>/budget/", money.budget, name="money-budget"),
    path("<int:year>/other-funding/", money.other_funding, name="money-fund"),
    path("<int:year>/confirmation/", money.confirm, name="money-confirm"),
    path("entries/add/", money.add, name="money-add"),
    path("entries/<int:entry>/correct/", money.correct, name="money-correct"),
    path("entries/<int:entry>/remove/", money.remove, name="money-remove"),
    path("who-pays/<slug:item>/", money.payer, name="money-payer"),
    path("contracts/add/", money.add_contract, name="contract-add"),
    path("contracts/<int:contract>/", money.contract, name="contract"),
    path("contracts/<int:contract>/remove/", money.remove_contract, name="contract-remove"),
    path("import/", money.import_money, name="money-import"),
    path("money.<str:file_format>", money.export_money, name="money-export"),
]

urlpatterns = [path("<subject:reference>/money/", include(MONEY))]
