"""The web process's entry: the probes, then what the apps mount, then Django."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cloudapps.settings")

_django = get_wsgi_application()

from cloudapps.mounts import with_mounts  # noqa: E402  (needs Django to be set up)
from cloudapps.probes import with_probes  # noqa: E402

application = with_probes(with_mounts(_django))
