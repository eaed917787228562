"""nbconvert with our page: what `VoilaExporter` is to Voilà, for static pages."""

from typing import Any

from nbconvert.exporters.html import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode
from traitlets import default

from .assets import TEMPLATES
from .outputs import FILTERS


class LessonExporter(HTMLExporter):
    """Render an executed notebook with the template that Voilà uses too."""

    @default("template_paths")
    def _our_templates(self) -> list[str]:
        return [str(TEMPLATES)]

    @default("template_file")
    def _our_page(self) -> str:
        return "index.html.j2"

    @default("filters")
    def _our_filters(self) -> dict[str, str]:
        return dict(FILTERS)

    @default("embed_images")
    def _pictures_inside(self) -> bool:
        return True

    def from_notebook_node(  # type: ignore[override]  # nbconvert's own exporters return text too
        self, nb: NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Render without a second pass through an HTML parser, which would rewrite the scenes' data."""
        language = nb.metadata.get("language_info", {}).get("pygments_lexer", "python")
        self.register_filter("highlight_code", Highlight2HTML(pygments_lexer=language, parent=self))
        page: tuple[str, dict[str, Any]] = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        return page
