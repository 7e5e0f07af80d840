from datetime import timedelta
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .. import entries


class AcornSettlementPosting(models.AbstractModel):
    """How settlements become journal entries: part of ``acorn.settlement``."""

    _name = "acorn.settlement.posting"
    _description = "Posting of Settlements"
    _inherit = [
        "acorn.settlement.groups",
        "acorn.settlement.taxes",
        "acorn.settlement.checks",
        "acorn.settlement.proof",
    ]

    post_in_open_month = fields.Boolean(
        string="Post Locked Months in the First Open One",
        readonly=True,
        copy=False,
        tracking=True,
    )

    held_by_lock = fields.Boolean(readonly=True, copy=False)
    clearing_line_id = fields.Many2one(
        "account.move.line",
        string="Paid Out",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The journal item that one line of the bank statement clears.",
    )

    # === ACTIONS === #

    def action_post(self):
        """Post what can be posted; hold the others, with the reasons in words."""
        self.check_access("write")
        self.lock_for_update()
        for settlement in self.filtered(lambda s: s.state != "posted"):
            settlement._post_or_hold()
        return self._tell_what_is_held()

    def action_post_in_open_month(self):
        """Post months that are locked in the first month that is not."""
        self.check_access("write")
        waiting = self.filtered(lambda settlement: settlement.state != "posted")
        waiting._note({"post_in_open_month": True})
        return waiting.action_post()

    def action_reverse(self):
        """Take the entries back, by entries; the settlement can be posted again."""
        self.check_access("write")
        self.lock_for_update()
        for settlement in self.filtered(lambda s: s.state == "posted"):
            settlement._reverse()

    def action_open_moves(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_journal_line"
        )
        return action | {
            "domain": [("acorn_settlement_id", "=", self.id)],
            "context": {"create": False},
        }

    def _tell_what_is_held(self):
        held = self.filtered(lambda s: s.state == "held")
        if not held:
            return None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "title": self.env._("Not posted"),
                "message": "\n\n".join(
                    f"{settlement.ref}: {settlement.hold_reason}" for settlement in held
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === POSTING === #

    def _post_or_hold(self):
        self.ensure_one()
        made, problems = self._build_entries()
        if problems:
            self._note(
                {
                    "state": "held",
                    "hold_reason": "\n\n".join(problems),
                    "held_by_lock": any(entry.moved_from for entry in made),
                }
            )
            return
        moves = self._create_moves(made)
        self._check_moves(moves, made)
        items = {
            key: line.id
            for move, entry in zip(moves, made, strict=True)
            for line, item in zip(move.line_ids.sorted("id"), entry.items, strict=True)
            for key in item.groups
        }
        self._link_lines(items)
        self._after_posting(moves)
        onward = moves[-1:].line_ids.sorted("id")[-1:]
        paid_out = bool(made) and made[-1].items[-1].role == entries.CLEARING
        self._note(
            {
                "state": "posted",
                "hold_reason": False,
                "held_by_lock": False,
                "clearing_line_id": paid_out and onward.id,
            }
        )
        notes = [note for entry in made if (note := self._moved_note(entry))]
        if notes:
            self.message_post(body="\n".join(notes))

    def _create_moves(self, made):
        """Create and post the entries, and what belongs to them.

        :param made: list of entries.Entry
        :return: their moves, in the same order
        """
        values = [self._move_values(entry) for entry in made]
        further = self._further_entries(made)
        # The amounts are the channel's: Odoo computes and balances nothing.
        Move = self.env["account.move"].with_context(skip_invoice_sync=True)
        moves = Move.with_company(self.company_id).create([*values, *further])
        moves._post(soft=False)
        return moves[: len(made)].with_context(skip_invoice_sync=False)

    def _move_values(self, entry):
        rate = self._rate_at(entry.date)
        step = self._step(self.company_id.currency_id)
        balances = entries.balances_of(entry, rate, step)
        lines = [
            self._item_values(item, balance)
            for item, balance in zip(entry.items, balances, strict=True)
        ]
        return {
            "move_type": "entry",
            "journal_id": self._journal().id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "date": entry.date,
            "ref": self._move_ref(entry),
            "narration": self._moved_note(entry),
            "acorn_shop_id": self.shop_id.id,
            "acorn_settlement_id": self.id,
            "line_ids": [Command.create(line) for line in lines],
        }

    def _move_ref(self, entry):
        month = format_date(self.env, entry.month, date_format="MMMM y")
        return self.env._("Settlement %(ref)s, %(month)s", ref=self.ref, month=month)

    def _moved_note(self, entry):
        """Say that an entry is not in its own month, or return False."""
        if not entry.moved_from:
            return False
        return self.env._(
            "%(before)s was locked: what belongs there is posted on %(date)s, in the "
            "first month that was open.",
            before=format_date(self.env, entry.moved_from),
            date=format_date(self.env, entry.date),
        )

    def _item_values(self, item, balance):
        return {
            "account_id": item.account,
            "name": item.name or self._name_of_role(item.role),
            "currency_id": self.currency_id.id,
            "amount_currency": float(item.amount),
            "balance": float(balance),
            "tax_ids": [Command.set(item.taxes)],
            "tax_repartition_line_id": item.part,
            "tax_tag_ids": [Command.set(item.tags)],
            "analytic_distribution": self._distribution_of(item),
            "acorn_site_id": item.site,
            "acorn_nature": item.nature,
            "acorn_profit_line": item.profit_line,
        }

    def _distribution_of(self, item):
        """Return the analytic accounts of shop and site, for what is profit or loss."""
        if not item.profit_line:
            return False
        accounts_sudo = self._shop_sudo().analytic_account_id
        accounts_sudo |= self._site_sudo(item.site)._analytic_account()
        return (
            {",".join(map(str, accounts_sudo.ids)): 100.0} if accounts_sudo else False
        )

    def _name_of_role(self, role):
        if role == entries.CARRIED:
            return self.env._("Settlement %s: carried forward", self.ref)
        return self.env._("Settlement %s: paid out", self.ref)

    def _check_moves(self, moves, made):
        """Refuse moves that are not what was asked for, to the cent and the day."""
        for move, entry in zip(moves, made, strict=True):
            lines = move.line_ids.sorted("id")
            asked = [self._asked(item) for item in entry.items]
            if (
                move.date != entry.date
                or [self._found(line) for line in lines] != asked
            ):
                raise UserError(
                    self.env._(
                        "Odoo changed the entry of settlement %(ref)s dated %(date)s "
                        "while it was posted, so nothing is kept of it. Look at the "
                        "lock dates and at what is installed beside Acorn.",
                        ref=self.ref,
                        date=format_date(self.env, entry.date),
                    )
                )

    def _asked(self, item):
        amount = self.currency_id.round(float(item.amount))
        return item.account, amount, set(item.taxes), item.part

    def _found(self, line):
        amount = line.currency_id.round(line.amount_currency)
        part = line.tax_repartition_line_id.id or 0
        return line.account_id.id, amount, set(line.tax_ids.ids), part

    # === WHAT OTHER PARTS MAY SAY === #

    def _account_of(self, group):
        """Return the account of a group.

        :param group: entries.Group
        """
        return self.env["acorn.fee.rule"].browse(group.rule).account_id

    def _name_of(self, group):
        """Return what the item of a group is called. Items of one name, account, site
        and tax are one item."""
        rule = self.env["acorn.fee.rule"].browse(group.rule)
        words = (rule.transaction_type, rule.amount_type, rule.description)
        return " / ".join(word for word in words if word and word != "*")

    def _further_entries(self, made):
        """Return values of moves that are posted together with the entries.

        :param made: list of entries.Entry, one for each month
        """
        return []

    def _after_posting(self, moves):
        """Do what follows from the entries: what one carries to the next is matched."""
        carried = self._book_account("carried")
        if not carried.reconcile:
            return
        for before, after in zip(moves, moves[1:], strict=False):
            open_items = (before | after).line_ids.filtered(
                lambda line: (
                    line.account_id == carried
                    and not line.acorn_nature
                    and not line.reconciled
                )
            )
            handed = (open_items & before.line_ids).sorted("id")[-1:]
            taken = (open_items & after.line_ids).sorted("id")[:1]
            (handed | taken).reconcile()

    # === REVERSAL === #

    def _reverse(self):
        moves = self._current_moves()
        self._leave_the_bank()
        self._note(
            {
                "state": "reversed",
                "post_in_open_month": False,
                "clearing_line_id": False,
            }
        )
        values = [
            {
                "date": self._open_date(move.date, move._affect_tax_report()),
                "ref": self.env._("Reversal of: %s", move.name),
                "narration": False,
                "acorn_settlement_id": self.id,
                "acorn_shop_id": self.shop_id.id,
            }
            for move in moves
        ]
        moves._reverse_moves(values, cancel=True)
        self._free_lines()

    def _leave_the_bank(self):
        """Give the bank's line back what it stood for: it is looked for again."""
        item = self.clearing_line_id
        paired = (
            item.matched_debit_ids.debit_move_id
            | item.matched_credit_ids.credit_move_id
        )
        paired.move_id.statement_line_id.action_undo_reconciliation()
        # sudo: nobody edits a payout; it is what taking the settlement back does.
        payout_sudo = self.payout_id.sudo()
        payout_sudo.statement_line_id = False

    def _current_moves(self):
        """Return the posted entries that nothing has taken back yet."""
        taken_back = self.move_ids.reversed_entry_id
        return (
            self.move_ids.filtered(
                # Credit notes of the settlement reverse invoices, none of its own.
                lambda m: (
                    m.state == "posted" and m.reversed_entry_id not in self.move_ids
                )
            )
            - taken_back
        )

    # === CURRENCIES === #

    @api.model
    def _step(self, currency):
        """Return the smallest amount of a currency."""
        return Decimal(repr(currency.rounding))

    def _rate_at(self, date):
        """Return what one unit of the settlement's currency is in the company's."""
        return Decimal(
            repr(
                self.env["res.currency"]._get_conversion_rate(
                    self.currency_id, self.company_id.currency_id, self.company_id, date
                )
            )
        )

    def _open_date(self, date, has_tax):
        """Return the date, or the first one after the locks that are on it."""
        company, journal = self.company_id, self._journal()
        while locks := company._get_violated_lock_dates(date, has_tax, journal):
            date = locks[-1][0] + timedelta(days=1)
        return date

    def _journal(self):
        return self._shop_sudo().journal_id.sudo(False)

    def _book_account(self, nature):
        """Return the account that the company's books have for a nature, or none."""
        row = self.env["acorn.nature.account"]._of(self.company_id).get(nature)
        return row.account_id if row else self.env["account.account"]
