"""What the served form allows, and what its start takes."""

import socket

import pytest

from explainer.publish.errors import PublishError
from explainer.publish.serve import bind


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


def test_pages_cannot_be_changed_from_outside_and_closed_ones_let_go():
    from explainer.publish.voila import configuration

    config = configuration()
    voila = config.VoilaConfiguration
    assert (voila.allow_template_override, voila.allow_theme_override) == ("NO", "NO")
    assert voila.strip_sources
    assert not voila.show_tracebacks
    culling = config.MappingKernelManager
    assert culling.cull_idle_timeout + culling.cull_interval < 120
    assert not culling.cull_connected
