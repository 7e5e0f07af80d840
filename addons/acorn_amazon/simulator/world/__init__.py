"""What there is, and what becomes of it; knows nothing of HTTP."""

from .world import World
