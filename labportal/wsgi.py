"""Where gunicorn enters."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labportal.settings")
application = get_wsgi_application()
