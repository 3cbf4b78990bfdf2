#!/bin/sh
# The program of the cron container. It runs the collector as a normal user, on the schedule of spotify.cronjob, until SIGTERM.
#
# The collector has its own scheduler (collect/scheduler.py), because a cron daemon needs root and several capabilities to
# run a job as a normal user, and its jobs would get neither this environment nor this log. The script also works in a
# checkout, for example as a systemd service.
set -eu
cd "$(dirname "$0")"
[ ! -d .venv/bin ] || PATH="$PWD/.venv/bin:$PATH"
exec python spotify_client.py --schedule spotify.cronjob
