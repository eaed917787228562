"""What the recipes say is what the command, the site and the server do."""

import re
import shlex
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
import yaml
from traitlets.config import Config

from explainer.publish import csp
from explainer.publish.cli import parser
from explainer.publish.serve import base_url

ROOT = Path(__file__).parents[2]
RECIPES, BINDER = ROOT / "recipes", ROOT / ".binder"
FILES = [path for folder in (RECIPES, BINDER) for path in sorted(folder.rglob("*")) if path.is_file()]
FILES = [path for path in FILES if "__pycache__" not in path.parts]
PLAIN = [path for path in FILES if path.suffix != ".py"]
COMMAND = re.compile(r"(?:^|[\s/`])explainer ((?:serve|site|lab) [^\n`]*)", re.MULTILINE)
GIVEN = {"$BASE_URL": "/", "$OPTIONS": "--behind-proxy", "$ADDRESS": "https://x.org/y", "$CI_PAGES_URL": "https://x.org/y"}


def parsed(line: list[str]) -> Namespace:
    """Read a command line as the command does, which ends the test where it would refuse it."""
    return parser().parse_args(line)


def commands(path: Path) -> list[Namespace]:
    """Give the command lines of ours that stand in a file."""
    text = path.read_text("utf-8")
    for name, value in GIVEN.items():
        text = text.replace(f'"{name}"', value).replace(name, value)
    return [parsed(shlex.split(line, comments=True)) for line in COMMAND.findall(text)]


def configuration(path: Path) -> Config:
    """Run a configuration as Jupyter does."""
    config = Config()

    def load_subconfig(other: str) -> None:
        config.merge(configuration(Path(other)))

    code = compile(path.read_text("utf-8"), path, "exec")
    exec(code, {"get_config": lambda: config, "load_subconfig": load_subconfig, "__file__": str(path)})
    return config


def section(name: str, text: str) -> dict[str, str]:
    """Give the pairs of an nginx map."""
    body = re.search(rf"map \$uri \${name} {{(.*?)^}}", text, re.DOTALL | re.MULTILINE)
    assert body
    return dict(re.findall(r'^\s+(\S+)\s+"(.*)";$', body[1], re.MULTILINE))


def looked_up(pairs: dict[str, str], address: str) -> str:
    """Look an address up as nginx does: the first expression that fits, else the default."""
    fitting = [value for key, value in pairs.items() if key.startswith("~") and re.search(key[1:], address)]
    return fitting[0] if fitting else pairs["default"]


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("nginx/voila.conf", "serve"),
        ("nginx/voila.conf", "site"),
        ("nginx/static.conf", "site"),
        ("systemd/explainer.service", "serve"),
        ("container/Containerfile", "serve"),
        ("pages/github.yml", "site"),
        ("pages/gitlab-ci.yml", "site"),
    ],
)
def test_a_recipe_holds_a_command_that_is_understood(name, command):
    assert any(found.run.__module__.endswith(f".{command}") for found in commands(RECIPES / name))


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.name)
def test_no_recipe_names_an_option_that_is_not_there(path):
    for found in commands(path):
        if "base_url" in found:
            assert base_url(found.base_url) == found.base_url


def test_proxy_and_service_speak_of_the_same_server():
    proxy = (RECIPES / "nginx/voila.conf").read_text()
    (served, *_), (unit,) = commands(RECIPES / "nginx/voila.conf"), commands(RECIPES / "systemd/explainer.service")
    for server in (served, unit):
        assert f"server {server.address}:{server.port} " in proxy
        assert f"location {server.base_url} {{" in proxy
        assert server.behind_proxy


def test_container_listens_where_its_port_leads_and_is_asked_for_its_health_there():
    text = (RECIPES / "container/Containerfile").read_text()
    server = commands(RECIPES / "container/Containerfile")[-1]
    assert server.address == "0.0.0.0"
    assert f"EXPOSE {server.port}\n" in text
    assert f"'http://127.0.0.1:{server.port}' + os.environ['BASE_URL'] + 'health'" in text


def test_hub_starts_a_service_that_answers_where_the_hub_leads():
    (service,) = configuration(RECIPES / "jupyterhub/lessons.py").JupyterHub.services.to_dict()["extend"]
    program, *line = service["command"]
    server = parsed(line)
    assert Path(program).name == "explainer"
    assert service["url"] == f"http://{server.address}:{server.port}"
    assert server.base_url == f"/services/{service['name']}/"
    hub = configuration(RECIPES / "jupyterhub/jupyterhub_config.py")
    assert hub.JupyterHub.services.to_dict()["extend"] == [service]


@pytest.mark.parametrize("user", ["ann", "ann@example.org", "b.smith-1"])
def test_each_users_server_leads_to_pages_below_its_own_address(user):
    (name, server), = configuration(BINDER / "jupyter_server_config.py").ServerProxy.servers.items()
    given = {"port": 1234, "base_url": f"/user/{user}/"}
    program, *line = [word.format(**given) for word in server["command"]]
    served = parsed(line)
    assert program == "explainer"
    assert served.port == 1234
    assert base_url(served.base_url) == f"/user/{user}/{name}/"
    assert server["absolute_url"]


def test_binder_installs_the_package_with_the_locked_versions():
    lines = [line.partition("#")[0].strip() for line in (BINDER / "requirements.txt").read_text().splitlines()]
    constraints, editable, _ = filter(None, lines)
    assert (BINDER / constraints.removeprefix("-c ")).resolve() == ROOT / "requirements.lock"
    assert editable == "-e ."
    assert (BINDER / "postBuild").stat().st_mode & 0o100


@pytest.mark.parametrize("below", ["/", "/lessons/"])
def test_nginx_sends_the_policy_that_pages_carry(below):
    text = (RECIPES / "nginx/static.conf").read_text()
    policy, cache = section("lessons_policy", text), section("lessons_cache", text)
    for name in ("", "index.html", "01_nmda_antagonism.html", "sitemap.html", "assets/player.0123.js"):
        assert looked_up(policy, below + name) == csp.HEADER
    for name in ("single/index.html", "404.html"):  # say by hash what they hold; a header would forbid that
        assert looked_up(policy, below + name) == ""
    for name in ("assets/player.0123.js", "data/0123.bin"):
        assert "immutable" in looked_up(cache, below + name)
    for name in ("", "index.html", "404.html", "single/index.html", "search.json"):
        assert looked_up(cache, below + name) == "no-cache"


def test_github_publishes_the_folder_that_it_wrote():
    workflow: dict[str, Any] = yaml.safe_load((RECIPES / "pages/github.yml").read_text())
    (upload,) = [x for x in workflow["jobs"]["build"]["steps"] if "upload-pages-artifact" in x.get("uses", "")]
    assert [site.out for site in commands(RECIPES / "pages/github.yml")] == [Path(upload["with"]["path"])]
    assert workflow["jobs"]["publish"]["needs"] == "build"
    assert workflow["jobs"]["publish"]["permissions"] == {"pages": "write", "id-token": "write"}
    assert workflow["permissions"] == {"contents": "read"}


def test_gitlab_publishes_the_folder_that_it_wrote():
    (site,) = commands(RECIPES / "pages/gitlab-ci.yml")
    job = yaml.safe_load((RECIPES / "pages/gitlab-ci.yml").read_text())["pages"]
    assert job["artifacts"]["paths"] == [str(site.out)]


def test_every_recipe_is_in_the_table_with_what_was_tried():
    text = (RECIPES / "README.md").read_text("utf-8")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in text.splitlines() if row.startswith("| ")]
    assert rows[0] == ["recipe", "for whom", "tried", "not tried, and why"]
    assert len(rows) == 10
    for recipe, for_whom, tried, not_tried in rows[1:]:
        assert re.match(r"\*\*(Yes|In part|No)\.\*\*", tried), recipe
        assert for_whom, recipe
        assert not_tried, recipe
    for path in FILES:
        if path.name not in ("README.md", "try.py", "Containerfile.dockerignore"):
            inside = path.relative_to(RECIPES) if path.is_relative_to(RECIPES) else path.relative_to(ROOT)
            assert any(str(part) in text for part in (inside, f"{inside.parent}/")), path
