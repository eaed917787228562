"""The lists that say what to install agree with pyproject.toml, the only one written by hand."""

import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())
LOCK, BRIAN2 = (
    [line for line in (ROOT / name).read_text().splitlines() if not line.startswith("#")]
    for name in ("requirements.lock", "benchmarks/brian2.txt")
)
DECLARED = [*PROJECT["dependencies"], *chain(*PROJECT["optional-dependencies"].values())]


def test_conda_installs_what_pyproject_names_and_nothing_else():
    *packages, pip = CONDA["dependencies"]
    assert packages == [f"python{PROJECT['requires-python']}", "pip"]
    assert pip == {"pip": ["-c requirements.lock", "-e ."]}
    assert CONDA["name"] == PROJECT["name"]
    assert CONDA["channels"] == ["conda-forge"]


@pytest.mark.parametrize("pins", [LOCK, BRIAN2], ids=["requirements.lock", "brian2.txt"])
def test_the_lock_is_names_and_versions_only(pins):
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


@pytest.mark.parametrize("wanted", DECLARED)
def test_the_lock_holds_every_dependency_at_a_version_that_will_do(wanted):
    locked = {canonicalize_name(name): version for name, _, version in (x.partition("==") for x in LOCK)}
    requirement = Requirement(wanted)
    assert locked[canonicalize_name(requirement.name)] in requirement.specifier


def test_make_knows_every_task_of_the_readme():
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"serve", "lab", "site", "figures", "bench", "check", "test"} <= targets


@pytest.mark.slow
def test_what_make_check_leaves_out_is_all_that_opens_a_browser():
    line = ["pytest", "-q", "--collect-only", "-m", "not browser", "tests/browser"]
    done = subprocess.run([sys.executable, "-m", *line], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout
    assert re.search(r"\(\d+ deselected\)", done.stdout), "there are none at all"
