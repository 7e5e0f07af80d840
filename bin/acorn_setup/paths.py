"""Where everything is: the checkout, and `.acorn/` with all that the set-up makes."""

import hashlib
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Tells this checkout from another one on the same machine.
KEY = f"{ROOT.name}-{hashlib.sha256(bytes(ROOT)).hexdigest()[:8]}"

ADDONS = ROOT / "addons"
BIN = ROOT / "bin"
CONFIG = ROOT / "odoo.conf"
REQUIREMENTS = ROOT / "requirements.txt"
SIMULATOR = ADDONS / "acorn_amazon" / "simulator" / "__main__.py"
DEMO = BIN / "demo.py"

# A container keeps these on volumes.
ACORN = Path(os.environ.get("ACORN_FOLDER") or ROOT / ".acorn")
APT = ACORN / "apt"
ODOO = ACORN / "odoo"
VENV = ACORN / "venv"
PG = ACORN / "pg"
DATA = Path(os.environ.get("ODOO_DATA_DIR") or ACORN / "data")  # Odoo's `data_dir`
FILESTORE = DATA / "filestore"
SIMULATOR_STATE = ACORN / "simulator"
LOG = ACORN / "log"
RUN = ACORN / "run"
SECRET_KEY = ACORN / "secret.key"
SETUP_LOG = LOG / "setup.log"


def make_folders():
    for folder in (ACORN, LOG, RUN, DATA):
        folder.mkdir(parents=True, exist_ok=True)
