from django import forms
from django.utils.translation import gettext_lazy as _

from people.fields import AddressInput, LineInput
from web.forms import ActForm


class PersonForm(ActForm):
    name = LineInput(label=_("Name"), max_length=150)
    title = LineInput(label=_("Title"), max_length=150, required=False, help_text=_("Such as “Director, Digital Services”."))
    organisation = LineInput(label=_("Organisation"), max_length=200, required=False, help_text=_("A ministry or a company."))
    email = AddressInput(
        label=_("E-mail address"), max_length=254, required=False, help_text=_("Messages and links to sign are sent here.")
    )
    phone = LineInput(label=_("Work phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
