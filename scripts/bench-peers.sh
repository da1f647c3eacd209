#!/usr/bin/env bash
# Builds the comparison with SQLite and Xapian and runs it; arguments go to benchmarks/peers/run.py
# (--documents 10000 100000, --rounds 5, --csv growth.csv, …). Databases go to build/peers, or where --work says.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dependencies.sh

# shellcheck disable=SC2086 # lists of words
install_packages $build_packages $benchmark_packages
cmake --preset bench -DMKDB_BUILD_SERVER=OFF -DMKDB_BUILD_PEER_BENCHMARKS=ON >/dev/null
cmake --build --preset bench --target mkdb_peers
exec python3 benchmarks/peers/run.py --programs build/bench/benchmarks/peers --work build/peers "$@"
