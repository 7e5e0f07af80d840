from odoo.fields import Command
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common_profit import ProfitCase


@tagged("post_install", "-at_install")
@freeze_time("2026-04-20 12:00:00")
class TestProfitStatement(ProfitCase):
    """Lines from sales to net profit, for whom may see them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(
            cls.env, "reader", "base.group_user,account.group_account_readonly"
        )

    def setUp(self):
        super().setUp()
        move = self.entry(
            "2026-04-15",
            ("sales", 200.0, self.us),
            ("promotions", -20.0, self.us),
            ("referral", -30.0, self.us),
            ("cost_of_goods", -50.0, self.us),
        )
        self.raw(move.line_ids[0], ("2026-04-10", 200.0, self.mugs))
        self.entry("2026-03-15", ("sales", 80.0, self.us))
        self.transaction("T1", "2026-04-18", ("sale", 20.0, self.lamps, 1))
        self.rebuild()

    def statement(self, **values):
        Statement = self.env["acorn.profit.statement"].with_user(self.reader)
        statement = Statement.browse(Statement.action_open()["res_id"])
        if values:
            statement.write(values)
        return statement

    def lines(self, statement, *names):
        return {
            line.line: tuple(line[name] for name in names)
            for line in statement.line_ids
            if line.amount or line.previous
        }

    def test_it_goes_from_sales_to_net_profit(self):
        found = self.lines(
            self.statement(), "amount", "estimated_amount", "previous", "share"
        )
        self.assertEqual(
            list(found.items()),
            [
                ("sales", (220.0, 20.0, 80.0, 1.1)),
                ("promotions", (-20.0, 0.0, 0.0, -0.1)),
                ("net_sales", (200.0, 20.0, 80.0, 1.0)),
                ("referral", (-30.0, 0.0, 0.0, -0.15)),
                ("proceeds", (170.0, 20.0, 80.0, 0.85)),
                ("cost_of_goods", (-50.0, 0.0, 0.0, -0.25)),
                ("contribution", (120.0, 20.0, 80.0, 0.6)),
                ("net_profit", (120.0, 20.0, 80.0, 0.6)),
            ],
        )

    def test_with_units_of_several_currencies_it_opens_with_those_that_add_up(self):
        same, other = self.env["res.company"].create(
            [
                {"name": "Branch", "currency_id": self.company.currency_id.id},
                {"name": "Other", "currency_id": self.env.ref("base.CHF").id},
            ]
        )
        self.reader.company_ids |= same | other
        for chosen, opened in (
            (self.company | same, self.env["res.company"]),
            (self.company | same | other, self.company | same),
            (other | self.company, other),
        ):
            Statement = self.env["acorn.profit.statement"].with_user(self.reader)
            action = Statement.with_context(
                allowed_company_ids=chosen.ids
            ).action_open()
            statement = Statement.browse(action["res_id"])
            self.assertEqual(statement.company_ids, opened)
            self.assertEqual(statement.currency_id, chosen[0].currency_id)

    def test_it_shows_what_is_chosen(self):
        statement = self.statement(settled_only=True, offer_ids=self.mugs.ids)
        self.assertEqual(self.lines(statement, "amount")["net_profit"], (200.0,))
        statement.write({"offer_ids": [Command.clear()], "site_ids": self.de.ids})
        self.assertFalse(self.lines(statement, "amount"))
        statement.write(
            {
                "site_ids": [Command.clear()],
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
            }
        )
        self.assertEqual(self.lines(statement, "amount")["net_profit"], (80.0,))
        with Form(statement) as form:
            form.compare = "year"
        self.assertFalse(any(statement.line_ids.mapped("previous")))

    def test_a_line_leads_to_days_and_these_to_their_sources(self):
        statement = self.statement()
        line = statement.line_ids.filtered(lambda each: each.line == "net_sales")
        action = line.action_open()
        days = self.env["acorn.profit.day"].with_user(self.reader)
        days = days.search(action["domain"])
        self.assertEqual(sum(days.mapped("amount")), 200.0)
        sold = days.filtered(lambda d: d.profit_line == "sales" and not d.estimated)
        action = sold.action_open_sources()
        self.assertEqual(action["res_model"], "acorn.settlement.line")
        told = days.filtered("estimated").action_open_sources()
        self.assertEqual(told["res_model"], "acorn.transaction.line")
        promoted = days.filtered(lambda d: d.profit_line == "promotions")
        action = promoted.action_open_sources()
        self.assertEqual(action["res_model"], "account.move.line")
        columns = statement.action_open_list()
        self.assertEqual(columns["res_model"], "acorn.profit.statement.line")

    def test_a_reader_exports_days_and_statements(self):
        export = self.env.ref("base.group_allow_export")
        self.reader.group_ids += export
        days = self.env["acorn.profit.day"].with_user(self.reader)
        sold = days.search([("profit_line", "=", "sales"), ("estimated", "=", False)])
        rows = sold.sorted("day").export_data(
            ["day", "offer_id", "profit_line", "amount"]
        )["datas"]
        self.assertEqual(rows[1][1:], ["MUG", "Sales", 200.0])
        lines = self.statement().line_ids
        rows = lines.export_data(["line", "amount", "share"])["datas"]
        self.assertEqual(rows[-1], ["Net Profit", 120.0, 0.6])

    def test_the_orders_of_a_figure_are_found(self):
        order = self.apply(self.line(sku="LAMP"))
        self.env["acorn.transaction"].search([]).order_id = order
        day = self.env["acorn.profit.day"].search([("estimated", "=", True)])
        action = day.action_open_orders()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("sale.order", order.id)
        )
