from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import groupby

from .. import datev

CHARTS = {"de_skr03": "03", "de_skr04": "04"}


class AcornDatev(models.AbstractModel):
    """The journal entries of a shop as DATEV's booking batch."""

    _name = "acorn.datev"
    _description = "DATEV Booking Batch"

    @api.model
    def _applies(self, company):
        return company.account_fiscal_country_id.code == "DE"

    @api.model
    def _lacks(self, company):
        """Return what is missing before there can be a batch, in words, or ''."""
        if company.acorn_datev_consultant and company.acorn_datev_client:
            return ""
        return self.env._(
            "%s: no DATEV batch, because the consultant number or the client number is "
            "missing. Set them in Tax Facts and DATEV.",
            company.name,
        )

    @api.model
    def _files(self, shop, since, until):
        """Return the files of a shop's posted entries of a period, as bytes."""
        company = shop.company_id
        lines = self.env["acorn.package.pages"]._journal_items(shop, since, until)
        items = Items(company, lines)
        entries = [
            datev.Entry(move.name, move.date, tuple(map(items.item, group)))
            for move, group in groupby(lines, lambda line: line.move_id)
        ]
        items.check()
        batch = datev.Batch(
            consultant=company.acorn_datev_consultant,
            client=company.acorn_datev_client,
            year_start=company.compute_fiscalyear_dates(since)["date_from"],
            account_length=company.acorn_datev_length,
            since=since,
            until=until,
            label=f"{shop.name} {since:%Y-%m}",
            created_at=fields.Datetime.context_timestamp(self, fields.Datetime.now()),
            chart=CHARTS.get(company.chart_template, ""),
            currency=company.currency_id.name,
        )
        return datev.write(batch, entries)


class Items:
    """Makes DATEV's items of journal items, and remembers what does not fit."""

    def __init__(self, company, lines):
        self.env = lines.env
        self.company = company
        self.taxes = {}
        self.numbers = {}
        self.unfit = set()

    def item(self, line):
        account = line.account_id
        on, own = line.tax_ids, line.tax_line_id
        return datev.Item(
            account=self.number(account),
            balance=Decimal(f"{line.balance:.2f}"),
            text=self.text(line),
            tax=self.tax(on) if len(on) == 1 else None,
            tax_of=self.tax(own) if self.is_usual(own, account) else None,
            automatic=bool(account.tax_ids),
            automatic_tax=self.tax(account.tax_ids[:1]),
            note=self.note(line),
        )

    def tax(self, tax):
        """Return a tax that DATEV has a key for, or None."""
        if tax.id not in self.taxes:
            key = "l10n_de_datev_code" in tax._fields and tax.l10n_de_datev_code
            known = key and key.isdigit() and tax.amount_type == "percent"
            if known and not tax.has_negative_factor:
                rate = Decimal(str(tax.amount))
                self.taxes[tax.id] = datev.Tax(key, rate)
            else:
                self.taxes[tax.id] = None
        return self.taxes[tax.id]

    def is_usual(self, tax, account):
        """Whether a tax stands on its own account, as DATEV would put it."""
        return bool(tax) and account in tax.invoice_repartition_line_ids.account_id

    def number(self, account):
        if account.id not in self.numbers:
            self.numbers[account.id] = self._number(account)
        return self.numbers[account.id]

    def _number(self, account):
        length = self.company.acorn_datev_length
        if account.account_type == "asset_receivable":
            return self.company.acorn_datev_debtor.ljust(length + 1, "0")
        if account.account_type == "liability_payable":
            return self.company.acorn_datev_creditor.ljust(length + 1, "0")
        code = account.with_company(self.company).code or ""
        if not code.isdigit() or len(code) > length:
            self.unfit.add(f"{code} {account.name}")
        return code.ljust(length, "0")

    def text(self, line):
        """Return what a posting is for: never a free text, which may name a buyer."""
        words = dict(
            line._fields["acorn_profit_line"]._description_selection(self.env)
        ) | dict(line._fields["acorn_nature"]._description_selection(self.env))
        what = line.acorn_nature or line.acorn_profit_line
        name = words.get(what) or line.account_id.name
        return f"{name} {line.acorn_site_id.name or ''}".strip()

    def note(self, line):
        if line.currency_id == self.company.currency_id:
            return ""
        return f"{line.amount_currency:.2f} {line.currency_id.name}".replace(".", ",")

    def check(self):
        if self.unfit:
            raise UserError(
                self.env._(
                    "DATEV takes account numbers of %(length)s digits at %(company)s; "
                    "these do not fit:\n%(accounts)s\nSet the length in Tax Facts and "
                    "DATEV, or change the accounts.",
                    length=self.company.acorn_datev_length,
                    company=self.company.name,
                    accounts="\n".join(sorted(self.unfit)),
                )
            )
