"""Makes the client package of this source tree importable."""

import os
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
CLIENT_DIRECTORY = os.path.join(ROOT, "reference-server", "clients", "python")

if CLIENT_DIRECTORY not in sys.path:
    sys.path.insert(0, CLIENT_DIRECTORY)
