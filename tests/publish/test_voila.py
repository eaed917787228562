"""What the served form allows, and what its start takes."""

import socket

import pytest

from explainer.publish.errors import PublishError
from explainer.publish.limits import KERNEL_MB, MOST_KERNELS, limits, memory_available_MB
from explainer.publish.logbook import logbook
from explainer.publish.serve import base_url, bind


def test_the_first_free_port_is_taken():
    first = bind(None)
    second = bind(None)
    ports = [sockets[0].getsockname()[1] for sockets in (first, second)]
    for taken in (*first, *second):
        taken.close()
    assert ports[0] < ports[1]


def test_a_named_port_is_that_or_nothing():
    with socket.create_server(("localhost", 0)) as taken, pytest.raises(PublishError, match="taken"):
        bind(taken.getsockname()[1])


@pytest.mark.parametrize("address", ["192.0.2.1", "no such host", "2001:db8::1", "a" * 300])
def test_an_address_of_another_machine_is_refused(address):
    with pytest.raises(PublishError, match="not an address of this machine; give localhost"):
        bind(None, address)


@pytest.mark.parametrize(
    ("given", "complete"),
    [
        ("", "/"), ("/", "/"), ("lessons", "/lessons/"), ("/a/b-c", "/a/b-c/"), ("/~me/x.y/", "/~me/x.y/"),
        ("/user/a@b.org", "/user/a@b.org/"),
    ],
)
def test_a_base_url_begins_and_ends_with_a_slash(given, complete):
    assert base_url(given) == complete


@pytest.mark.parametrize("given", ["//host", "../up", "/a/../b", "/a b/", "/a?b", "http://x/", "/%2e/", "/a/{x}/", "."])
def test_a_base_url_is_a_plain_path(given):
    with pytest.raises(PublishError, match="--base-url"):
        base_url(given)


def test_what_is_not_said_about_kernels_fits_the_machine():
    found = limits()
    assert 0 < found.memory_MB < memory_available_MB()
    assert found.kernels * KERNEL_MB <= found.memory_MB
    assert found.kernels <= MOST_KERNELS
    assert found.pool == min(1, found.kernels)


def test_what_is_said_about_kernels_is_kept():
    found = limits(kernels=2, pool=0, memory_MB=3 * KERNEL_MB)
    assert (found.kernels, found.pool, found.memory_MB) == (2, 0, 3 * KERNEL_MB)
    assert limits(kernels=0).pool == 0
    assert limits(memory_MB=2.9 * KERNEL_MB).kernels == 2


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kernels": -1}, "--kernels -1"),
        ({"kernels": 3, "memory_MB": 2 * KERNEL_MB}, "give at most 2"),
        ({"kernels": 10**9}, "--memory"),
        ({"pool": -1}, "--pool -1"),
        ({"kernels": 1, "pool": 2}, "from 0 to 1"),
        ({"memory_MB": -1}, "--memory -1"),
        ({"memory_MB": float("nan")}, "--memory nan"),
        ({"memory_MB": float("inf")}, "--memory inf"),
        ({"memory_MB": 1e9}, "--memory 1e"),
    ],
)
def test_an_impossible_limit_is_refused_with_what_is_possible(given, said):
    with pytest.raises(PublishError, match=said):
        limits(**given)


def test_a_container_or_unit_with_less_memory_than_its_machine_counts(tmp_path, monkeypatch):
    unit = tmp_path / "system.slice" / "explainer.service"
    unit.mkdir(parents=True)
    mine = tmp_path / "mine"
    monkeypatch.setattr("explainer.publish.limits.GROUPS", tmp_path)
    monkeypatch.setattr("explainer.publish.limits.GROUP_OF_THIS_PROCESS", mine)
    without = memory_available_MB()
    (tmp_path / "memory.max").write_text("max\n")
    assert memory_available_MB() == pytest.approx(without, rel=0.2)
    (tmp_path / "memory.max").write_text("64000000\n")
    assert memory_available_MB() == 64
    (unit / "memory.high").write_text("32000000\n")
    assert memory_available_MB() == 64
    mine.write_text("1:name=systemd:/elsewhere\n0::/system.slice/explainer.service\n")
    assert memory_available_MB() == 32
    (unit / "memory.high").unlink()
    (unit.parent / "memory.max").write_text("48000000\n")
    assert memory_available_MB() == 48
    mine.write_text("0::/../../outside\n")
    assert memory_available_MB() == 64


def test_a_line_of_the_log_stays_one_line(tmp_path):
    log = logbook(tmp_path / "log")
    log.debug("GET /a\nERROR forged\x1b[2J %s", "\r\nmore")
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert r"GET /a\nERROR forged\x1b[2J \r\nmore" in line


def test_a_log_that_cannot_be_written_is_said_once_and_ends_nothing(capsys):
    log = logbook("/dev/full")
    for number in range(3):
        log.info("line %d", number)
    said = capsys.readouterr().err
    assert said.count("cannot be written") == 1
    assert "line 2" in said


def test_a_log_that_cannot_be_opened_is_refused(tmp_path):
    with pytest.raises(PublishError, match="--log"):
        logbook(tmp_path / "missing" / "log")
