#!/usr/bin/env bash
# Builds the tests (preset campaign) and runs rows of the catalogue of faults at their full counts; writes docs/evidence.md.
# usage: scripts/campaign.sh [--help] [--list] [--page] [--scale PERCENT] [--preset NAME] [ROW…]
# such as scripts/campaign.sh T4 T29
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/dependencies.sh

# shellcheck disable=SC2086 # lists of words
install_packages $build_packages $test_packages
exec python3 scripts/campaign.py "$@"
