"""Keys come and go: rotation, outages, and forged key ids that must not become a flood."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from shared.auth import KeysUnavailableError, Role, TokenIssuer
from shared.auth.keys import CachedKeys
from tests.support.http import http_client, problem
from tests.support.people_app import people_app
from tests.support.tokens import AUDIENCE, ISSUER, auth_settings, bearer


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class KeyFile:
    """A key set that rotates."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "jwks.json"

    def publish(self, *issuers: TokenIssuer) -> None:
        self.path.write_text(json.dumps({"keys": [key for one in issuers for key in one.jwks()["keys"]]}))


def new_issuer() -> TokenIssuer:
    return TokenIssuer.generate(issuer=ISSUER, audience=AUDIENCE)


def kid_of(one: TokenIssuer) -> str:
    kid: str = one.jwks()["keys"][0]["kid"]
    return kid


async def test_a_rotated_key_is_found_without_a_restart(tmp_path: Path) -> None:
    file, clock, old, new = KeyFile(tmp_path), Clock(), new_issuer(), new_issuer()
    file.publish(old)
    keys = CachedKeys(file.path.as_uri(), refetch_s=10, clock=clock)
    assert await keys.find(kid_of(old)) is not None
    file.publish(old, new)
    clock.now += 11

    assert await keys.find(kid_of(new)) is not None


async def test_a_withdrawn_key_stops_working_once_the_keys_are_old(tmp_path: Path) -> None:
    file, clock, old, new = KeyFile(tmp_path), Clock(), new_issuer(), new_issuer()
    file.publish(old)
    keys = CachedKeys(file.path.as_uri(), max_age_s=600, clock=clock)
    assert await keys.find(kid_of(old)) is not None
    file.publish(new)
    clock.now += 601

    async with asyncio.timeout(5):
        while await keys.find(kid_of(old)) is not None:  # noqa: ASYNC110 - looked up beside the requests, so not at once
            await asyncio.sleep(0.01)


async def test_unknown_key_ids_make_us_look_again_only_once_in_the_interval(tmp_path: Path) -> None:
    file, clock, old, new = KeyFile(tmp_path), Clock(), new_issuer(), new_issuer()
    file.publish(old)
    keys = CachedKeys(file.path.as_uri(), refetch_s=10, clock=clock)
    assert await keys.find("forged-1") is None
    file.publish(old, new)
    clock.now += 9

    assert await keys.find(kid_of(new)) is None
    clock.now += 2
    assert await keys.find(kid_of(new)) is not None


async def test_while_no_key_was_ever_read_the_answer_is_503_and_not_401(tmp_path: Path) -> None:
    app = people_app(**auth_settings() | {"jwks_url": (tmp_path / "absent.json").as_uri()})

    async with http_client(app, bearer()) as client:
        problem(await client.get("/v1/people/1"), 503)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"keys": {}}', '{"keys": [{"kty": "EC", "crv": "P-256", "kid": "a", "x": "A", "y": "A"}]}']
)
async def test_a_broken_key_set_takes_the_known_keys_from_nobody(tmp_path: Path, content: str) -> None:
    file, clock, old = KeyFile(tmp_path), Clock(), new_issuer()
    file.publish(old)
    keys = CachedKeys(file.path.as_uri(), refetch_s=10, clock=clock)
    assert await keys.find(kid_of(old)) is not None
    file.path.write_text(content)
    clock.now += 11

    assert await keys.find("unknown") is None
    assert await keys.find(kid_of(old)) is not None


async def test_nobody_is_judged_by_a_key_set_that_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(KeysUnavailableError):
        await CachedKeys((tmp_path / "absent.json").as_uri()).find("any")


@asynccontextmanager
async def key_server(document: dict[str, Any], status: int = 200) -> AsyncIterator[tuple[str, list[str]]]:
    """A real HTTP server of keys; yields its URL and the requests it got."""
    requests: list[str] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append((await reader.readuntil(b"\r\n\r\n")).decode().partition("\r\n")[0])
        body = json.dumps(document).encode()
        await asyncio.sleep(0.05)
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks.json", requests


async def test_a_flood_of_forged_key_ids_is_one_request_for_keys() -> None:
    one = new_issuer()
    async with key_server(one.jwks()) as (url, requests):
        app = people_app(jwks_url=url)
        forged = {"Authorization": f"Bearer {new_issuer().mint('acme', 'ann', Role.ADMIN)}"}
        async with http_client(app) as client:
            answers = await asyncio.gather(*(client.get("/v1/people/1", headers=forged) for _ in range(50)))
            good = await client.get("/v1/people/1", headers={"Authorization": f"Bearer {one.mint('acme', 'ann', Role.VIEWER)}"})

    assert {answer.status_code for answer in answers} == {401}
    assert good.status_code == 200
    assert requests == ["GET /jwks.json HTTP/1.1"]


async def test_a_key_server_that_fails_gives_no_keys() -> None:
    async with key_server(new_issuer().jwks(), status=500) as (url, _):
        with pytest.raises(KeysUnavailableError):
            await CachedKeys(url).find("any")
