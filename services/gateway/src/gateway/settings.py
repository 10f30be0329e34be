"""What the gateway reads from its environment, on top of what every service reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, PositiveFloat, PositiveInt, SecretStr, create_model, model_validator

from shared.services import SERVICES, ServiceEntry
from shared.settings import ServiceSettings

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}

if TYPE_CHECKING:
    ServiceUrls = ServiceSettings
else:  # CONTACTS_URL and so on: a variable for each service there is, asked for by `url_of`

    def _url(service: ServiceEntry) -> tuple[type[str], Any]:
        return str, Field(f"http://127.0.0.1:{service.port}", description=f"The {service.name} service.")

    ServiceUrls = create_model("ServiceUrls", __base__=ServiceSettings, **{service.url_setting: _url(service) for service in SERVICES})


class GatewaySettings(ServiceUrls):
    """Where people find the page, who signs them in, and where the services are."""

    http_port: int = Field(8080, ge=0, le=65535, description="Port to listen on.")
    public_url: str = Field("http://127.0.0.1:8080", pattern=r"^https?://[^/]+$", description="The page's address as a browser sees it.")
    state_dir: Path = Field(Path(".data/gateway"), description="Keys of sessions and tokens, and who signed out; shared by all gateways.")

    oidc_issuer: str = Field("http://127.0.0.1:8080/dev-issuer", description="The OpenID Connect issuer people sign in at.")
    oidc_backchannel: str | None = Field(None, description="The same issuer as this process reaches it, where that differs.")
    oidc_client_id: str = Field("contacts-platform", description="The gateway's client id at the issuer.")
    oidc_client_secret: SecretStr | None = Field(None, description="Its secret, for issuers that want one beside PKCE.")
    oidc_audience: str = Field("contacts-platform-api", description="The `aud` an API client's access token must carry.")
    oidc_algorithms: tuple[str, ...] = Field(("ES256", "EdDSA", "RS256"), description="Signatures accepted from the issuer.")
    oidc_workspaces_claim: str = Field("workspaces", description="The claim that maps workspace ids to roles.")
    dev_issuer_accounts: Path | None = Field(None, description="Accounts of the development issuer; it is mounted only when this is set.")

    connect_timeout_s: PositiveFloat = Field(0.5, description="How long to wait for a service to accept a connection.")
    proxy_timeout_s: PositiveFloat = Field(10.0, description="How long an API call may wait for a service's next byte.")
    page_timeout_s: PositiveFloat = Field(2.5, description="How long a page waits for a part before it shows it as unknown.")
    connections_per_service: PositiveInt = Field(50, description="Most calls at once to one service.")

    def url_of(self, service: ServiceEntry) -> str:
        return str(getattr(self, service.url_setting))

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    @model_validator(mode="after")
    def _development_stays_at_home(self) -> Self:
        if self.dev_issuer_accounts is not None and urlsplit(self.public_url).hostname not in _LOOPBACK:
            raise ValueError("DEV_ISSUER_ACCOUNTS lets anyone choose an account: PUBLIC_URL must be a loopback address")
        return self
