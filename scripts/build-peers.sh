#!/usr/bin/env bash
# Builds the programs that ask MkDB, SQLite and Xapian the same questions, into build/bench/benchmarks/peers.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dependencies.sh

# shellcheck disable=SC2086 # lists of words
install_packages $build_packages $benchmark_packages
cmake --preset bench -DMKDB_BUILD_SERVER=OFF -DMKDB_BUILD_PEER_BENCHMARKS=ON >/dev/null
cmake --build --preset bench --target mkdb_peers
