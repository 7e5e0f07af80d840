from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

GENERIC_CHART = "generic_coa"

COPY_COSTS = """
    UPDATE product_product product
       SET standard_price = product.standard_price || jsonb_build_object(
           %(target)s::text,
           ROUND((product.standard_price ->> %(source)s::text)::numeric * %(rate)s,
                 %(digits)s))
      FROM product_template template
     WHERE template.id = product.product_tmpl_id
       AND (template.company_id IS NULL OR template.company_id IN %(shared)s)
       AND product.standard_price ? %(source)s::text
"""


class AcornUnitMaker(models.AbstractModel):
    """Makes a shop, a branch company or a company of its own, with all they need."""

    _name = "acorn.unit.maker"
    _description = "Maker of Units"

    @api.model
    def _make_shop(self, values, own_warehouse):
        """Return a new shop with its analytic account, team and clearing journal.

        :param values: of the shop
        :param own_warehouse: whether it ships from a warehouse of its own
        """
        # sudo: the wizard has checked where the person may make units.
        shop_sudo = self.env["acorn.shop"].sudo().create(values)
        shop_sudo._make_books()
        shop_sudo._make_team()
        if own_warehouse:
            shop_sudo._make_warehouse()
        return shop_sudo

    @api.model
    def _make_branch(self, values, superior):
        """Return a new branch in Odoo's sense: it shares the books of its root."""
        shared = {
            "parent_id": superior.id,
            "country_id": superior.country_id.id,
            "currency_id": superior.currency_id.id,
        }
        return self._make_company({**values, **shared}, superior)

    @api.model
    def _make_root(self, values, superior):
        """Return a new company with its own books and its country's chart."""
        country = self.env["res.country"].browse(values["country_id"])
        code, chart = self._chart_of(country)
        if not chart["installed"]:
            raise UserError(self._missing_sentence(country, chart))
        company_sudo = self._make_company(values, superior)
        self._load_chart(company_sudo, code)
        return company_sudo

    @api.model
    def _make_company(self, values, superior):
        # install_mode: else Odoo installs the country's modules here and now, and
        # commits what is half made.
        # sudo: the wizard has checked where the person may make units.
        Companies_sudo = self.env["res.company"].sudo().with_context(install_mode=True)
        company_sudo = Companies_sudo.create(
            {**values, "acorn_superior_id": superior.id}
        )
        Warehouse_sudo = company_sudo.env["stock.warehouse"].with_company(company_sudo)
        if not Warehouse_sudo.search([("company_id", "=", company_sudo.id)], limit=1):
            Warehouse_sudo._acorn_make(company_sudo, company_sudo.name)
        self._copy_costs(superior, company_sudo)
        return company_sudo

    # === BOOKS === #

    @api.model
    def _chart_of(self, country):
        """Return the chart of a country, or the generic one where it has none.

        :return: (code, {"name", "module", "installed", …})
        """
        # sudo: people without rights on modules are told which one is missing.
        Chart_sudo = self.env["account.chart.template"].sudo()
        charts = Chart_sudo._get_chart_template_mapping()
        own = (
            (code, chart)
            for code, chart in charts.items()
            if chart["country_id"] == country.id and code != GENERIC_CHART
        )
        return next(own, (GENERIC_CHART, charts[GENERIC_CHART]))

    @api.model
    def _load_chart(self, company, code):
        """Load a chart of accounts; it never changes the company's currency."""
        currency = company.currency_id
        company.env["account.chart.template"].try_loading(code, company)
        # A chart brings the currency of the country that it was made for.
        if company.currency_id != currency:
            company.currency_id = currency
        if company.currency_id != currency or company.chart_template != code:
            raise UserError(
                self.env._(
                    "The chart of accounts does not keep the currency %s, so nothing "
                    "was made. Choose the currency of the country.",
                    currency.name,
                )
            )

    @api.model
    def _missing_sentence(self, country, chart):
        return self.env._(
            "The chart of accounts of %(country)s is not installed. An administrator "
            "installs the app %(module)s first (Apps, without the filter Apps); then "
            "come back.",
            country=country.name,
            module=chart["module"],
        )

    @api.model
    def _copy_costs(self, source, target):
        """Give a company the cost prices of another one, in its own currency.

        Odoo keeps them per company: without this all that it sells would cost nothing.
        """
        self.env.flush_all()
        rate = self.env["res.currency"]._get_conversion_rate(
            source.currency_id, target.currency_id, source
        )
        self.env.cr.execute(
            SQL(
                COPY_COSTS,
                source=str(source.id),
                target=str(target.id),
                rate=rate,
                digits=self.env["decimal.precision"].precision_get("Product Price"),
                shared=tuple(target.parent_ids.ids),
            )
        )
        self.env["product.product"].invalidate_model(["standard_price"])
