"""How worlds differ; what Amazon's documents leave open is here too."""

from dataclasses import dataclass, field

from .jobs import DONE


@dataclass
class Options:
    seed: int = 1
    history: int = 40  # orders per account from before the world began
    history_days: float = 4.0
    settle_seconds: float = 120.0  # orders can be searched for up to so long ago
    late_seconds: float = 0.0  # until a change of an order shows in searches
    page_limit: int = 100  # orders on a page, whatever was asked for
    listing_seconds: float = 5.0  # until a patch that was accepted takes effect
    queue_seconds: float = 20.0  # a report or feed waits
    work_seconds: float = 40.0  # and is worked on
    job_fate: str = DONE  # or FATAL, CANCELLED
    compressed_reports: bool = False
    report_charsets: dict = field(default_factory=dict)  # by region; else UTF-8
    discount_sign: int = -1  # of DISCOUNT in proceeds
    untracked_parcels: bool = True  # or a parcel must have a tracking number
    cancelled_keeps_quantity: bool = True  # or quantityOrdered falls to what is left

    running_costs: bool = True  # advertising, storage, subscription, reimbursements
    settlement_days: float = 14.0  # set it before anybody has seen a settlement
    reserve_share: int = 10  # per cent of a balance that is held back
    deposit_days: float = 2.0  # until a transfer is at the bank
    deferred: list = field(default_factory=lambda: ["B2B"])  # or DD7: every sale
    transactions_late: float = 0.0  # hours until transactions can be listed
    transaction_page: int = 500
    empty_pages: bool = False  # an empty one before each page of transactions

    def change(self, **values):
        for name, value in values.items():
            if not hasattr(self, name):
                raise ValueError(f"There is no option {name!r}")
            setattr(self, name, value)
