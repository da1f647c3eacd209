#!/usr/bin/env bash
# Leaves out each sync and each comparison of a checksum, one at a time, and expects a test to notice; see
# scripts/mutation_check.py --help. Works in a copy: the tree is not touched.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dependencies.sh

# shellcheck disable=SC2086 # lists of words
install_packages $build_packages $test_packages
exec python3 scripts/mutation_check.py "$@"
