"""A JupyterHub with the lessons: as pages for everyone, as notebooks for whoever logs in."""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - given by JupyterHub

load_subconfig(str(Path(__file__).with_name("lessons.py")))  # noqa: F821 - given by JupyterHub

c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # nginx with certificates in front
c.Authenticator.allow_all = True  # whoever has an account on this machine

# Users' servers need the environment that holds the models: the hub itself is installed in it too
# (`.venv/bin/pip install -c requirements.lock jupyterhub`). Students get copies: what they change is theirs,
# and what they delete is there again when their server is next started.
COLLECTION = Path(os.environ.get("LESSONS", "/opt/ketamine"))
c.Spawner.cmd = [
    "sh", "-c",
    f'mkdir -p ketamine && cp -n "{COLLECTION}"/notebooks/*.ipynb ketamine/; exec jupyterhub-singleuser "$@"',
    "jupyterhub-singleuser",
]
c.Spawner.default_url = "/lab/tree/ketamine/00_start_here.ipynb"
