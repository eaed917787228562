"""A lesson's notebook, run from the top in a kernel of its own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .collection import Lesson
from .environment import KERNELS, kernel_environment
from .errors import LessonFailed
from .outputs import output_kind

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_TIMEOUT_S = 600
OUTPUT_TIMEOUT_S = 60  # for outputs that arrive after a cell has ended: nbclient's 4 s lose them on a busy machine


@dataclass(frozen=True)
class Run:
    """A notebook with the outputs of a run, as far as it came.

    `problem` says in one line what ended it early; it is empty where every cell ran. `ended_at` is the
    index of the cell where that was. `kernel_failed` says that the notebook need not be to blame.
    """

    notebook: "NotebookNode"
    problem: str = ""
    ended_at: int = 0
    kernel_failed: bool = False

    @property
    def needs_kernel(self) -> bool:
        """Whether an output is a widget that only lives with a kernel behind it; scenes do not need one."""
        cells = (cell for cell in self.notebook.cells if cell.cell_type == "code")
        return any(output_kind(output) == "widget" for cell in cells for output in cell.outputs)


def attempt(lesson: Lesson, timeout_s: float = CELL_TIMEOUT_S) -> Run:
    """Run a notebook, as far as it goes.

    Parameters
    ----------
    lesson : Lesson
        Read anew from its file; the file stays as it is.
    timeout_s : float
        How long a cell may take, in seconds.

    Raises
    ------
    LessonFailed
        If the file cannot be read as a notebook.
    """
    import nbformat
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    try:
        notebook: NotebookNode = nbformat.read(lesson.path, as_version=4)
    except OSError as error:
        raise LessonFailed(f"{lesson.path} cannot be read: {error.strerror or error}.") from None
    except Exception:  # nbformat has many ways to say so
        raise LessonFailed(f"{lesson.path} is not a notebook; restore it or move it elsewhere.") from None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    folder = str(lesson.path.parent.resolve())
    at: list[int] = []  # cells that were begun
    client = NotebookClient(
        notebook,
        timeout=timeout_s,
        iopub_timeout=OUTPUT_TIMEOUT_S,
        resources={"metadata": {"path": folder}},
        config=KERNELS,
        on_cell_execute=lambda cell, cell_index: at.append(cell_index),
    )
    try:
        client.execute(env=kernel_environment())
    except CellExecutionError as error:
        return Run(notebook, f"raised {error.ename}: {error.evalue} in {_place(at)}", at[-1])
    except CellTimeoutError:
        return Run(notebook, f"did not finish within {timeout_s:g} s in {_place(at)}", at[-1])
    except DeadKernelError:
        return Run(notebook, f"lost its kernel in {_place(at)}", at[-1] if at else 0, kernel_failed=True)
    except NoSuchKernel as error:
        return Run(notebook, f"asks for the kernel {error.name!r}, which is not installed")
    except (OSError, RuntimeError) as error:  # no memory, no process, no port for a kernel
        return Run(notebook, f"could not be run: {error}", kernel_failed=True)
    return Run(notebook)


def execute(lesson: Lesson) -> "NotebookNode":
    """Run a notebook to its end.

    Raises
    ------
    LessonFailed
        If a cell raises or takes too long; the message says which and what it said.
    """
    run = attempt(lesson)
    if run.problem:
        raise LessonFailed(f"{lesson.path} {run.problem}; nothing was written.")
    return run.notebook


def _place(at: list[int]) -> str:
    """Name the cell at which a run ended, counted as a reader counts."""
    return f"cell {at[-1] + 1}" if at else "its first cell"
