"""Amazon as a sales channel: the whole contract, in terms of its parts."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from odoo.addons.acorn_base.channel import (
    UTC,
    AccountProblem,
    Channel,
    ChannelError,
    Refused,
    Stream,
)
from odoo.addons.acorn_base.records import (
    Cancellation,
    Receipt,
    StockLevel,
    StockLevels,
)

from . import fees, marketplaces
from .build.shipment import confirmation, explained, verdict
from .build.shipping_file import shipping_file
from .parse.audit import parse_audit
from .parse.fba_returns import parse_fba_return
from .parse.inventory import parse_inventory
from .parse.ledger import parse_ledger
from .parse.listing import parse_listing
from .parse.listing_change import parse_listing_change
from .parse.local_format import UTF_16
from .parse.order import parse_order
from .parse.order_report import is_report, parse_report_order, read_orders
from .parse.payout import parse_payout
from .parse.product_day import parse_product_day
from .parse.returns import parse_return
from .parse.settlement import (
    parse_settlement,
    read_settlement,
    settlement_document,
)
from .parse.site import parse_sites
from .parse.transaction import parse_transaction
from .pull import (
    audit,
    history,
    inventory,
    ledger,
    listing,
    listing_change,
    order,
    payout,
    product_day,
    returns,
    settlement,
    transaction,
)
from .push import cancellation, stock
from .spapi import orders, sellers
from .spapi.documents import decode, unpack
from .spapi.gateway import Gateway
from .spapi.recording import nowhere
from .spapi.throttle import MemoryThrottle, Patient, Steady
from .spapi.token import SHARED, Tokens

FAR_EAST_SINCE = datetime(2016, 1, 1, tzinfo=UTC)

# What is asked for all sites at once, step by step: reports are made while one waits.
OF_ALL_SITES = {
    "audit": audit.next_step,
    "fba_stock": inventory.next_step,
    "ledger": ledger.next_step,
    "return": returns.next_return_step,
    "fba_return": returns.next_fba_return_step,
}
LISTED = {"transaction": transaction.next_page, "payout": payout.next_page}
PARSERS = {
    "listing": parse_listing,
    "listing_change": parse_listing_change,
    "fba_stock": parse_inventory,
    "ledger": parse_ledger,
    "return": parse_return,
    "fba_return": parse_fba_return,
    "settlement": parse_settlement,
    "transaction": parse_transaction,
    "payout": parse_payout,
    "product_day": parse_product_day,
}


@dataclass(frozen=True)
class AmazonAccount:
    """A seller's account in one region, and the application that speaks for it."""

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    region: str  # 'na', 'eu' or 'fe'
    seller_id: str
    # Marketplaces on which it sells: for what must be asked of each.
    sites: tuple[str, ...] = ()
    closed_sites: tuple[str, ...] = ()  # those whose orders are not wanted


class AmazonChannel(Channel):
    """Orders, listings, quantities and parcels of one ``AmazonAccount``.

    :param endpoint: address in place of Amazon's own; ``{region}`` in it is replaced
    :param lwa_endpoint: the same for Login with Amazon
    :param token_store: ``spapi.token.TokenStore`` that all workers share
    :param throttle: ``spapi.throttle.Throttle`` of this account that all workers share
    :param log: logger of every call
    :param record: takes a ``channel.Call`` for every try of every call
    """

    streams = (
        # One call for all sites of the account; its budget is one in three minutes.
        # A week a window: a token lives a day, in which Amazon gives 48,000 orders.
        Stream(
            "order",
            at_least=timedelta(minutes=3),
            window=timedelta(days=7),
            history=timedelta(days=730),
        ),
        Stream(
            "listing",
            per_site=True,
            every=timedelta(days=1),
            at_least=timedelta(hours=1),
        ),
        Stream(
            "listing_change",
            per_site=True,
            every=timedelta(minutes=15),
            lag=timedelta(minutes=2),
        ),
        Stream("audit", every=timedelta(days=1), at_least=timedelta(hours=1)),
        Stream("fba_stock", every=timedelta(hours=3), at_least=timedelta(minutes=30)),
        Stream("ledger", every=timedelta(days=1), at_least=timedelta(hours=4)),
        Stream("return", every=timedelta(hours=4), at_least=timedelta(hours=1)),
        # Amazon makes this report anew every four hours at most.
        Stream("fba_return", every=timedelta(hours=12), at_least=timedelta(hours=4)),
        # Amazon settles once in two weeks and keeps the files for 90 days.
        Stream(
            "settlement",
            every=timedelta(hours=6),
            at_least=timedelta(hours=1),
            overlap=settlement.OVERLAP,
            history=settlement.KEPT,
        ),
        Stream("transaction", every=timedelta(hours=4), at_least=timedelta(hours=1)),
        Stream("payout", every=timedelta(days=1), at_least=timedelta(hours=1)),
        Stream(
            "product_day",
            per_site=True,
            every=timedelta(days=1),
            at_least=timedelta(hours=4),
        ),
    )
    accepts = ("shipment", "stock", "stock_feed", "cancellation")
    fees = fees.FEES

    def __init__(
        self,
        account,
        now,
        *,
        endpoint=None,
        lwa_endpoint=None,
        token_store=None,
        throttle=None,
        log=None,
        record=nowhere,
    ):
        super().__init__(account, now)
        self._endpoint = endpoint
        self._lwa_endpoint = lwa_endpoint
        self._token_store = token_store or SHARED
        self._throttle = throttle or MemoryThrottle(
            account.seller_id, account.client_id
        )
        self._log = log
        self._record = record

    def check(self):
        try:
            participations = sellers.participations(self._gateway)
        except AccountProblem as problem:
            raise self._located(problem) from problem
        sites = parse_sites(participations)
        if not sites:
            raise AccountProblem(
                "The account sells on no marketplace of this region.", code="no_sites"
            )
        return sites

    def pull(self, kind, cursor, site="", keys=()):
        now = self.now()
        if kind == "listing":
            return listing.next_step(self._gateway, site, cursor, now)
        if kind == "listing_change":
            seller, stream = self.account.seller_id, self._stream(kind)
            gateway = self._steady_gateway
            return listing_change.next_page(gateway, seller, stream, site, cursor, now)
        if kind == "settlement":
            # What was sold on sites that are switched off is paid out all the same.
            sites = (*self.account.sites, *self.account.closed_sites)
            return settlement.next_step(self._gateway, sites, cursor, now)
        if kind == "product_day":
            return product_day.next_step(self._gateway, site, cursor, now)
        if next_page := LISTED.get(kind):
            return next_page(self._gateway, cursor, now)
        if next_step := OF_ALL_SITES.get(kind):
            return next_step(self._gateway, self.account.sites, cursor, now)
        if keys:
            return order.these(self._gateway, keys, cursor, now)
        if "end" in cursor:
            sites = self.account.sites
            return history.next_step(self._patient_gateway, sites, cursor, now)
        return order.next_page(self._gateway, self._stream(kind), cursor, now)

    def _stream(self, kind):
        return next(stream for stream in self.streams if stream.kind == kind)

    def oldest(self, kind):
        """Amazon keeps two years; in the Far East everything since 2016."""
        if kind == "order" and self.account.region == "fe":
            return FAR_EAST_SINCE
        return super().oldest(kind)

    def expected(self, kind, since, until):
        return history.expected(self._patient_gateway, self.account.sites, since, until)

    def plans(self, kind, since, until, days, every):
        if kind != "order":
            return ()
        rate_of = self._throttle.rate
        return history.plans(rate_of, since, until, days, every, self.now())

    def parse(self, document):
        if parser := PARSERS.get(document.kind):
            return parser(document)
        if document.kind == "audit":
            return parse_audit(document.body, self.account.closed_sites)
        if is_report(document.body):
            return parse_report_order(document.body)
        return parse_order(document.body)

    def read_file(self, kind, content, site=""):
        if kind == "settlement":
            content = unpack(content)
            read_settlement(content)
            return [settlement_document(content)], []
        if kind != "order":
            return super().read_file(kind, content, site)
        charset = "shift_jis" if self.account.region == "fe" else "cp1252"
        if content.startswith(UTF_16):
            charset = "utf-16"  # as spreadsheets save text
        found, problems = read_orders(decode(content, (charset,)), site)
        closed = self.account.closed_sites
        return [each for each in found if each.site not in closed], problems

    def write_file(self, kind, records):
        if kind != "shipment":
            return super().write_file(kind, records)
        return "txt", shipping_file(records)

    def push(self, record):
        """Tell quantities, or confirm a parcel: Amazon takes or refuses it at once."""
        seller = self.account.seller_id
        if isinstance(record, StockLevel):
            return stock.tell_one(self._steady_gateway, seller, record)
        if isinstance(record, StockLevels):
            return stock.tell_many(self._gateway, seller, record.levels, self.now())
        if isinstance(record, Cancellation):
            return cancellation.tell(self._gateway, seller, record)
        body = confirmation(record)
        try:
            reference = orders.confirm_shipment(self._gateway, record.order_ref, body)
        except Refused as refusal:
            raise explained(refusal) from refusal
        return Receipt("done", reference)

    def poll(self, record, reference=""):
        """Look at the listing or the feed, or among the order's parcels."""
        if isinstance(record, StockLevel):
            seller = self.account.seller_id
            return stock.ask_one(self._steady_gateway, seller, record, reference)
        if isinstance(record, StockLevels):
            levels, now = record.levels, self.now()
            return stock.ask_many(self._gateway, levels, reference, now)
        if isinstance(record, Cancellation):
            return cancellation.ask(self._gateway, record, reference)
        found = orders.get(self._gateway, record.order_ref)
        return verdict(record, parse_order(order.body_of(found)))

    @cached_property
    def _gateway(self):
        return self._gateway_to(self.account.region, self._throttle)

    @cached_property
    def _patient_gateway(self):
        """For what can wait: it leaves the live streams what they need."""
        return self._gateway_to(self.account.region, Patient(self._throttle))

    @cached_property
    def _steady_gateway(self):
        """For many quick calls in a row."""
        return self._gateway_to(self.account.region, Steady(self._throttle))

    def _gateway_to(self, region, throttle):
        login = self._lwa_endpoint or marketplaces.LOGIN_ENDPOINT
        tokens = Tokens(
            self.account,
            login.replace("{region}", region).rstrip("/"),
            self._token_store,
            self.now,
            self._record,
        )
        return Gateway(
            self._address(region),
            tokens,
            throttle,
            self._log,
            record=self._record,
        )

    def _address(self, region):
        address = self._endpoint or marketplaces.ENDPOINTS[region]
        return address.replace("{region}", region).rstrip("/")

    def _located(self, problem):
        """Return the problem, or which region is the right one if another lets us in.

        Amazon gives no details when a token is used in the wrong region, just as it
        gives none for a missing role.
        """
        here = self.account.region
        if problem.code not in ("missing_role", "token_refused", "wrong_region"):
            return problem
        for region in marketplaces.ENDPOINTS:
            if self._address(region) == self._address(here):
                continue
            try:
                sellers.participations(self._gateway_to(region, self._throttle))
            except ChannelError:
                continue
            return AccountProblem(
                f"The account belongs to the region {region}, not {here}.",
                code="wrong_region",
                reference=problem.reference,
            )
        return problem
