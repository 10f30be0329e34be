"""How clients reach the brokers: plain, with TLS, with TLS and a password."""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi
import pytest
from faststream.security import SASLScram512
from pydantic import SecretStr

from shared.messaging.connection import faststream_security_of, security_of
from shared.settings import ServiceSettings


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with a single one, which tells it from what the system trusts."""
    file = tmp_path_factory.mktemp("authority") / "one.pem"
    first, end, _ = Path(certifi.where()).read_text().partition("-----END CERTIFICATE-----\n")
    file.write_text(first + end)
    return str(file)


def trusts_only_one(context: object) -> bool:
    assert isinstance(context, ssl.SSLContext)
    return context.verify_mode is ssl.CERT_REQUIRED and context.cert_store_stats()["x509_ca"] == 1


def test_a_plain_connection_needs_nothing() -> None:
    assert security_of(ServiceSettings()) == {"security_protocol": "PLAINTEXT"}
    assert faststream_security_of(ServiceSettings()) is None


def test_tls_trusts_the_certificates_of_the_settings(authority: str) -> None:
    settings = ServiceSettings(kafka_security_protocol="SSL", kafka_ca_file=authority)
    arguments, security = security_of(settings), faststream_security_of(settings)

    assert trusts_only_one(arguments.pop("ssl_context"))
    assert arguments == {"security_protocol": "SSL"}
    assert security is not None
    assert trusts_only_one(security.ssl_context)
    assert security.use_ssl is True
    assert not isinstance(security, SASLScram512)


def test_a_password_goes_with_tls(authority: str) -> None:
    settings = ServiceSettings(
        kafka_security_protocol="SASL_SSL", kafka_ca_file=authority, kafka_username="ops", kafka_password=SecretStr("s3cret")
    )
    arguments, security = security_of(settings), faststream_security_of(settings)

    assert trusts_only_one(arguments.pop("ssl_context"))
    assert arguments == {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "ops",
        "sasl_plain_password": "s3cret",
    }
    assert isinstance(security, SASLScram512)
    assert trusts_only_one(security.ssl_context)
    assert (security.username, security.password, security.use_ssl) == ("ops", "s3cret", True)


def test_a_password_that_is_not_set_is_none() -> None:
    settings = ServiceSettings(kafka_security_protocol="SASL_SSL")
    arguments, security = security_of(settings), faststream_security_of(settings)

    assert (arguments["sasl_plain_username"], arguments["sasl_plain_password"]) == (None, None)
    assert isinstance(security, SASLScram512)
    assert (security.username, security.password) == ("", "")
