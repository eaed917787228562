"""Bring the notebooks to their readers: Voilà, JupyterLab, static pages."""
