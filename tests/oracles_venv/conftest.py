"""lifelines requires pandas < 3, so its tests run in the second environment of `make test`."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("lifelines") else ["test_*.py"]
