"""The only reader of the environment: every setting with its default and its meaning."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """Read from environment variables of the same names in capitals, or from a file ``.env``."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True)

    slack_bot_token: SecretStr = Field(SecretStr(""), description="The bot token, `xoxb-…`")
    slack_app_token: SecretStr = Field(
        SecretStr(""), description="An app-level token, `xapp-…`; when set, Socket Mode is used"
    )
    slack_signing_secret: SecretStr = Field(
        SecretStr(""), description="Proves that a request comes from Slack; needed for HTTP"
    )
    slack_api_url: str = Field("https://slack.com/api/", description="Where the Web API answers")
    database_url: str = Field(
        "",
        description="SQLite in the data folder when empty, or `postgresql://…` (`postgres://` is accepted)",
    )
    data_dir: Path = Field(
        Path("var"), description="Folder of the database, the evidence and the record's key"
    )
    evidence_url: str = Field(
        "", description="Where evidence files go; a folder, `evidence` in `DATA_DIR` when empty"
    )
    content_dir: Path | None = Field(
        None, description="Your own content folder; the packaged content when empty"
    )
    compliance_leads: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Slack user ids or e-mail addresses, separated by commas"
    )
    digest_channel: str = Field(
        "", description="A channel id that also gets the weekly digest, in figures without names or questions"
    )
    public_url: str = Field("", description="The address under which Slack reaches this server by HTTP")
    port: int = Field(3000, ge=0, le=65535, description="The port that the web server listens on")
    log_level: str = Field("INFO", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`")

    @field_validator("compliance_leads", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and value.partition(":")[0].partition("+")[0] not in ("sqlite", "postgres", "postgresql"):
            raise ValueError("the database is SQLite or PostgreSQL: sqlite:///… or postgresql://…")
        return value

    @field_validator("evidence_url")
    @classmethod
    def _a_folder(cls, value: str) -> str:
        if "://" in value:
            raise ValueError("evidence is kept in a folder: give a path, not an address")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _with_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'socrates.db'}"

    @property
    def evidence_folder(self) -> Path:
        return Path(self.evidence_url) if self.evidence_url else self.data_dir / "evidence"

    @property
    def record_key(self) -> Path:
        return self.data_dir / "record.key"

    @property
    def socket_mode(self) -> bool:
        return bool(self.slack_app_token.get_secret_value())
