"""How every client reaches the brokers, from the settings."""

from __future__ import annotations

from typing import Any

from aiokafka.helpers import create_ssl_context
from faststream.security import BaseSecurity, SASLScram512

from shared.settings import ServiceSettings


def security_of(settings: ServiceSettings) -> dict[str, Any]:
    """aiokafka's arguments for TLS and SASL."""
    protocol = settings.kafka_security_protocol
    arguments: dict[str, Any] = {"security_protocol": protocol}
    if protocol != "PLAINTEXT":
        arguments["ssl_context"] = create_ssl_context(cafile=settings.kafka_ca_file)
    if protocol.startswith("SASL"):
        secret = settings.kafka_password
        arguments |= {
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": settings.kafka_username,
            "sasl_plain_password": secret.get_secret_value() if secret else None,
        }
    return arguments


def faststream_security_of(settings: ServiceSettings) -> BaseSecurity | None:
    """The same for FastStream, which has classes of its own."""
    if settings.kafka_security_protocol == "PLAINTEXT":
        return None
    context = create_ssl_context(cafile=settings.kafka_ca_file)
    if settings.kafka_security_protocol == "SSL":
        return BaseSecurity(ssl_context=context, use_ssl=True)
    secret = settings.kafka_password
    return SASLScram512(
        username=settings.kafka_username or "", password=secret.get_secret_value() if secret else "", ssl_context=context, use_ssl=True
    )
