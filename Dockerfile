# syntax=docker/dockerfile:1
# The published image, for all programs. .github/workflows/image.yml builds it for amd64 and arm64 when a version is tagged.
# By hand: docker build --build-arg VERSION=0.6.0 --tag insight:0.6.0 .

FROM docker.io/library/python:3.13-slim-trixie AS build
ENV VIRTUAL_ENV=/venv PATH=/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
# Pipenv stays outside of the environment that it fills, and outside of the image.
RUN python3 -m venv /pipenv && /pipenv/bin/pip install --quiet pipenv==2026.10.3 && python3 -m venv --without-pip /venv
COPY Pipfile Pipfile.lock ./
RUN PIPENV_VERBOSITY=-1 /pipenv/bin/pipenv sync --categories "packages mcp parquet"

FROM docker.io/library/python:3.13-slim-trixie
ARG VERSION="" REVISION="" SOURCE=""
LABEL org.opencontainers.image.title="Insight for Spotify" \
      org.opencontainers.image.description="Own your listening history: collects every play, recommends, answers over HTTP" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.base.name="docker.io/library/python:3.13-slim-trixie" \
      org.opencontainers.image.documentation="$SOURCE#readme" \
      org.opencontainers.image.source="$SOURCE" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN groupadd --gid 10001 insight && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin insight
# Fonts for the pictures of recaps, 3 MB: the base image has none.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# In a checkout, other users may not be allowed to read the files. Nothing can be written here later, so compile now.
RUN chmod -R a+rX . && python -m compileall -q .
# A new volume takes over the owner of this folder.
RUN mkdir --mode=700 /uploads && chown 10001:10001 /uploads
# The programs need neither root nor any capability: docker-compose.yml drops all of them.
USER 10001:10001
EXPOSE 8000
# The web program; ./cron.sh is the collector.
CMD ["python", "application.py"]
