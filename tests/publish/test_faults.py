"""What is said and what is left where something is missing, full or broken; nothing half-made is ever shown."""

import gzip
import os
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explainer.publish.cli import main
from tests.browser.damage import damages, small_surface

ROOT = Path(__file__).parents[2]

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
from explainer.publish.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""The command where no file may grow beyond 300 kB, as on a disk that is full: the system's own refusal."""


def said(text: str) -> str:
    """Expect one line of an error and give it."""
    line = text.strip()
    assert line.startswith("explainer: "), line
    assert "\n" not in line
    assert "Traceback" not in line
    return line


def run(*argv: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in a process of its own: a browser can be driven from one place of a process only."""
    line = [sys.executable, *argv]
    own = {**os.environ, **environment}
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=120, env=own, cwd=ROOT)


# a browser that is not there


@pytest.mark.parametrize("where", ["/nowhere/chromium", os.devnull])
def test_stills_without_a_chromium_say_how_to_name_one(where, tmp_path):
    done = run("-m", "explainer.publish", "figures", str(tmp_path), EXPLAINER_CHROMIUM=where)
    assert done.returncode == 2
    line = said(done.stderr)
    assert where in line
    assert "name one in EXPLAINER_CHROMIUM" in line
    assert not list(tmp_path.iterdir())


def test_tests_without_a_chromium_fail_and_say_how_to_name_one(tmp_path):
    trial = tmp_path / "test_trial.py"
    trial.write_text("from tests.browser.conftest import browser\n\ndef test_it(browser): pass\n")
    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", str(trial), EXPLAINER_CHROMIUM="/nowhere/chromium")
    assert done.returncode == 1
    first = next(line for line in done.stdout.splitlines() if "No Chromium" in line)
    assert "'/nowhere/chromium' did not start" in first
    assert "EXPLAINER_CHROMIUM" in first


# a disk that is full


def test_a_site_that_finds_the_disk_full_leaves_the_one_before(write, tmp_path):
    folder = write("a", "# A").parent
    out = tmp_path / "site"
    out.mkdir()
    (out / ".explainer-site").touch()
    (out / "index.html").write_text("the site as it was")
    done = run("-c", LIMITED, "site", str(out), "--notebooks", str(folder))
    assert done.returncode == 2, done.stderr
    assert "Could not write: File too large" in said(done.stderr)
    assert (out / "index.html").read_text() == "the site as it was"
    assert sorted(path.name for path in out.iterdir()) == [".explainer-site", "index.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notebooks", "site"], "scratch is left behind"


def test_a_site_where_nothing_may_be_written_is_named(write, tmp_path, capsys):
    folder = write("a", "# A").parent
    (tmp_path / "file").touch()
    assert main(["site", str(tmp_path / "file" / "site"), "--notebooks", str(folder)]) == 2
    assert str(tmp_path / "file") in said(capsys.readouterr().err)


@pytest.mark.browser
def test_a_still_that_finds_the_disk_full_says_so(tmp_path):
    """The picture goes to a device that is always full."""
    from explainer.publish.figures import scene_names

    (tmp_path / f"{scene_names()[0]}.png").symlink_to("/dev/full")
    done = run("-m", "explainer.publish", "figures", str(tmp_path))
    assert done.returncode == 2, done.stderr
    assert "Could not write: No space left on device" in said(done.stderr)


# data that are damaged on their way


def test_no_damaged_byte_of_a_surface_passes_as_another_picture():
    """The checksum holds it: what cannot be unpacked is refused, what can is the same to the last bit."""
    surface = small_surface()
    slab = surface.slabs[0]
    whole = surface.decode(0)
    refused = 0
    for damaged in damages(slab):
        try:
            channels, facts = replace(surface, slabs=(damaged,)).decode(0)
        except ValueError:
            refused += 1
            continue
        np.testing.assert_array_equal(channels, whole[0])
        np.testing.assert_array_equal(facts, whole[1])
    assert refused > 0.9 * len(damages(slab)), "only the ten bytes of the header may be anything"
    assert zlib.crc32(gzip.decompress(slab)) == int.from_bytes(slab[-8:-4], "little"), "it carries no checksum"
