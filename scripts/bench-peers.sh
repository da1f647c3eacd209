#!/usr/bin/env bash
# Builds the comparison with SQLite and Xapian and runs it; arguments go to benchmarks/peers/run.py
# (--documents 10000 100000, --rounds 5, --csv growth.csv, …). Databases go to build/peers, or where --work says.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build-peers.sh
exec python3 benchmarks/peers/run.py --programs build/bench/benchmarks/peers --work build/peers "$@"
