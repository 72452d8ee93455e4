"""What Baton remembers, as tables; the same on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.engine.columns import BigId, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- GitHub's things, under GitHub's ids; names are for show and are refreshed on every read ---

installation = Table(
    "installation",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("account_id", BigInteger),
    Column("account_login", String(100)),
    Column("seen_at", Instant, nullable=False),
    Column("suspended_at", Instant),
    Column("deleted_at", Instant),
)

repository = Table(
    "repository",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    # No foreign key: a delivery may name a repository before its installation was ever read.
    Column("installation_id", BigInteger, index=True),
    Column("owner", String(100), nullable=False),
    Column("name", String(100), nullable=False),
    Column("default_branch", String(255)),
    Column("seen_at", Instant, nullable=False),
    Column("removed_at", Instant),
)

# --- The inbox: that something happened, never what; bodies are not kept ---

delivery = Table(
    "delivery",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("guid", String(100), nullable=False, unique=True),
    Column("event", String(100), nullable=False),
    Column("action", String(100)),
    Column("installation_id", BigInteger),
    Column("repository_id", BigInteger),
    Column("owner", String(100)),
    Column("name", String(100)),
    Column("issue", Integer),
    Column("pull_request", Integer),
    Column("sha", String(64)),
    Column("branch", String(255)),
    Column("default_branch", String(255)),
    Column("sender_id", BigInteger),
    Column("sender_login", String(100)),
    Column("received_at", Instant, nullable=False),
    Column("handled_at", Instant),
)
Index("ix_delivery_unhandled", delivery.c.id, sqlite_where=delivery.c.handled_at.is_(None),
      postgresql_where=delivery.c.handled_at.is_(None))  # fmt: skip
Index("ix_delivery_received_at", delivery.c.received_at)

# --- Features: what is worth looking at, who looks, and what people see of it ---

feature = Table(
    "feature",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("repository_id", BigInteger, ForeignKey(repository.c.id), nullable=False),
    Column("issue", Integer, nullable=False),
    Column("title", Text, nullable=False, server_default=""),
    # NULL until a look found a label: an issue that somebody touched is not yet a feature.
    Column("state", String(40)),
    Column("waiting_for", Text, nullable=False, server_default=""),
    Column("live", Boolean, nullable=False, server_default=false()),
    Column("wanted", BigInteger, nullable=False, server_default=text("0")),
    Column("looked", BigInteger, nullable=False, server_default=text("0")),
    Column("looked_at", Instant),
    Column("look_again_at", Instant),
    # A mark with a delay; apart from look_again_at, which each look overwrites with its own Wait.
    Column("nudge_at", Instant),
    Column("leased_until", Instant),
    Column("leased_by", String(100)),
    Column("fence", BigInteger, nullable=False, server_default=text("0")),
    Column("quiet_sweeps", Integer, nullable=False, server_default=text("0")),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("repository_id", "issue"),
)
Index("ix_feature_look_again_at", feature.c.look_again_at)
Index("ix_feature_worth_a_look", feature.c.id, sqlite_where=feature.c.looked < feature.c.wanted,
      postgresql_where=feature.c.looked < feature.c.wanted)  # fmt: skip
Index("ix_feature_live", feature.c.live)

reference = Table(
    "reference",
    metadata,
    Column("feature_id", BigInteger, ForeignKey(feature.c.id, ondelete="CASCADE"), primary_key=True),
    Column("kind", String(10), primary_key=True),  # pull, sha or branch
    Column("value", String(255), primary_key=True),
)
Index("ix_reference_value", reference.c.kind, reference.c.value)

event = Table(
    "event",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("feature_id", BigInteger, ForeignKey(feature.c.id, ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("event", String(60), nullable=False),
    Column("text", Text, nullable=False),
)
Index("ix_event_feature_id", event.c.feature_id, event.c.id)

# --- Money and requests ---

ledger = Table(
    "ledger",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("feature_id", BigInteger, ForeignKey(feature.c.id, ondelete="CASCADE"), nullable=False),
    Column("run_id", String(200), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("model", String(100), nullable=False),
    # Reserved before the call, so that a cap holds while the call is under way; settled after it.
    Column("reserved_microdollars", BigInteger, nullable=False, server_default=text("0")),
    Column("cost_microdollars", BigInteger),
    Column("optimum_microdollars", BigInteger),
    Column("input_tokens", BigInteger, nullable=False, server_default=text("0")),
    Column("cache_read_tokens", BigInteger, nullable=False, server_default=text("0")),
    Column("cache_write_tokens", BigInteger, nullable=False, server_default=text("0")),
    Column("output_tokens", BigInteger, nullable=False, server_default=text("0")),
    UniqueConstraint("run_id", "turn"),
)
Index("ix_ledger_feature_id", ledger.c.feature_id)
Index("ix_ledger_at", ledger.c.at)

budget = Table(
    "budget",
    metadata,
    Column("installation_id", BigInteger, primary_key=True, autoincrement=False),
    Column("not_before", Instant),  # GitHub asked to be left alone until then
    Column("remaining", Integer),
    Column("resets_at", Instant),
    Column("seen_at", Instant, nullable=False),
)

creation = Table(
    "creation",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("installation_id", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
)
Index("ix_creation_installation_id_at", creation.c.installation_id, creation.c.at)

# --- Processes ---

executor = Table(
    "executor",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
    Column("gone_at", Instant),
    Column("reaped_at", Instant),
)

timer = Table(
    "timer",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("next_at", Instant, nullable=False),
    Column("count", BigInteger, nullable=False, server_default=text("0")),
    Column("claimed_by", String(100)),
)

run_start = Table(
    "run_start",
    metadata,
    Column("run_id", String(200), primary_key=True),
    Column("in_vain", Integer, nullable=False, server_default=text("0")),
    Column("turns", Integer, nullable=False, server_default=text("0")),
    Column("stop_asked_at", Instant),
)

# --- The story's tables follow (plan revisions, stages, attempts, runs, questions, commands, effects) ---
