#!/bin/bash
# The cron container's program: hand the environment to cron's jobs and their output to the container's log, run cron,
# and on SIGTERM end the job that may be running before ending itself.
set -euo pipefail

user=insight
run=/run/insight
log=$run/log

mkdir -p "$run"
chown "$user:$user" "$run"
chmod 700 "$run"

# cron gives its jobs no environment; bash reads this file first (BASH_ENV in spotify.cronjob). It holds secrets.
umask 077
declare -px | grep -vE '^declare -x (HOME|PWD|OLDPWD|SHLVL|_|LOGNAME|USER|SHELL|BASH_ENV)[=]' >"$run/environment"
chown "$user:$user" "$run/environment"

# cron throws its jobs' output away; they write into a pipe that is copied to the log. Opened for reading and writing,
# so that it never ends between two jobs.
rm -f "$log"
mkfifo "$log"
chown "$user:$user" "$log"
cat <>"$log" &
copier=$!

crontab -u "$user" "$(dirname "$0")/spotify.cronjob"

stop() {
    kill -TERM "$daemon" 2>/dev/null || true
    pkill -TERM -u "$user" python 2>/dev/null || true
    # Whoever holds the locks has ended, or 30 seconds are over.
    for lock in collect recommend; do
        flock --timeout 30 "$run/$lock.lock" true 2>/dev/null || true
    done
    sleep 0.2
    kill "$copier" 2>/dev/null || true
    echo "cron: stopped"
    exit 0
}
trap stop TERM INT

cron -f -L 0 &
daemon=$!
echo "cron: collects every 20 minutes and recommends each night"
wait "$daemon"
