"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from dates import zone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labportal.settings")
zone.require()  # gunicorn runs no system checks
application = get_wsgi_application()
