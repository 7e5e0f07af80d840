"""What can be called: one module for each of Amazon's APIs, and one for control."""

from . import control, documents, feeds, listings, login, orders, reports, sellers
from . import inventory, sales, shipments
from . import data_kiosk, finances, transfers

OPERATIONS = [
    operation
    for module in (
        login,
        sellers,
        sales,
        orders,
        shipments,
        listings,
        reports,
        feeds,
        documents,
        inventory,
        finances,
        transfers,
        data_kiosk,
    )
    for operation in module.OPERATIONS
]
