"""A local Amazon: the Selling Partner API of a world that lives on this machine.

Nothing here imports Odoo. ``python addons/acorn_amazon/simulator/__main__.py`` serves
it for the demo; tests write ``with Simulator(World.quiet()) as amazon:``.
"""

from .server import Simulator
from .world import World
