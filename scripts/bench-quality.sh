#!/usr/bin/env bash
# Builds the comparison with SQLite and Xapian and measures how well each ranks; arguments go to
# benchmarks/peers/quality.py (--documents 20000, --engines mkdb xapian, …).
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/build-peers.sh
exec python3 benchmarks/peers/quality.py --programs build/bench/benchmarks/peers --work build/peers "$@"
