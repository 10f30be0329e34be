"""The environment is read strictly, kept secret, and documented."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shared.settings import ServiceSettings
from shared.settings_table import DOCUMENT, table


def test_variables_are_named_like_the_fields_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", "mongodb://elsewhere")
    monkeypatch.setenv("KAFKA_ENABLE_IDEMPOTENCE", "false")
    monkeypatch.setenv("HTTP_PORT", "8123")

    settings = ServiceSettings()

    assert (settings.mongodb_uri, settings.kafka_enable_idempotence, settings.http_port) == ("mongodb://elsewhere", False, 8123)


def test_unset_variables_listen_on_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HTTP_HOST", raising=False)

    assert ServiceSettings().http_host == "127.0.0.1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"http_port": 70_000},
        {"log_level": "LOUD"},
        {"jwks_url": "ftp://keys"},
        {"mongodb_database": "a.b"},
        {"kafka_session_timeout_ms": 5_000, "kafka_heartbeat_interval_ms": 3_000},
        {"token_leeway_s": 3_600},
    ],
)
def test_a_value_that_can_not_work_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ServiceSettings(**wrong)


def test_secrets_are_in_no_representation() -> None:
    settings = ServiceSettings(mongodb_uri="mongodb://user:hunter2@db", kafka_password="hunter3")

    assert "hunter" not in repr(settings)
    assert "hunter" not in str(settings)


def test_an_error_does_not_repeat_the_value() -> None:
    with pytest.raises(ValidationError) as refused:
        ServiceSettings(http_port="hunter2")

    assert "hunter2" not in str(refused.value)


def test_settings_can_not_be_changed_while_running() -> None:
    with pytest.raises(ValidationError):
        setattr(ServiceSettings(), "http_port", 1)  # noqa: B010 - the type checker refuses the plain way, too


def test_every_variable_says_what_it_is_for() -> None:
    assert [name for name, field in ServiceSettings.model_fields.items() if not field.description] == []


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == table(), "run: python -m shared.settings_table"
