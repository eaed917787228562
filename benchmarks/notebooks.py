"""The two notebooks the lesson is held against, as source text.

One prints a word. The other shows what the scene's charts show with the usual means: the same response
surface, looked up in the kernel, in two `plotly.FigureWidget`s that sliders and menus drive.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

HELLO = 'print("hello")'

FIGURES = '''
from functools import cache

import ipywidgets as widgets
import plotly.graph_objects as go

from explainer.player import Choice
from explainer.scenes.nmda import scene

surface = scene.surface
decoded = cache(surface.decode)
film_s = [i / scene.clock.frames_per_s for i in range(surface.frames)]


def series(values):
    """The channels at these values, by name."""
    channels, _ = surface.at(values, decoded(surface.slab_number(values)))
    return dict(zip(surface.channels, channels))


def lines(chart):
    """Channels that add up, frames, x, and how each line of a chart is drawn."""
    frames = [scene.clock.frame(t) for t in chart.at_s] or list(range(surface.frames))
    x = list(range(1, len(frames) + 1)) if chart.at_s else film_s
    for line in chart.lines:
        look = {"stackgroup": "one", "line": {"width": 0}} if line.stack else {}
        added = (line.channel,) if isinstance(line.channel, str) else line.channel
        yield added, frames, x, look
        if line.to:
            yield (line.to,), frames, x, {"fill": "tonexty", "line": {"width": 0}}


def height(now, added, frames):
    """One line's values in percent."""
    return 100 * sum(now[channel][frames] for channel in added)


first, *others = scene.charts
shown = [list(lines(first)), [line for chart in others for line in lines(chart)]]
now = series(scene.start)
figures = []
for members in shown:
    traces = [
        go.Scatter(x=x, y=height(now, added, frames), name=" + ".join(added), mode="lines", **look)
        for added, frames, x, look in members
    ]
    figures.append(go.FigureWidget(traces, layout={"height": 320, "width": 620}))

inputs = {}
for control in scene.controls:
    if isinstance(control, Choice):
        inputs[control.name] = widgets.Dropdown(
            options=list(control.options), value=control.first, description=control.label
        )
    else:
        low, high = control.nodes[0], control.nodes[-1]
        inputs[control.name] = widgets.FloatSlider(
            value=control.start,
            min=low,
            max=high,
            step=0.1 if high - low < 50 else 1,
            description=control.label,
        )


def moved(change):
    """Redraw both figures from the surface."""
    now = series({name: given.value for name, given in inputs.items()})
    for figure, members in zip(figures, shown):
        with figure.batch_update():
            for trace, (added, frames, _, _) in zip(figure.data, members):
                trace.y = height(now, added, frames)


for given in inputs.values():
    given.observe(moved, names="value")
widgets.VBox([*inputs.values(), widgets.HBox(figures)])
'''


def write(folder: Path) -> None:
    """Write both into a folder."""
    for stem, source in (("plain", HELLO), ("figures", FIGURES)):
        cell = nbformat.v4.new_code_cell(source.strip())
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
        nbformat.write(notebook, folder / f"{stem}.ipynb")
