"""A service is known everywhere once its folder, its row in the list of processes and its places in the compose files are there.

What is forgotten is named here, with the file it belongs into.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import get_type_hints

import pytest

from shared.messaging import Sweeping
from shared.running import Service
from shared.services import GATEWAY, PROCESSES, SERVICES, ServiceEntry

ROOT = Path(__file__).parents[2]
LIST = "shared/src/shared/services.py"
COMPOSE = "docker-compose.yml"
ROLES = "deploy/docker-compose.roles.yml"
BLOCK = re.compile(r"^  ([a-z-]+):(.*(?:\n(?:    .*|))*)", re.MULTILINE)

every_process = pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
every_service = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)


def blocks(path: str) -> Mapping[str, str]:
    """What a compose file says of each of its services."""
    _, _, after = (ROOT / path).read_text(encoding="utf-8").partition("\nservices:\n")
    return {found[1]: found[2] for found in BLOCK.finditer(after.partition("\nvolumes:\n")[0])}


def built(service: ServiceEntry) -> Service:
    """The service as its composition root makes it, not started."""
    build = importlib.import_module(f"{service.package}.app").build
    made = build(get_type_hints(build)["settings"]())
    assert isinstance(made, Service)
    return made


def test_the_list_has_the_services_that_are_on_disk() -> None:
    listed = {process.name for process in PROCESSES}
    found = {path.parents[2].name for path in ROOT.glob("services/*/src/*/__init__.py")}

    assert sorted(found - listed) == [], f"{LIST}: add a row for each of these folders under services/"
    assert sorted(listed - found) == [], f"{LIST}: take out these rows, or add their folders under services/"


def test_no_two_processes_want_the_same_port_or_path() -> None:
    ports = [process.port for process in PROCESSES]
    segments = [segment for service in SERVICES for segment in service.segments]

    assert len(set(ports)) == len(ports), f"{LIST}: a port is there twice"
    assert len(set(segments)) == len(segments), f"{LIST}: a segment is there twice"


@every_process
def test_a_folder_has_the_parts_of_a_service(process: ServiceEntry) -> None:
    package = f"src/{process.package}"
    expected = ["README.md", "pyproject.toml", *(f"{package}/{name}" for name in ("__init__.py", "__main__.py", "py.typed", "app.py"))]
    folder = ROOT / "services" / process.name

    assert [name for name in expected if not (folder / name).is_file()] == [], f"services/{process.name}: these are missing"


@every_process
def test_a_service_listens_and_stores_where_the_list_says(process: ServiceEntry) -> None:
    settings = get_type_hints(importlib.import_module(f"{process.package}.app").build)["settings"].model_fields
    where = f"services/{process.name}/{'src/' + process.package}/settings.py"

    assert settings["http_port"].default == process.port, f"{where}: http_port, or the port in {LIST}"
    if process is not GATEWAY:
        assert settings["mongodb_database"].default == process.package, f"{where}: mongodb_database is named like the package"


@every_service
async def test_a_service_consumes_publishes_and_answers_what_the_list_says(service: ServiceEntry) -> None:
    made = built(service)
    segments = {path.split("/")[2] for path in made.api.openapi()["paths"] if path.startswith("/v1/")}

    assert made.name == service.name, f"services/{service.name}/src/{service.package}/app.py: its name is that of the folder"
    assert bool(made.consumers) == service.consumes, f"{LIST}: consumes of {service.name}"
    assert any(isinstance(part, Sweeping) for part in made.consumers) == service.consumes, "app.py: Sweeping, who is erased leaves nothing"
    assert bool(made.relays) == service.publishes, f"{LIST}: publishes of {service.name}"
    assert segments == set(service.segments), f"{LIST}: the segments of {service.name} are the first ones under /v1 in its api"


@pytest.mark.parametrize("service", [service for service in SERVICES if service.consumes], ids=lambda service: service.name)
def test_the_group_of_a_service_has_its_name(service: ServiceEntry) -> None:
    handlers = importlib.import_module(f"{service.package}.handlers")

    assert handlers.subscriptions.group == service.name, f"services/{service.name}/src/{service.package}/handlers.py: the group's name"


@every_process
def test_compose_builds_every_process(process: ServiceEntry) -> None:
    block = blocks(COMPOSE).get(process.name, "")

    for line in (f"args: {{SERVICE: {process.name}}}", f"image: contacts-platform/{process.name}\n"):
        assert line in f"{block}\n", f"{COMPOSE}: {process.name} needs {line}"


@every_service
def test_compose_tells_the_gateway_where_every_service_is(service: ServiceEntry) -> None:
    line = f"{service.url_setting.upper()}: http://{service.name}:8000\n"

    assert line in blocks(COMPOSE)[GATEWAY.name], f"{COMPOSE}: the gateway needs {line}"


@every_service
def test_every_service_can_run_its_roles_apart(service: ServiceEntry) -> None:
    found = {name: block for name, block in blocks(ROLES).items() if name.removesuffix("-consumer").removesuffix("-relay") == service.name}
    roles = {"api": service.name}
    roles |= {role: f"{service.name}-{role}" for role, has in (("consumer", service.consumes), ("relay", service.publishes)) if has}

    assert sorted(found) == sorted(roles.values()), f"{ROLES}: the roles of {service.name}"
    for role, name in roles.items():
        assert f'command: ["--role", "{role}"]' in found[name], f"{ROLES}: {name} is for the role {role}"
        assert role == "api" or f"image: contacts-platform/{service.name}," in found[name], f"{ROLES}: {name} runs the image of its service"


def test_compose_has_no_service_that_the_list_does_not_have() -> None:
    images = re.findall(r"image: contacts-platform/([a-z-]+)", (ROOT / COMPOSE).read_text() + (ROOT / ROLES).read_text())

    assert {process.name for process in PROCESSES} == set(images), f"{COMPOSE} and {ROLES} know exactly the processes of {LIST}"
