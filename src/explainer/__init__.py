"""How ketamine works, explained by models that move.

Importing the package asks Plotly to give its figures as data, without a copy of plotly.js in
each: JupyterLab and the published pages have their one copy. Set PLOTLY_RENDERER to choose another way.
"""

import os

os.environ.setdefault("PLOTLY_RENDERER", "plotly_mimetype")
