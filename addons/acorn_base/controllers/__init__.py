from . import health
from . import support
