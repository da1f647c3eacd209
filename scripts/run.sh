#!/usr/bin/env bash
# Installs what is needed (Debian 12), builds the server and runs it with a demo database that holds the package
# catalogue of this machine, or the sample in the repository where there is none. Ctrl+C stops it.
# usage: scripts/run.sh [DIRECTORY]     (default: build/demo; kept between runs)
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dependencies.sh

database=${1:-build/demo}
example=docs/examples/debian-catalogue
mkdb=build/release/reference-server/mkdb
password_file="$database/demo-admin-password"

# shellcheck disable=SC2086 # a list of words
install_packages $build_packages
mkdir -p build
echo "Building the server"
cmake --preset release >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
cmake --build --preset release --target mkdb_server

if [ ! -e "$database/config.json" ]; then
  echo "Making the demo database in $database"
  (umask 077 && mkdir -p "$database")
  # For the demo alone the administrator's password is kept beside it, so that a second run can show it again.
  (umask 077 && od -An -N12 -tx1 /dev/urandom | tr -d ' \n' >"$password_file")
  MKDB_PASSWORD=$(cat "$password_file") "$mkdb" init "$database" >/dev/null
fi

if [ ! -e "$database/catalogue-imported" ]; then
  catalogue=build/catalogue.jsonl
  if ! { command -v apt-cache >/dev/null && python3 "$example/catalogue.py" --output "$catalogue"; }; then
    echo "No package catalogue here: taking the sample of 2,000 packages"
    cp "$example/sample.jsonl" "$catalogue"
  fi
  "$mkdb" import --schema "$example/schema.json" "$database" packages "$catalogue"
  touch "$database/catalogue-imported"
fi

cat <<END

Sign in to the control plane, http://127.0.0.1:8090/, as admin with the password $(cat "$password_file")
Clients on this machine write with the default password mk_db, until you make users.

Three things to try in another terminal:
  $mkdb get 127.0.0.1:9001 packages bash
  $mkdb query 127.0.0.1:9001 packages '{"description":{"contains":"database"},"size":{"gt":10000000}}' --sort -size --limit 5
  PYTHONPATH=reference-server/clients/python python3 -c 'from mkdb_client import MkDBClient
with MkDBClient(host="127.0.0.1", port=9001) as client: print(client.query("packages", {"depends": "libssl3"}).total_matches, "packages depend on libssl3")'

END
exec "$mkdb" serve "$database"
