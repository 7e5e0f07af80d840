from base64 import b64encode
from urllib.parse import quote

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import date_utils

from ..package_file import csv_file, safe_name, workbook, zip_file


class AcornPackage(models.TransientModel):
    """A month of shops for their accountant, in one file."""

    _name = "acorn.package"
    _description = "Package for the Accountant"
    _rec_name = "file_name"

    shop_ids = fields.Many2many(
        "acorn.shop",
        string="Shops",
        default=lambda self: self._default_shops(),
    )
    month = fields.Date(
        required=True,
        default=lambda self: self._last_month(),
        help="The calendar month of this day.",
    )
    notice = fields.Text(compute="_compute_notice")
    file = fields.Binary(readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)

    @api.model
    def _default_shops(self):
        return self.env["acorn.shop"].search([("company_id", "=", self.env.company.id)])

    @api.model
    def _last_month(self):
        today = fields.Date.context_today(self)
        return date_utils.start_of(today - relativedelta(months=1), "month")

    @api.depends("shop_ids", "month")
    def _compute_notice(self):
        datev = self.env["acorn.datev"]
        for package in self:
            sentences = [
                datev._lacks(company)
                for company in package.shop_ids.company_id
                if datev._applies(company)
            ]
            if package.month:
                sentences.append(package._not_posted())
            package.notice = "\n".join(filter(None, sentences))

    def _not_posted(self):
        settlements = self.env["acorn.package.pages"]._settlements(
            self.shop_ids, *date_utils.get_month(self.month)
        )
        open_ones = settlements.filtered(lambda each: each.state != "posted")
        return open_ones and self.env._(
            "Settlements of the month that are not in the books: %s",
            ", ".join(open_ones.mapped("ref")),
        )

    # === MAKE === #

    def action_make(self):
        """Write the file, and let the browser fetch it."""
        self.ensure_one()
        if not self.shop_ids:
            raise UserError(self.env._("Choose the shops that the package is about."))
        since, until = date_utils.get_month(self.month)
        files = {}
        for shop in self.shop_ids:
            folder = f"{safe_name(shop.name)}_{shop.id}_{since:%Y-%m}"
            content = self._shop_files(shop, since, until)
            files |= {f"{folder}/{name}": data for name, data in content.items()}
        only = self.shop_ids.name if len(self.shop_ids) == 1 else self.env._("Shops")
        self.file_name = f"{safe_name(only) or 'Acorn'}_{since:%Y-%m}.zip"
        self.file = b64encode(zip_file(files))
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/"
            f"{quote(self.file_name, safe='')}?download=1",
            "target": "download",
        }

    def _shop_files(self, shop, since, until):
        """Return {name: bytes} of what there is of a shop."""
        pages = self.env["acorn.package.pages"]._pages(shop, since, until)
        files = {"package.xlsx": workbook(pages)}
        files |= {f"{page.name}.csv": csv_file(page) for page in pages}
        datev = self.env["acorn.datev"]
        if datev._applies(shop.company_id) and not datev._lacks(shop.company_id):
            batches = datev._files(shop, since, until)
            for number, content in enumerate(batches, 1):
                part = f"_{number}" if len(batches) > 1 else ""
                name = f"EXTF_Buchungsstapel_{shop.id}_{since:%Y%m}{part}.csv"
                files[name] = content
        return files
