from decimal import Decimal

from odoo import api, models

from odoo.addons.acorn_base import natures

from .. import entries


class AcornSettlementTaxes(models.AbstractModel):
    """Which tax is on an amount, and where it is: part of ``acorn.settlement``."""

    _name = "acorn.settlement.taxes"
    _description = "Taxes of Settlements"

    def _tax_of(self, group):
        """Return what is taxed on a group, and how its tax is found.

        :param group: entries.Group
        :return: (account.tax, entries.BESIDE … ROW); an empty tax: it is not taxed;
            None: it cannot be told
        """
        taxation = natures.BY_CODE[group.nature].taxation
        if taxation == natures.TAXED:
            return self._tax_of_sale(group)
        if group.nature == "tax_collected" and group.tax_of_order == entries.OWN:
            return self._tax_of_order(group), entries.ROW
        rule = self.env["acorn.fee.rule"].browse(group.rule)
        if group.nature == "fee_tax":
            return rule.tax_id, entries.ROW
        if taxation == natures.FEE and rule.tax_id:
            return rule.tax_id, self._how_fee_is_taxed(rule)
        return self.env["account.tax"], ""

    def _tax_of_sale(self, group):
        if group.tax_of_order == entries.OWN:
            return self._tax_of_order(group), entries.BESIDE
        if group.tax_of_order == entries.BY_CHANNEL or not self._is_split(group):
            return self.env["account.tax"], ""
        return self._tax_of_order(group), entries.INCLUDED

    def _tax_of_order(self, group):
        site_sudo = self._site_sudo(group.site)
        if self._is_split(group):
            return self._tax_of_destination(site_sudo, group.country)
        return site_sudo.tax_id.sudo(False)

    def _is_split(self, group):
        mode = self._site_sudo(group.site).tax_mode
        return (mode or self._tax_mode_without_site()) == "split"

    @api.model
    def _how_fee_is_taxed(self, rule):
        if rule.tax_beside:
            return entries.BESIDE
        reverse_charge = self._tax_facts(rule.tax_id).is_reversed
        return entries.REVERSED if reverse_charge else entries.INCLUDED

    def _tax_of_destination(self, site_sudo, country_id):
        """Return the tax in the price of what is sent to a country, or None.

        The site's own table says; else it is the company's sales tax at home, and what
        the fiscal position of the country makes of it elsewhere.
        """
        row_sudo = site_sudo.destination_tax_ids.filtered(
            lambda row: row.country_id.id == country_id
        )
        if row_sudo:
            return row_sudo.tax_id.sudo(False)
        company = self.company_id
        at_home = company.account_sale_tax_id
        if not country_id or not at_home:
            return None
        if country_id == company.account_fiscal_country_id.id:
            return at_home
        position = self._position_of_destination(country_id)
        return position.map_tax(at_home) if position else None

    def _position_of_destination(self, country_id):
        Position = self.env["account.fiscal.position"]
        positions = Position.search(
            [
                *Position._check_company_domain(self.company_id),
                ("auto_apply", "=", True),
                ("vat_required", "=", False),
                "|",
                ("country_id", "=", country_id),
                ("country_group_id.country_ids", "in", country_id),
            ]
        )
        return positions.sorted(lambda p: (not p.country_id, p.sequence))[:1]

    @api.model
    def _tax_facts(self, tax, refund=False):
        """Return a tax as ``entries`` has it."""
        lines = tax.refund_repartition_line_ids if refund else ()
        lines = lines or tax.invoice_repartition_line_ids
        base = lines.filtered(lambda line: line.repartition_type == "base")
        return entries.Tax(
            id=tax.id,
            name=tax.name,
            rate=Decimal(repr(tax.amount)) / 100,
            base_tags=tuple(base.tag_ids.ids),
            parts=tuple(
                entries.TaxPart(
                    id=line.id,
                    factor=Decimal(repr(line.factor_percent)) / 100,
                    account=line.account_id.id,
                    tags=tuple(line.tag_ids.ids),
                )
                for line in lines - base
            ),
        )

    def _items_of(self, group):
        """Return the items of a group, or None where its tax cannot be told."""
        tax, how = self._tax_of(group)
        if tax is None or not self._can_be_computed(tax, how):
            return None
        return entries.items_of(
            group,
            self._account_of(group).id,
            self._name_of(group),
            self._step(self.currency_id),
            self._tax_facts(tax, group.refund) if tax else None,
            how,
        )

    @api.model
    def _can_be_computed(self, tax, how):
        if not tax or how == entries.BESIDE:
            return len(tax) < 2
        facts = self._tax_facts(tax[:1])
        if len(tax) > 1 or not facts.parts:
            return False
        if how == entries.ROW:
            return facts.is_plain
        fits = facts.is_reversed if how == entries.REVERSED else facts.is_plain
        return tax.amount_type == "percent" and fits
