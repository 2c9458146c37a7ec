"""wsgidav as it comes: one folder, one user; what `bench/dav.py` compares with."""

import os

from wsgidav.wsgidav_app import WsgiDAVApp

application = WsgiDAVApp(
    {
        "provider_mapping": {"/": os.environ["PLAIN_DAV_FOLDER"]},
        "simple_dc": {"user_mapping": {"*": {"alice": {"password": "secret"}}}},
    }
)
