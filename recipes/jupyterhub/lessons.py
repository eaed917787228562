"""The lessons as pages, as a service of a JupyterHub: at /services/lessons/, for whoever reaches the hub.

JupyterHub: jupyterhub_config.py beside this file loads it.
The Littlest JupyterHub: copy it to /opt/tljh/config/jupyterhub_config.d/, and run `sudo tljh-config reload hub`.

The service asks for no password. Where pages are only for those who have one, leave it out and install
.binder/jupyter_server_config.py in the users' environment: it shows the same pages inside each user's own server.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - given by JupyterHub

COLLECTION = Path(os.environ.get("LESSONS", "/opt/ketamine"))  # a clone of this repository, readable by all
PORT = 8866
USER = os.environ.get("LESSONS_USER", "lessons")  # runs the service where the hub is root; has a home

c.JupyterHub.services.append(
    {
        "name": "lessons",
        "url": f"http://127.0.0.1:{PORT}",
        "command": [
            str(COLLECTION / ".venv/bin/explainer"), "serve", str(COLLECTION / "notebooks"),
            "--address", "127.0.0.1",
            "--port", str(PORT),
            "--base-url", "/services/lessons/",
            "--behind-proxy",
            "--no-browser",
        ],
        **({"user": USER} if os.geteuid() == 0 else {}),
    }
)

# JupyterLab asks no other host for news.
c.Spawner.args = [
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.news_url=None",
]
