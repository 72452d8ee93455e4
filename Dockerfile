# syntax=docker/dockerfile:1
# Baton in a container: `docker build -t baton .`; how to run it: docs/operations.md, deploy/compose.yaml.

FROM python:3.11-slim-bookworm AS build

ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/opt/baton \
    UV_PYTHON_DOWNLOADS=never
RUN --mount=type=cache,target=/root/.cache/pip python -m pip install --root-user-action=ignore "uv==0.13.9"
WORKDIR /source

# The packages alone first: they change seldom, the code often.
COPY pyproject.toml uv.lock README.md ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev --no-install-project

COPY LICENSE ./
COPY agents ./agents
COPY bot ./bot
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev --no-editable


FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates git \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 baton \
    && useradd --uid 10001 --gid baton --home-dir /var/lib/baton --create-home --shell /usr/sbin/nologin baton

# Only what was installed: no uv, no pip's cache, no sources of ours besides the package.
COPY --from=build /opt/baton /opt/baton

# Everything that is written goes to /var/lib/baton and /tmp, so the root file system can be read-only.
ENV PATH=/opt/baton/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BATON_HOST=0.0.0.0 \
    BATON_PORT=8000 \
    BATON_DATABASE_URL=sqlite:////var/lib/baton/baton.db \
    BATON_WORKDIR=/var/lib/baton/work
WORKDIR /var/lib/baton
USER 10001:10001
VOLUME /var/lib/baton
EXPOSE 8000
STOPSIGNAL SIGTERM

HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"BATON_PORT\"]}/healthz', timeout=4)"]

ENTRYPOINT ["baton"]
CMD ["serve"]
