#!/usr/bin/env bash
# Make nodes know each other: setup.sh COORDINATOR WORKER…, with PGUSER, PGPASSWORD and PGDATABASE. Safe to repeat.
set -euo pipefail
coordinator=$1
shift

ask() { psql --no-psqlrc --quiet --tuples-only --set ON_ERROR_STOP=1 --host "$@"; }

for node in "$coordinator" "$@"; do
    ask "$node" --set login="$PGUSER" --set password="password=$PGPASSWORD" <<'SQL'
CREATE EXTENSION IF NOT EXISTS citus;
INSERT INTO pg_dist_authinfo VALUES (0, :'login', :'password')
    ON CONFLICT (nodeid, rolename) DO UPDATE SET authinfo = excluded.authinfo;
SQL
done
ask "$coordinator" --set host="$coordinator" <<<"SELECT citus_set_coordinator_host(:'host', 5432);" >/dev/null
for worker in "$@"; do # one after the other: together, they would get in each other's way
    ask "$coordinator" --set host="$worker" <<<"SELECT citus_add_node(:'host', 5432);" >/dev/null
done
