import logging
import time
from collections import Counter
from datetime import datetime, timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..attempt import attempt
from ..channel import UTC, ChannelError
from ..vault import VaultError
from .error_sentences import SENTENCES

_logger = logging.getLogger(__name__)


class AcornShop(models.Model):
    _name = "acorn.shop"
    _description = "Shop"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
    last_success = fields.Datetime(string="Last Fetch", compute="_compute_last_success")

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
                [("shop_id", "in", self.ids), ("state", "=", "open")],
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

    @api.depends("stream_ids.last_success")
    def _compute_last_success(self):
        for shop in self:
            times = [t for t in shop.stream_ids.mapped("last_success") if t]
            shop.last_success = max(times, default=False)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        shops = super().create(vals_list)
        shops._make_stages()
        return shops

    def write(self, vals):
        result = super().write(vals)
        if "interval" in vals:
            self.stream_ids._reschedule()
        return result

    def _make_stages(self):
        """Give each shop without one the usual table of what people see as stage."""
        for shop in self.filtered(lambda shop: not shop.stage_ids):
            shop.stage_ids = [
                fields.Command.create(values)
                for values in self.env["acorn.stage"]._default_values()
            ]
            self.env["acorn.stage"]._translate_defaults(shop.stage_ids)

    # === CONNECTION === #

    @api.model
    def _now(self):
        """Return the present as channels want it: aware UTC."""
        return datetime.now(UTC)

    def _channel(self):
        """Return the channel of this shop, ready to be called."""
        self.ensure_one()
        return self._get_channel_class()(
            self._channel_account(),
            self._now,
            **self._channel_options(),
        )

    def action_check_connection(self):
        """Ask the channel which sites the account sells on, and go live."""
        self.ensure_one()
        self.check_access("write")
        try:
            sites = self._channel().check()
        except (ChannelError, VaultError) as error:
            self._set_problem(self._explain(error))
            return self._notify(
                self.problem, "danger", title=self.env._("Not connected")
            )
        # sudo: who may test the connection gets what the channel tells of it.
        self.env["acorn.site"].sudo()._update_from_channel(self, sites)
        self._go_live()
        return self._notify(
            self.env._("Connected: %s.", ", ".join(self.site_ids.mapped("name"))),
            "success",
        )

    def _go_live(self):
        self.ensure_one()
        self.write(
            {
                "state": "live",
                "problem": False,
                "probe_after": False,
                "stock_since": self.stock_since or fields.Datetime.now(),
            }
        )
        # sudo: see above.
        self.env["acorn.stream"].sudo()._sync_with_channel(self)
        self.env["acorn.alert"]._resolve(self, "account")
        self._wake_lanes()

    def _set_problem(self, text):
        """Keep what is wrong with the account where people look for it."""
        self.ensure_one()
        self.problem = text
        self.env["acorn.alert"]._raise_alert(
            self, "account", self.name, text, severity="error"
        )

    def _pause_for(self, error):
        """Stop asking with an account that does not work; probe it again in an hour."""
        self.ensure_one()
        self.write(
            {
                "state": "paused",
                "probe_after": fields.Datetime.now() + timedelta(hours=1),
            }
        )
        self._set_problem(self._explain(error))

    def action_pause(self):
        self.check_access("write")
        # Without a time to probe at the shop rests until a person resumes it.
        self.write({"state": "paused", "probe_after": False})

    def action_resume(self):
        for shop in self:
            shop.action_check_connection()

    def action_sync_now(self):
        """Make every stream due and wake the lanes, which fetch at once."""
        self.check_access("write")
        waiting = self.filtered(lambda shop: shop.state != "live")
        if waiting:
            raise UserError(
                self.env._(
                    "%s is not live. Press Test Connection first.",
                    ", ".join(waiting.mapped("name")),
                )
            )
        self.stream_ids.filtered(lambda stream: stream.kind == "order")._make_due()
        self._wake_lanes()
        return self._notify(
            self.env._("Orders are being fetched. They appear here in a moment."),
            "info",
        )

    def _wake_lanes(self):
        # sudo: whoever may sync may wake the scheduler, without rights on crons.
        for lane_sudo in self.env["ir.cron"].sudo().search(self._lane_domain()):
            lane_sudo._trigger()

    @api.model
    def _lane_domain(self):
        # sudo: people who sync have no rights on server actions.
        action_ids = (
            self.env["ir.actions.server"]
            .sudo()
            ._search(
                [
                    ("model_id.model", "=", "acorn.shop"),
                    ("code", "=", "model._cron_lane()"),
                ]
            )
        )
        return [("ir_actions_server_id", "in", action_ids)]

    def _notify(self, message, kind, title=None):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": title or self.env._("Acorn"),
                "message": message,
                "type": kind,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === WORK === #

    @api.model
    def _cron_lane(self):
        """Do what is due for all shops; several identical crons share the work.

        Odoo calls again as long as work remains, from any of its workers and nodes.
        """
        shops = self.search([("state", "=", "live")])
        shops |= self.search(
            [("state", "=", "paused"), ("probe_after", "<=", fields.Datetime.now())]
        )
        shops._work(time.monotonic() + 20)
        self.env["ir.cron"]._commit_progress(
            remaining=self.env["acorn.message"]._count_ready(shops)
        )

    def _drain(self, max_seconds=60):
        """Pull what is due, apply all that is pending, push what is owed.

        :return: dict of counts: ``pulled`` documents, ``applied``, ``failed``,
            ``pushed`` messages and ``polled`` receipts
        """
        return self._work(time.monotonic() + max_seconds)

    def _work(self, deadline):
        counts = Counter(pulled=0, applied=0, failed=0, pushed=0, polled=0)
        self._probe()
        live = self.filtered(lambda shop: shop.state == "live")
        Message = self.env["acorn.message"]
        while live and time.monotonic() < deadline:
            done = live.stream_ids._pull_due(deadline)
            done += Message._apply_pending(live, deadline)
            done += Message._push_owed(live, deadline)
            counts += done
            live = live.filtered(lambda shop: shop.state == "live")
            if not done:
                break
        return {
            name: counts[name]
            for name in ("pulled", "applied", "failed", "pushed", "polled")
        }

    def _probe(self):
        """Let shops that were paused by an account problem try again."""
        now = fields.Datetime.now()
        for shop in self.filtered(
            lambda shop: (
                shop.state == "paused" and shop.probe_after and shop.probe_after <= now
            )
        ):
            try:
                shop._probe_once(now)
            except OperationalError:
                self.env.cr.rollback()  # another lane probes it

    def _probe_once(self, now):
        if not self.try_lock_for_update(allow_referencing=True):
            return
        self.probe_after = now + timedelta(hours=1)
        self.env["ir.cron"]._commit_progress()
        failure = attempt(self.env, self.action_check_connection)
        if failure:
            self._set_problem(self._explain(failure.error))
        self.env["ir.cron"]._commit_progress()

    def _fetch(self, kind, keys):
        """Get single documents from the channel by their keys, and apply them at once.

        :return: the messages that hold them
        """
        self.ensure_one()
        self.check_access("write")
        Message = self.env["acorn.message"]
        try:
            page = self._channel().pull(kind, {}, keys=keys)
        except (ChannelError, VaultError) as error:
            raise UserError(self._explain(error)) from error
        Message._receive(self, page.documents)
        messages = Message.search(
            [
                ("shop_id", "=", self.id),
                ("direction", "=", "in"),
                ("kind", "=", kind),
                ("key", "in", [document.key for document in page.documents]),
            ]
        )
        messages.action_retry()
        return messages

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

    def action_open_messages(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "acorn_base.acorn_message_action"
        )
        return action | {"domain": [("shop_id", "in", self.ids)], "context": {}}
