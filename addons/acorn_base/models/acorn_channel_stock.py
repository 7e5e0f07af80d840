from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# What is known later here than there is no difference yet: orders on their way.
LASTING = timedelta(hours=24)
WORST = 5  # SKUs that an alert names


class AcornChannelStock(models.Model):
    """What a channel says it keeps of a SKU, beside what Odoo has in its warehouse.

    It is compared, never booked: orders and the channel's events move the goods.
    """

    _name = "acorn.channel.stock"
    _description = "Channel's Stock"
    _order = "size desc, offer_id, id"
    _rec_name = "offer_id"
    _check_company_auto = True

    offer_id = fields.Many2one(
        "acorn.offer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    shop_id = fields.Many2one(related="offer_id.shop_id", store=True, index=True)
    company_id = fields.Many2one(related="offer_id.company_id", store=True, index=True)
    sku = fields.Char(related="offer_id.sku")
    product_id = fields.Many2one(related="offer_id.product_id", store=True, index=True)
    fulfillable = fields.Integer(readonly=True, help="Buyers can order them now.")
    reserved = fields.Integer(
        readonly=True,
        help="For orders, between the channel's warehouses, or in processing.",
    )
    reserved_orders = fields.Integer(string="Of These for Orders", readonly=True)
    researching = fields.Integer(
        readonly=True, help="The channel looks for them, or looks at them."
    )
    unsellable = fields.Integer(readonly=True)
    unsellable_kinds = fields.Char(
        string="Unsellable Because", readonly=True, help="In the channel's words."
    )
    inbound_planned = fields.Integer(string="Announced", readonly=True)
    inbound_shipped = fields.Integer(string="On the Way", readonly=True)
    inbound_receiving = fields.Integer(string="Being Received", readonly=True)
    ours = fields.Float(
        string="Sellable Here",
        digits="Product Unit",
        readonly=True,
        help="On hand in the warehouse that stands for the channel's, and moved by "
        "the channel between its own, when it last told.",
    )
    ours_unsellable = fields.Float(
        string="Unsellable Here", digits="Product Unit", readonly=True
    )
    ours_inbound = fields.Float(
        string="On the Way Here", digits="Product Unit", readonly=True
    )
    difference = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="Sellable units that the channel has more than Odoo, of all SKUs of the "
        "product. Units it looks for may be counted or not.",
    )
    unsellable_difference = fields.Float(digits="Product Unit", readonly=True)
    size = fields.Float(
        string="Units That Differ", digits="Product Unit", readonly=True, index=True
    )
    lasting = fields.Float(
        string="Lasting Difference",
        digits="Product Unit",
        readonly=True,
        help="The smallest since it differs: what no order on its way explains.",
    )
    lasting_unsellable = fields.Float(digits="Product Unit", readonly=True)
    differs_since = fields.Datetime(readonly=True, index="btree_not_null")
    unsellable_since = fields.Datetime(
        string="Unsellable Differs Since", readonly=True, index="btree_not_null"
    )
    seen_at = fields.Datetime(
        string="As Of", readonly=True, help="When the channel last told."
    )

    _offer_unique = models.Constraint(
        "UNIQUE (warehouse_id, offer_id)",
        "The channel's stock of a SKU is kept once per warehouse.",
    )

    # === APPLY === #

    @api.model
    def _apply_snapshot(self, shop, snapshot):
        """Keep what the channel says, compare it, and tell what differs for long.

        :param snapshot: ``records.StockSnapshot``
        """
        warehouse = self.env["stock.warehouse"]._acorn_of_network(
            shop, snapshot.network
        )
        wanted = {
            stock.sku: {
                "title": stock.title,
                "listing_ref": stock.listing_ref,
                "by_channel": True,
            }
            for stock in snapshot.stocks
        }
        offers = self.env["acorn.offer"]._get_or_create(shop, wanted)
        known = {
            stock.offer_id: stock
            for stock in self.search([("warehouse_id", "=", warehouse.id)])
        }
        seen_at, new = _naive(snapshot.taken_at), []
        for record in snapshot.stocks:
            offer, values = offers[record.sku], _values(record, seen_at)
            if offer in known:
                known[offer].write(values)
            else:
                keys = {"offer_id": offer.id, "warehouse_id": warehouse.id}
                new.append({**keys, **values})
        stocks = self.browse().concat(*known.values()) | self.create(new)
        if snapshot.last:
            since = _naive(snapshot.since)
            gone = stocks.filtered(lambda stock: stock.seen_at < since)
            gone.write(_values(None, seen_at))
            stocks._compare(warehouse, seen_at)
            self._tell(shop)

    # === COMPARE === #

    def _compare(self, warehouse, now):
        """Set what Odoo has, and by how much it differs; SKUs of a product together."""
        sellable = warehouse.lot_stock_id | warehouse.acorn_reserved_id
        places = {
            "ours": sellable,
            "ours_unsellable": warehouse.acorn_unsellable_id,
            "ours_inbound": warehouse.acorn_inbound_id,
        }
        kits = self.env["sale.order.line"]._acorn_kit_boms(self.product_id)
        counts = {name: self._on_hand(place) for name, place in places.items()}
        for product, stocks in self.grouped("product_id").items():
            ours = {name: count.get(product.id, 0.0) for name, count in counts.items()}
            theirs = sum(stock.fulfillable + stock.reserved for stock in stocks)
            searched = sum(stocks.mapped("researching"))
            found = (
                distance(ours["ours"], theirs, theirs + searched),
                sum(stocks.mapped("unsellable")) - ours["ours_unsellable"],
            )
            if not (product.is_storable or product in kits):
                found = (0, 0)  # nothing is counted here
            for stock in stocks:
                stock.write({**ours, **stock._difference_values(*found, now)})

    def _on_hand(self, places):
        """Return the quantity of each product at some places; kits by their parts."""
        products = self.product_id.with_context(location=places.ids)
        return {product.id: product.qty_available for product in products}

    def _difference_values(self, difference, unsellable, now):
        lasting, since = lasted(difference, self.lasting, self.differs_since, now)
        lasting_unsellable, unsellable_since = lasted(
            unsellable, self.lasting_unsellable, self.unsellable_since, now
        )
        return {
            "difference": difference,
            "lasting": lasting,
            "differs_since": since,
            "unsellable_difference": unsellable,
            "lasting_unsellable": lasting_unsellable,
            "unsellable_since": unsellable_since,
            "size": abs(difference) + abs(unsellable),
        }

    @api.model
    def _lasting_domain(self):
        """Return what finds the differences that no order on its way explains."""
        long_ago = fields.Datetime.now() - LASTING
        return Domain("offer_id.active", "=", True) & (
            Domain("differs_since", "<=", long_ago)
            | Domain("unsellable_since", "<=", long_ago)
        )

    @api.model
    def _tell(self, shop):
        """Open or refresh the shop's one alert; close it when nothing differs."""
        Alert = self.env["acorn.alert"]
        lasting = self.search(self._lasting_domain() & Domain("shop_id", "=", shop.id))
        if not lasting:
            Alert._resolve(shop, "channel_stock")
            return
        named = [stock._in_words() for stock in lasting[:WORST]]
        text = self.env._(
            "The stock of %(count)s SKUs at the channel has differed from Odoo's for a "
            "day: %(worst)s. Look at them under Acorn / Stock / Channel's Stock. A "
            "transfer may be missing here; what cannot be explained is put right by "
            "counting it in the warehouse that stands for the channel's.",
            count=len(lasting),
            worst=", ".join(named) + (" …" if len(lasting) > WORST else ""),
        )
        Alert._raise_alert(shop, "channel_stock", shop.name, text)

    def _in_words(self):
        parts = [f"{n:+g}" for n in (self.difference, self.unsellable_difference) if n]
        return f"{self.sku} ({self.warehouse_id.code}) {' / '.join(parts)}"

    @api.model
    def _action_open_differing(self, shop):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_channel_stock_action"
        )
        return action | {
            "domain": [("shop_id", "=", shop.id)],
            "context": {"search_default_differs": 1},
        }


def distance(value, low, high):
    """Return by how much a range lies above a value; below 0 when it lies below."""
    return max(low - value, 0) + min(high - value, 0)


def lasted(now, before, since, moment):
    """Return what is left of a difference since it began, and when that was.

    It is the smallest that there was: orders that are known to one side only come and
    go. One that turned is a new one.
    """
    if not now:
        return 0, False
    if not since or before * now < 0:
        return now, moment
    return min(before, now, key=abs), since


def _values(record, seen_at):
    """Return what is kept of a ``records.ChannelStock``; of None that nothing is there.

    Kinds are told in the channel's own words.
    """
    names = (
        *("fulfillable", "reserved", "reserved_orders", "researching", "unsellable"),
        *("inbound_planned", "inbound_shipped", "inbound_receiving"),
    )
    kinds = record.unsellable_kinds if record else ()
    return {
        **{name: getattr(record, name) if record else 0 for name in names},
        "unsellable_kinds": ", ".join(f"{kind}: {n}" for kind, n in kinds if n),
        "seen_at": seen_at,
    }


def _naive(moment):
    return moment.replace(tzinfo=None, microsecond=0)
