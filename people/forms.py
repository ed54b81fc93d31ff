from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms import ActForm


class PersonForm(ActForm):
    name = forms.CharField(label=_("Name"), max_length=150)
    title = forms.CharField(label=_("Title"), max_length=150, required=False, help_text=_("Such as “Director, Digital Services”."))
    organisation = forms.CharField(label=_("Organisation"), max_length=200, required=False, help_text=_("A ministry or a company."))
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, required=False, help_text=_("Messages and links to sign are sent here.")
    )
    phone = forms.CharField(label=_("Work phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()
