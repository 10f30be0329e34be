"""How clients reach the brokers: plain, with TLS, with TLS and a password."""

from __future__ import annotations

import ssl

import certifi
from faststream.security import SASLScram512
from pydantic import SecretStr

from shared.messaging.connection import faststream_security_of, security_of
from shared.settings import ServiceSettings

TRUSTED = certifi.where()
PLAIN = ServiceSettings()
TLS = ServiceSettings(kafka_security_protocol="SSL", kafka_ca_file=TRUSTED)
PASSWORD = ServiceSettings(
    kafka_security_protocol="SASL_SSL", kafka_ca_file=TRUSTED, kafka_username="ops", kafka_password=SecretStr("s3cret")
)
NO_PASSWORD = ServiceSettings(kafka_security_protocol="SASL_SSL", kafka_ca_file=TRUSTED)


def trusts(context: object) -> int:
    """How many authorities; a context of the system's own loads them lazily and has none yet."""
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    return context.cert_store_stats()["x509_ca"]


def test_a_plain_connection_needs_nothing() -> None:
    assert security_of(PLAIN) == {"security_protocol": "PLAINTEXT"}
    assert faststream_security_of(PLAIN) is None


def test_tls_trusts_the_certificates_of_the_settings() -> None:
    arguments, security = security_of(TLS), faststream_security_of(TLS)

    assert (arguments["security_protocol"], set(arguments)) == ("SSL", {"security_protocol", "ssl_context"})
    assert trusts(arguments["ssl_context"]) > 100
    assert security is not None
    assert security.use_ssl is True
    assert trusts(security.ssl_context) > 100
    assert not isinstance(security, SASLScram512)


def test_a_password_goes_with_tls() -> None:
    arguments, security = security_of(PASSWORD), faststream_security_of(PASSWORD)

    assert trusts(arguments.pop("ssl_context")) > 100
    assert arguments == {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "ops",
        "sasl_plain_password": "s3cret",
    }
    assert isinstance(security, SASLScram512)
    assert (security.username, security.password, security.use_ssl) == ("ops", "s3cret", True)
    assert trusts(security.ssl_context) > 100


def test_a_password_that_is_not_set_is_none() -> None:
    arguments, security = security_of(NO_PASSWORD), faststream_security_of(NO_PASSWORD)

    assert (arguments["sasl_plain_username"], arguments["sasl_plain_password"]) == (None, None)
    assert isinstance(security, SASLScram512)
    assert (security.username, security.password) == ("", "")
