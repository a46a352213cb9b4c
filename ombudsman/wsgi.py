"""The door for web servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ombudsman.settings")
application = get_wsgi_application()
# What was loaded stays for good; and taking a visit in makes thousands of objects that live for milliseconds.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
