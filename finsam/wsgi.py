"""What a WSGI server loads. It starts no database: `manage.py up` does, or DATABASE_URL names one."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finsam.settings")

application = get_wsgi_application()
