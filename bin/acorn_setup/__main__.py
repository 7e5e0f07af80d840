import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

from acorn_setup import cli  # noqa: E402

sys.exit(cli.main(sys.argv[1:]))
