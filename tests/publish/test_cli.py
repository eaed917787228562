"""What the command says and returns; every refusal is one line with the value and a remedy."""

import socket
from argparse import Namespace
from pathlib import Path

import pytest

from explainer.publish import lab
from explainer.publish.cli import main


def refusal(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert main(argv) == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith("explainer: ")
    assert "\n" not in said
    assert "Traceback" not in said
    return said


def test_help_lists_the_ways_to_the_reader(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(command in said for command in ("serve", "lab", "site"))


@pytest.mark.parametrize("command", ["serve nowhere", "lab nowhere", "site out --notebooks nowhere"])
def test_a_missing_folder_is_named(command, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "'nowhere'" in refusal(capsys, *command.split())
    assert not (tmp_path / "out").exists()


def test_a_folder_without_notebooks_is_named(capsys, tmp_path):
    assert str(tmp_path) in refusal(capsys, "serve", str(tmp_path))


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"metadata": {}}', "{"])
def test_a_file_that_is_no_notebook_is_named(text, capsys, tmp_path):
    (tmp_path / "broken.ipynb").write_text(text)
    assert "broken.ipynb" in refusal(capsys, "serve", str(tmp_path))


@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_an_impossible_port_is_named(port, capsys, write):
    folder = write("a", "# A").parent
    assert f"--port {port}" in refusal(capsys, "serve", str(folder), f"--port={port}")


def test_a_taken_port_is_named(capsys, write):
    folder = write("a", "# A").parent
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(capsys, "serve", str(folder), f"--port={port}")
    assert f"Port {port} is taken" in said


def test_a_site_is_not_written_over_somebody_elses_files(capsys, tmp_path, write):
    folder = write("a", "# A").parent
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    assert "mine" in refusal(capsys, "site", str(mine), "--notebooks", str(folder))
    assert (mine / "thesis.txt").read_text() == "years of work"


def test_jupyterlab_is_started_quiet(tmp_path):
    line = lab.command(Namespace(notebooks=Path(tmp_path), no_browser=True, port=8899))
    assert f"--ServerApp.root_dir={tmp_path}" in line
    assert "--LabApp.news_url=None" in line
    assert "--no-browser" in line
    assert "--ServerApp.port=8899" in line
