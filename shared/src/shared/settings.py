"""What a service reads from its environment, one frozen model for all.

A service subclasses it in its own settings.py, sets its own defaults and adds its own variables; variables are named like the
fields, in capitals. docs/settings.md is generated from these models (`python -m shared.settings_table`).
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, PositiveFloat, PositiveInt, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class ServiceSettings(BaseSettings):
    """Shared by every service. The defaults suit one machine with a real Kafka; the embedded parts set what they need."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    http_host: str = Field("127.0.0.1", description="Address to listen on; all interfaces only inside a container.")
    http_port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one and logs it.")
    http_body_limit: PositiveInt = Field(256 * 1024, description="Largest request body in bytes, counted while it arrives.")
    http_rate_per_second: float = Field(
        200.0, ge=0, description="Requests per second for one workspace and subject, in the long run; 0 switches the limiter off."
    )
    http_rate_burst: PositiveInt = Field(400, description="Requests one workspace and subject may send at once.")
    shutdown_timeout_s: PositiveFloat = Field(30.0, description="How long a stopping process may take to finish what it began.")

    jwks_url: str = Field(
        "http://127.0.0.1:8080/.well-known/jwks.json",
        pattern=r"^(https?|file)://",
        description="Where the keys are that sign tokens: `http(s)://`, or `file://` for keys mounted into the container.",
    )
    jwks_refetch_s: PositiveFloat = Field(10.0, description="Least time between two fetches, however many unknown key ids arrive.")
    jwks_max_age_s: PositiveFloat = Field(600.0, description="Keys older than this are fetched again: a withdrawn key stops working.")
    token_issuer: str = Field("contacts-platform", description="The `iss` a token must carry.")
    token_audience: str = Field("contacts-platform", description="The `aud` a token must carry.")
    token_leeway_s: int = Field(10, ge=0, le=60, description="Clock difference forgiven when a token's times are checked.")

    mongodb_uri: str = Field(
        "mongodb://127.0.0.1:27017/?replicaSet=rs0&w=majority&readConcernLevel=majority&retryWrites=true&retryReads=true&timeoutMS=5000&maxPoolSize=50",
        repr=False,
        description="The replica set. `timeoutMS` bounds every call.",
    )
    mongodb_database: str = Field("service", pattern=r"^[A-Za-z0-9_-]{1,60}$", description="The service's own database.")

    kafka_bootstrap_servers: str = Field("127.0.0.1:9092", description="Brokers to start from, comma separated.")
    kafka_partitions: PositiveInt = Field(3, description="Partitions of topics made by us; 6 to 12 in production, then never changed.")
    kafka_replication: PositiveInt = Field(1, description="Copies of each partition; 3 where there are three brokers.")
    kafka_enable_idempotence: bool = Field(True, description="Idempotent producers: on for Kafka, off for the embedded broker.")
    kafka_session_timeout_ms: PositiveInt = Field(
        30_000,
        description="A silent consumer leaves its group after this; 6000 with the embedded broker: a join takes half of it.",
    )
    kafka_heartbeat_interval_ms: PositiveInt = Field(3_000, description="At most a third of the session timeout.")
    kafka_rebalance_timeout_ms: PositiveInt = Field(60_000, description="Well above the longest wait for a batch in flight.")
    kafka_max_poll_interval_ms: PositiveInt = Field(600_000, description="A batch that takes longer is done again.")
    kafka_max_records: PositiveInt = Field(500, description="Most records in one batch.")
    kafka_batch_timeout_ms: PositiveInt = Field(25, description="How long a poll waits for records.")
    kafka_fetch_min_bytes: PositiveInt = Field(100_000, description="The broker gathers up to this much before it answers a fetch.")
    kafka_fetch_max_wait_ms: PositiveInt = Field(25, description="... and for at most this long; 20 to 50 with the embedded broker.")
    kafka_commit_interval_ms: PositiveInt = Field(100, description="Offsets of finished work are committed at most this often.")
    kafka_dead_letters_in_a_row: PositiveInt = Field(
        100, description="A consumer stops after so many of one partition: a bad deploy must not drain it."
    )
    kafka_linger_ms: int = Field(5, ge=0, description="How long a producer gathers before it sends.")
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_SSL"] = Field("PLAINTEXT", description="TLS for all but local brokers.")
    kafka_ca_file: str | None = Field(None, description="Certificates to trust for TLS; the system's when unset.")
    kafka_username: str | None = Field(None, description="SASL user (SCRAM-SHA-512).")
    kafka_password: SecretStr | None = Field(None, description="SASL password.")

    log_level: LogLevel = Field("INFO", description="Least severe level that is logged.")
    otel_exporter_otlp_endpoint: str | None = Field(None, description="Collector for traces (OTLP over HTTP); no tracing when unset.")

    @model_validator(mode="after")
    def _heartbeats_fit_the_session(self) -> Self:
        if self.kafka_heartbeat_interval_ms * 2 > self.kafka_session_timeout_ms:
            raise ValueError("KAFKA_HEARTBEAT_INTERVAL_MS must be at most half of KAFKA_SESSION_TIMEOUT_MS")
        return self
