from decimal import Decimal

from odoo import api, models

from ..package_file import Page

NOTES = ("line_section", "line_subsection", "line_note")


class AcornPackagePages(models.AbstractModel):
    """What an accountant needs of a shop's month, page by page. No page has a buyer's
    name, or a text that somebody wrote."""

    _name = "acorn.package.pages"
    _description = "Pages for the Accountant"

    @api.model
    def _pages(self, shop, since, until):
        return [
            self._proof(shop, since, until),
            self._profit(shop, since, until),
            self._tax_facts(shop),
            self._taxes(shop, since, until),
            self._journal(shop, since, until),
        ]

    # === PROOF === #

    @api.model
    def _settlements(self, shops, since, until):
        """Return the settlements of which a day lies in the period."""
        return self.env["acorn.settlement"].search(
            [
                ("shop_id", "in", shops.ids),
                ("date_from", "<", f"{until} 23:59:59"),
                ("date_to", ">=", f"{since} 00:00:00"),
            ],
            order="shop_id, date_from, id",
        )

    @api.model
    def _proof(self, shop, since, until):
        """Return the totals of each settlement that are to be one."""
        states = dict(
            self.env["acorn.settlement"]
            ._fields["state"]
            ._description_selection(self.env)
        )
        rows = [
            [
                settlement.ref,
                settlement.date_from,
                settlement.date_to,
                settlement.deposited_at or None,
                states[settlement.state],
                settlement.currency_id.name,
                row["name"],
                _money(row["amount"]),
                self.env._("Yes") if row["ok"] else self.env._("No"),
                ", ".join(settlement.move_ids.mapped("name")),
            ]
            for settlement in self._settlements(shop, since, until)
            for row in self._totals(settlement)
        ]
        return Page(
            "proof",
            self.env._("Proof of Settlements"),
            (
                self.env._("Settlement"),
                self.env._("From (UTC)"),
                self.env._("To (UTC)"),
                self.env._("Paid Out (UTC)"),
                self.env._("State"),
                self.env._("Currency"),
                self.env._("Total"),
                self.env._("Amount"),
                self.env._("Equal to the File"),
                self.env._("Journal Entries"),
            ),
            rows,
        )

    @api.model
    def _totals(self, settlement):
        # sudo: what is not posted yet is worked out with settings of the shop.
        settlement_sudo = settlement.sudo()
        return settlement_sudo._proof()

    # === PROFIT === #

    @api.model
    def _profit(self, shop, since, until):
        """Return each line of profit as the report has it, and as the journal."""
        days = self.env["acorn.profit.day"]._read_group(
            [("shop_id", "=", shop.id), ("day", ">=", since), ("day", "<=", until)],
            ["profit_line", "estimated"],
            ["amount:sum"],
        )
        journal = self.env["account.move.line"]._read_group(
            self._items_domain(shop, since, until)
            + [("acorn_profit_line", "!=", False)],
            ["acorn_profit_line"],
            ["balance:sum"],
        )
        actual = {line: amount for line, estimated, amount in days if not estimated}
        guessed = {line: amount for line, estimated, amount in days if estimated}
        booked = {line: -amount for line, amount in journal}
        names = self.env["acorn.profit.day"]._fields["profit_line"]
        rows = [
            [name, *(_money(part.get(line, 0)) for part in (actual, guessed, booked))]
            for line, name in names._description_selection(self.env)
            if line in actual or line in guessed or line in booked
        ]
        sums = [sum((row[n] for row in rows), Decimal(0)) for n in (1, 2, 3)]
        return Page(
            "profit",
            self.env._("Profit by Line"),
            (
                self.env._("Line"),
                self.env._("Actual"),
                self.env._("Estimated, Not Settled Yet"),
                self.env._("Journal"),
            ),
            [*rows, [self.env._("Profit"), *sums]],
        )

    # === TAXES === #

    @api.model
    def _tax_facts(self, shop):
        company = shop.company_id
        # sudo: numbers that stand on every invoice of the company.
        positions_sudo = (
            self.env["account.fiscal.position"]
            .sudo()
            .search([("company_id", "=", company.id), ("foreign_vat", "!=", False)])
        )
        rows = [
            [self.env._("Company"), company.name],
            [self.env._("Country of Taxation"), company.account_fiscal_country_id.name],
            [self.env._("VAT Number"), company.vat],
            *(
                [
                    self.env._("VAT Number in %s", position_sudo.country_id.name),
                    position_sudo.foreign_vat,
                ]
                for position_sudo in positions_sudo
            ),
            [self.env._("OSS: Registered In"), company.acorn_oss_country_id.name],
            [self.env._("IOSS Number"), company.acorn_ioss],
        ]
        modes = dict(
            self.env["acorn.site"]._fields["tax_mode"]._description_selection(self.env)
        )
        # sudo: accountants know sites by name; how they are taxed is theirs to know.
        sites_sudo = self.env["acorn.site"].search([("shop_id", "=", shop.id)]).sudo()
        rows += [
            [
                self.env._("Site %s", site_sudo.name),
                self.env._("The channel is the deemed reseller: it owes the tax.")
                if site_sudo.tax_mode == "channel"
                else modes[site_sudo.tax_mode],
            ]
            for site_sudo in sites_sudo
        ]
        if self.env["acorn.datev"]._applies(company):
            lacks = self.env["acorn.datev"]._lacks(company)
            rows.append(["DATEV", lacks or self.env._("See the file EXTF_….csv")])
        return Page(
            "tax_facts",
            self.env._("Tax Facts"),
            (self.env._("Fact"), self.env._("Value")),
            [[name, value or self.env._("None")] for name, value in rows],
        )

    @api.model
    def _taxes(self, shop, since, until):
        """Return taxes by country, rate and regime."""
        report = self.env["acorn.tax.report"]
        words = {
            name: dict(report._fields[name]._description_selection(self.env))
            for name in ("direction", "regime")
        }
        groups = report._read_group(
            [("shop_id", "=", shop.id), ("date", ">=", since), ("date", "<=", until)],
            ["direction", "country_id", "regime", "rate"],
            ["base:sum", "tax:sum"],
        )
        return Page(
            "taxes",
            self.env._("Taxes"),
            (
                self.env._("Direction"),
                self.env._("Country"),
                self.env._("Regime"),
                self.env._("Rate"),
                self.env._("Taxable"),
                self.env._("Tax"),
            ),
            [
                [
                    words["direction"].get(direction),
                    country.name or None,
                    words["regime"].get(regime),
                    rate or None,
                    _money(base),
                    _money(tax),
                ]
                for direction, country, regime, rate, base, tax in groups
            ],
        )

    # === JOURNAL === #

    @api.model
    def _items_domain(self, shop, since, until):
        return [
            ("acorn_shop_id", "=", shop.id),
            ("parent_state", "=", "posted"),
            ("date", ">=", since),
            ("date", "<=", until),
            ("display_type", "not in", NOTES),
        ]

    @api.model
    def _journal_items(self, shop, since, until):
        return (
            self.env["account.move.line"]
            .with_company(shop.company_id)
            .search(self._items_domain(shop, since, until), order="date, move_id, id")
        )

    @api.model
    def _journal(self, shop, since, until):
        lines = self._journal_items(shop, since, until)
        names = {
            name: dict(lines._fields[name]._description_selection(self.env))
            for name in ("acorn_nature", "acorn_profit_line")
        }
        return Page(
            "journal",
            self.env._("Journal Items"),
            (
                self.env._("Date"),
                self.env._("Entry"),
                self.env._("Journal"),
                self.env._("Account"),
                self.env._("Account Name"),
                self.env._("Nature"),
                self.env._("Profit Line"),
                self.env._("Site"),
                self.env._("SKU"),
                self.env._("Taxes"),
                self.env._("Tax"),
                self.env._("Debit"),
                self.env._("Credit"),
                self.env._("Currency"),
                self.env._("Amount in Currency"),
                self.env._("Settlement"),
            ),
            [
                [
                    line.date,
                    line.move_id.name,
                    line.journal_id.code,
                    line.account_id.code,
                    line.account_id.name,
                    names["acorn_nature"].get(line.acorn_nature),
                    names["acorn_profit_line"].get(line.acorn_profit_line),
                    line.acorn_site_id.name or None,
                    line.product_id.default_code or None,
                    ", ".join(line.tax_ids.mapped("name")),
                    line.tax_line_id.name or None,
                    _money(line.debit),
                    _money(line.credit),
                    line.currency_id.name,
                    _money(line.amount_currency),
                    line.move_id.acorn_settlement_id.ref or None,
                ]
                for line in lines
            ],
        )


def _money(amount):
    return Decimal(f"{amount or 0:.2f}")
