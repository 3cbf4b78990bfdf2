#!/bin/sh
# The cron container's program, as a normal user: collect and recommend by the times of spotify.cronjob until SIGTERM.
#
# The collector keeps the times itself (collect/scheduler.py), for a cron daemon needs root and several capabilities to start
# a job as a normal user, and its jobs have neither our environment nor our log. In a checkout it works as well, for
# example as a service of systemd.
set -eu
cd "$(dirname "$0")"
[ ! -d .venv/bin ] || PATH="$PWD/.venv/bin:$PATH"
exec python spotify_client.py --schedule spotify.cronjob
