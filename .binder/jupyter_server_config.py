"""JupyterLab for one reader, who also gets the lessons as pages, below lessons/ of the same address.

jupyter-server-proxy starts the server when lessons/ is first opened and lets nobody in who has not logged in.
"""

c = get_config()  # noqa: F821 - given by Jupyter

c.ServerProxy.servers = {
    "lessons": {
        "command": [
            "explainer", "serve",
            "--address", "127.0.0.1",
            "--port", "{port}",
            "--base-url", "{base_url}lessons/",
            "--pool", "0",
            "--no-browser",
        ],
        "absolute_url": True,  # pages know the address below which they are
        "timeout": 60,
        "launcher_entry": {"title": "Lessons as pages"},
    }
}

# Nothing is asked of another host.
c.LabApp.check_for_updates_class = "jupyterlab.handlers.announcements.NeverCheckForUpdate"
c.LabApp.news_url = None
