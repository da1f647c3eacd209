#!/usr/bin/env bash
# Installs what the tests need (Debian 12), builds everything and runs every test.
# usage: scripts/test.sh [ARGUMENTS FOR CTEST, such as -R engine]
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dependencies.sh

# shellcheck disable=SC2086 # lists of words
install_packages $build_packages $test_packages $benchmark_packages
command -v node >/dev/null || install_packages nodejs

echo "Configuring"
mkdir -p build
cmake --preset dev -DMKDB_BUILD_BENCHMARKS=ON >build/configure.log 2>&1 || { cat build/configure.log; exit 1; }
echo "Building"
cmake --build --preset dev
echo "Testing"
ctest --preset dev "$@"
