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
    # The trigger label as it was last seen there, and under which setting: its id is what counts as long as that is
    # the same, its name is what lists are asked by (C15).
    Column("trigger_setting", String(100)),
    Column("trigger_node", String(100)),
    Column("trigger_name", String(100)),
    # Asked once a repository: whether there is CI to wait for (design, "CI").
    Column("goes_without_ci", Boolean, nullable=False, server_default=false()),
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


# --- The story: lives, plans, stages, runs, what was heard and what was done ---

generation = Table(
    "generation",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("feature_id", BigInteger, ForeignKey(feature.c.id, ondelete="CASCADE"), nullable=False),
    Column("label_event", String(100), nullable=False),
    Column("number", Integer, nullable=False),
    Column("by_id", BigInteger),
    Column("by_login", String(100), nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("title", Text, nullable=False),
    Column("plan_comment", BigInteger),
    Column("paused", Text),
    Column("ending", String(20)),
    Column("ended_at", Instant),
    UniqueConstraint("feature_id", "label_event"),
    UniqueConstraint("feature_id", "number"),
)

plan_revision = Table(
    "plan_revision",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("generation_id", BigInteger, ForeignKey(generation.c.id, ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("plan", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("shown_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("generation_id", "number"),
)

approval = Table(
    "approval",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("generation_id", BigInteger, ForeignKey(generation.c.id, ondelete="CASCADE"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("comment_id", BigInteger, nullable=False),
    Column("by_id", BigInteger),
    Column("by_login", String(100), nullable=False),
    Column("at", Instant, nullable=False),
    # The base branch was red then, and the plan comment said so: whoever approved accepted it (rule 9).
    Column("despite_red", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("generation_id", "revision", "hash"),
)

stage = Table(
    "stage",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("generation_id", BigInteger, ForeignKey(generation.c.id, ondelete="CASCADE"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("skipped", Text),
    Column("delivered", Text),
    Column("notes", Text, nullable=False, server_default="[]"),
    UniqueConstraint("generation_id", "kind"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("stage_id", BigInteger, ForeignKey(stage.c.id, ondelete="CASCADE"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("branch", String(255), nullable=False),
    Column("start", String(64), nullable=False),
    Column("head", String(64)),
    Column("pull", Integer),
    Column("merge_sha", String(64)),
    Column("merged_at", Instant),
    Column("merged_by", String(100)),
    UniqueConstraint("stage_id", "number"),
)

run = Table(
    "run",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("generation_id", BigInteger, ForeignKey(generation.c.id, ondelete="CASCADE"), nullable=False),
    Column("chapter", String(100), nullable=False),
    Column("number", Integer, nullable=False),
    Column("agent", String(100), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("request", Text, nullable=False),
    # The text of every file it changed (null: deleted), so that committing needs no checkout.
    Column("files", Text),
    Column("outcome", Text),
    Column("result", Text),
    Column("turns", Integer, nullable=False, server_default=text("0")),
    Column("cost_microdollars", BigInteger, nullable=False, server_default=text("0")),
    Column("begun_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("start", String(64), nullable=False, server_default=""),
    # What it is to answer, mend or merge, as a JSON list.
    Column("about", Text, nullable=False, server_default="[]"),
    Column("dropped", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("generation_id", "chapter", "number"),
)

command = Table(
    "command",
    metadata,
    Column("feature_id", BigInteger, ForeignKey(feature.c.id, ondelete="CASCADE"), primary_key=True),
    Column("comment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("author_id", BigInteger),
    Column("author_login", String(100), nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reactions", Text, nullable=False, server_default=""),
    Column("at", Instant, nullable=False),
)

question = Table(
    "question",
    metadata,
    Column("generation_id", BigInteger, ForeignKey(generation.c.id, ondelete="CASCADE"), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("text", Text, nullable=False),
    Column("options", Text, nullable=False, server_default="[]"),
    Column("recommended", Text),
    Column("comment_id", BigInteger, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("choice", Text),
    Column("words", Text, nullable=False, server_default=""),
    Column("by_id", BigInteger),
    Column("by_login", String(100)),
    Column("answer_comment", BigInteger),
    Column("answered_at", Instant),
)

# What people want of the plan; each draft is made from all that came before it began.
wish = Table(
    "wish",
    metadata,
    Column("generation_id", BigInteger, ForeignKey(generation.c.id, ondelete="CASCADE"), primary_key=True),
    Column("comment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("by_id", BigInteger),
    Column("by_login", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# A person wants an agent to work again on what is current.
retry = Table(
    "retry",
    metadata,
    Column("generation_id", BigInteger, ForeignKey(generation.c.id, ondelete="CASCADE"), primary_key=True),
    Column("comment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("work", String(20), nullable=False),
    Column("by_id", BigInteger),
    Column("by_login", String(100), nullable=False),
    Column("at", Instant, nullable=False),
)

reply = Table(
    "reply",
    metadata,
    Column("feature_id", BigInteger, ForeignKey(feature.c.id, ondelete="CASCADE"), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False),
)

# The journal: an effect is written down before it is tried, and what came of it after.
effect = Table(
    "effect",
    metadata,
    Column("feature_id", BigInteger, ForeignKey(feature.c.id, ondelete="CASCADE"), primary_key=True),
    Column("identity", String(300), primary_key=True),
    Column("arguments", Text, nullable=False, server_default="{}"),
    Column("intended_at", Instant, nullable=False),
    Column("known_at", Instant),
    Column("result", Text),
)
Index("ix_effect_unsettled", effect.c.feature_id, sqlite_where=effect.c.known_at.is_(None),
      postgresql_where=effect.c.known_at.is_(None))  # fmt: skip

# What people were last shown, by item, so that only what differs is sent again.
shown = Table(
    "shown",
    metadata,
    Column("feature_id", BigInteger, ForeignKey(feature.c.id, ondelete="CASCADE"), primary_key=True),
    Column("item", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("at", Instant, nullable=False),
)

# When a head was first seen: GitHub tells no time of a push.
clock = Table(
    "clock",
    metadata,
    Column("feature_id", BigInteger, ForeignKey(feature.c.id, ondelete="CASCADE"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("at", Instant, nullable=False),
)
