#!/usr/bin/env bash
# Builds the comparison with SQLite and Xapian and measures how well each ranks; arguments go to
# benchmarks/peers/quality.py (--documents 20000, --engines mkdb xapian, …).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dependencies.sh

# shellcheck disable=SC2086 # lists of words
install_packages $build_packages $benchmark_packages
cmake --preset bench -DMKDB_BUILD_SERVER=OFF -DMKDB_BUILD_PEER_BENCHMARKS=ON >/dev/null
cmake --build --preset bench --target mkdb_peers
exec python3 benchmarks/peers/quality.py --programs build/bench/benchmarks/peers --work build/peers "$@"
