from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .error_sentences import SENTENCES

OWN = {"state", "problem", "probe_after", "live_since"}  # no person writes these


class AcornShop(models.Model):
    _name = "acorn.shop"
    _description = "Shop"
    _inherit = [
        "acorn.connection",
        "acorn.worker",
        "acorn.history",
        "acorn.privacy",
        "acorn.offline",
        "acorn.shop.shipping",
        "acorn.shop.batch",
        "acorn.shop.books",
        "acorn.audited",
        "acorn.kept",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    channel = fields.Selection(
        selection="_get_channels",
        required=True,
        default=lambda self: self._default_channel(),
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    state = fields.Selection(
        [("draft", "Not connected"), ("live", "Live"), ("paused", "Paused")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    problem = fields.Text(
        readonly=True,
        copy=False,
        help="Why the shop does not run, and what to do about it.",
    )
    probe_after = fields.Datetime(
        readonly=True, copy=False, help="A paused shop tries by itself again after it."
    )
    stock_since = fields.Datetime(
        string="Stock Counted At",
        copy=False,
        help="Orders shipped before this moment move no stock: the quantities counted "
        "here already lack them. By default the moment the shop was connected.",
    )
    orders_since = fields.Datetime(
        string="Orders From",
        copy=False,
        default=lambda self: fields.Datetime.now() - timedelta(days=14),
        help="The first fetch reads orders changed since then.",
    )
    interval = fields.Integer(
        string="Fetch Every (Minutes)",
        default=15,
        help="How often the channel is asked for orders. The channel's own budget sets "
        "the shortest interval that is kept.",
    )
    site_ids = fields.One2many("acorn.site", "shop_id", string="Sites")
    stream_ids = fields.One2many("acorn.stream", "shop_id", string="Streams")
    stage_ids = fields.One2many("acorn.stage", "shop_id", string="Stages", copy=True)
    user_ids = fields.Many2many(
        "res.users", string="People", help="Who works with this shop."
    )
    team_id = fields.Many2one("crm.team", string="Sales Team", check_company=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user.filtered("active"),
        tracking=True,
        help="Gets the alerts of this shop as activities and by e-mail.",
    )
    live_since = fields.Datetime(readonly=True, copy=False)
    alarm_minutes = fields.Integer(
        string="Alarm After (Minutes)",
        compute="_compute_alarm_settings",
        store=True,
        readonly=False,
        precompute=True,
        help="Without a successful fetch for so long somebody is told. Streams with a "
        "slower rhythm have that long after their turn.",
    )
    quiet_hours = fields.Integer(
        string="Tell After Hours Without Orders",
        compute="_compute_alarm_settings",
        store=True,
        readonly=False,
        precompute=True,
        help="When fetching works and nobody orders for so long, it is said as an "
        "information. 0: never.",
    )
    stock_mode = fields.Selection(
        [("off", "Not Sent"), ("on", "Sent"), ("stop", "Stop Selling")],
        string="Quantities",
        default="off",
        required=True,
        copy=False,
        tracking=True,
        help="Whether the channel is told how much may be sold. Look at Stock / "
        "Quantities first: there you see what would be told. Stop Selling tells 0 for "
        "all that the seller ships.",
    )
    guard_factor = fields.Integer(
        string="Hold Rises Above (Times)",
        default=20,
        help="A quantity that would grow to more than so many times what the channel "
        "knows (at least 10 units) waits for a person. 0: never.",
    )
    guard_zero = fields.Integer(
        string="Hold Zero for More Than (Offers)",
        default=100,
        help="When more offers than this would go to 0 at once they wait for a person. "
        "0: never.",
    )
    hold_off_ids = fields.Many2many(
        "acorn.hold.rule",
        "acorn_hold_rule_off_rel",
        "shop_id",
        "rule_id",
        string="Hold Rules Switched Off",
        copy=False,
        help="Rules for all shops that do not count for this one.",
    )
    order_count = fields.Integer(compute="_compute_order_count")
    alert_count = fields.Integer(
        string="Open Alerts", compute="_compute_attention_count"
    )
    failed_count = fields.Integer(
        string="Failed Messages", compute="_compute_attention_count"
    )
    attention_count = fields.Integer(
        string="Needs Attention", compute="_compute_attention_count"
    )
    backlog = fields.Integer(
        compute="_compute_backlog", help="Documents stored and not yet worked off."
    )
    last_success = fields.Datetime(
        string="Last Fetch",
        compute="_compute_last_success",
        help="When the orders were last fetched to their end.",
    )

    # === WHAT A CHANNEL ADDON OVERRIDES === #

    @api.model
    def _get_channels(self):
        """Return the channels one may choose from, as selection items.

        An addon of a channel appends its own.
        """
        return []

    def _get_channel_class(self):
        """Return the subclass of ``channel.Channel`` that speaks to the channel."""
        self.ensure_one()
        raise UserError(self.env._("Choose the channel of the shop %s.", self.name))

    def _channel_account(self):
        """Return the identifiers and secrets as the channel's class expects them."""
        self.ensure_one()
        return

    def _channel_options(self):
        """Return further keyword arguments for the channel's class."""
        self.ensure_one()
        return {}

    def _return_reason_name(self, word):
        """Return what people read in place of the channel's word for a reason."""
        return word.replace("_", " ").replace("-", " ").strip().capitalize() or word

    def _credentials_ending(self):
        """Return what the shop is connected with and will end, and when.

        :return: list of (what, its last day as a date, what to do about it)
        """
        self.ensure_one()
        return []

    def _budget_use(self):
        """Return what the channel's budget of calls allows now, per operation.

        :return: {shop id: [{"operation": …, "left": calls that may be made at once now,
            "burst": at most, "per_hour": calls that flow in an hour}]}
        """
        return {}

    def _support_settings(self):
        """Return the settings that a support file names: nothing secret, nobody."""
        self.ensure_one()
        names = (
            *("name", "channel", "active", "state", "interval", "orders_since"),
            *("stock_since", "live_since", "alarm_minutes", "quiet_hours"),
        )
        return {name: self[name] for name in names}

    def action_support_file(self):
        """Download what support needs to know of the shop."""
        self.ensure_one()
        url = f"/acorn/support/{self.id}"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _alert_owner(self):
        """Return who answers for what is wrong: somebody always does."""
        self.ensure_one()
        if self.user_id.active:
            return self.user_id
        # sudo: whoever set the work off need not see its administrators.
        admins_sudo = self.env.ref("acorn_base.group_admin").sudo().all_user_ids
        return admins_sudo.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        ).sorted("id")[:1]

    def _explain(self, error):
        """Return one sentence for people: what is wrong and what to do next."""
        text = str(error) or type(error).__name__
        if sentence := SENTENCES.get(getattr(error, "code", "")):
            text = str(sentence) % error.values
        if getattr(error, "reference", ""):
            text = self.env._(
                "%(text)s (request id %(reference)s)",
                text=text,
                reference=error.reference,
            )
        return text

    @api.model
    def _default_channel(self):
        channels = self._get_channels()
        return channels[0][0] if channels else False

    def _speaking(self, records):
        """Return records whose texts are written in the language of the shop's company.

        Crons have no language: what they store would be English for everybody.
        """
        language = self.company_id.partner_id.lang
        return records.with_context(lang=language) if language else records

    @api.model
    def _acorn_audited(self):
        return [
            *super()._acorn_audited(),
            *("name", "active", "channel", "company_id", "stock_since"),
            *("orders_since", "interval", "user_ids", "team_id", "user_id"),
            *("alarm_minutes", "quiet_hours", "stock_mode", "guard_factor"),
            *("guard_zero", "carrier_id", "ship_by_hours"),
        ]

    # === SITES === #

    def _site_by_ref(self, ref):
        """Return the site with a channel's reference, an inactive one too."""
        sites = self.with_context(active_test=False).site_ids
        return sites.filtered(lambda site: site.channel_ref == ref)[:1]

    def _site_of(self, order):
        """Return the site on whose terms an order is handled.

        An order that was sold elsewhere and is only fulfilled by the channel belongs to
        no site: the one that serves the recipient's country lends its warehouse.
        """
        site = self._site_by_ref(order.site)
        if site or order.on_channel:
            return site
        country = order.recipient.country if order.recipient else ""
        sites = self.with_context(active_test=False).site_ids
        return (sites.filtered(lambda site: site.code == country) or sites)[:1]

    def _warehouse_of(self, order):
        """Return the warehouse that an order leaves."""
        site = self._site_of(order)
        return site.fba_warehouse_id if order.by_channel else site.warehouse_id

    def _warehouses_of(self, order):
        """Return the warehouses that an order may leave, by priority."""
        first = self._warehouse_of(order)
        if order.by_channel:
            return first
        return first | self._site_of(order).quantity_group_id.source_ids.warehouse_id

    # === COMPUTE === #

    def _compute_order_count(self):
        counts = dict(
            self.env["sale.order"]._read_group(
                [("acorn_shop_id", "in", self.ids)], ["acorn_shop_id"], ["__count"]
            )
        )
        for shop in self:
            shop.order_count = counts.get(shop, 0)

    def _compute_attention_count(self):
        messages = self._count_messages([("state", "=", "failed")])
        alerts = dict(
            self.env["acorn.alert"]._read_group(
                [("shop_id", "in", self.ids), ("state", "!=", "done")],
                ["shop_id"],
                ["__count"],
            )
        )
        for shop in self:
            shop.alert_count = alerts.get(shop, 0)
            shop.failed_count = messages.get(shop, 0)
            shop.attention_count = shop.alert_count + shop.failed_count

    def _compute_backlog(self):
        counts = self._count_messages([("state", "=", "pending")])
        for shop in self:
            shop.backlog = counts.get(shop, 0)

    def _count_messages(self, domain):
        return dict(
            self.env["acorn.message"]._read_group(
                [("shop_id", "in", self.ids), *domain], ["shop_id"], ["__count"]
            )
        )

    @api.depends("company_id")
    def _compute_alarm_settings(self):
        for shop in self:
            shop.alarm_minutes = shop.company_id.acorn_alarm_minutes
            shop.quiet_hours = shop.company_id.acorn_quiet_hours

    @api.depends("stream_ids.last_success")
    def _compute_last_success(self):
        for shop in self:
            orders = shop.stream_ids.filtered(lambda stream: stream.kind == "order")
            times = [t for t in orders.mapped("last_success") if t]
            shop.last_success = max(times, default=False)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        shops = super().create(vals_list)
        # sudo: whoever makes a shop gets its table of stages with it.
        shops.sudo()._make_stages()
        return shops

    def write(self, vals):
        if not self.env.su and (own := sorted(OWN & vals.keys())):
            raise AccessError(
                self.env._(
                    "Acorn itself keeps %s of a shop. Use Test Connection, Pause or "
                    "Resume.",
                    ", ".join(own),
                )
            )
        result = super().write(vals)
        if "interval" in vals:
            self.stream_ids._reschedule()
        return result

    def _make_stages(self):
        """Give each shop without one the usual table of what people see as stage."""
        # sudo: it is Acorn's table until a person changes it.
        for shop_sudo in self.sudo().filtered(lambda shop: not shop.stage_ids):
            shop_sudo.stage_ids = [
                fields.Command.create(values)
                for values in self.env["acorn.stage"]._default_values()
            ]
            self.env["acorn.stage"]._translate_defaults(shop_sudo.stage_ids)

    # === NAVIGATION === #

    def action_open_orders(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.sale_order_action"
        )
        return action | {"domain": [("acorn_shop_id", "in", self.ids)]}

    def action_open_alerts(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_alert_action"
        )
        return action | {"domain": [("shop_id", "in", self.ids)]}

    def action_open_attention(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_message_action"
        )
        return action | {
            "domain": [("shop_id", "in", self.ids)],
            "context": {"search_default_attention": 1},
        }

    def action_open_holds(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_hold_action"
        )
        return action | {"domain": [("shop_id", "in", self.ids)]}

    def action_open_quantities(self, reason=""):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_offer_quantity_action"
        )
        shown = {"stock_refused": "refused", "stock_guard": "held"}.get(reason)
        context = {f"search_default_{shown}": 1} if shown else {}
        domain = [("shop_id", "in", self.ids)]
        return action | {"domain": domain, "context": context}

    def action_open_messages(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_message_action"
        )
        return action | {"domain": [("shop_id", "in", self.ids)], "context": {}}
