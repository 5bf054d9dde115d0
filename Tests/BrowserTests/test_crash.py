"""A handful of what scripts/crash-import does at length."""

import os
import subprocess
import sys

from anwal import ROOT
from test_imports import SAMPLES, needs_samples


@needs_samples
def test_an_import_that_is_killed_ends_as_one_that_was_not_disturbed():
    binary = os.environ.get("ANWAL_BIN", ROOT / ".build/debug/anwal")
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/crash-import", SAMPLES / "simple-dirty.xlsx", "--kills", "4", "--seed", "7", "--bin", binary],
        capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-2000:]
