#!/usr/bin/env bash
# Builds and runs the micro benchmarks; arguments go to the benchmark program
# (--benchmark_filter=store/read, --benchmark_repetitions=5, --benchmark_format=json, …).
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dependencies.sh

# shellcheck disable=SC2086 # lists of words
install_packages $build_packages $benchmark_packages
cmake --preset bench -DMKDB_BUILD_SERVER=OFF >/dev/null
cmake --build --preset bench --target mkdb_micro
exec build/bench/benchmarks/mkdb_micro "$@"
