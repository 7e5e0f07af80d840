import re

from odoo import fields, http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request


class Support(http.Controller):
    @http.route("/acorn/support/<int:shop_id>", type="http", auth="user", readonly=True)
    def file(self, shop_id):
        """Download the support file of a shop; for administrators of Acorn."""
        if not request.env.user.has_group("acorn_base.group_admin"):
            raise AccessError(
                request.env._("An administrator of Acorn downloads support files.")
            )
        shop = request.env["acorn.shop"].browse(shop_id).exists()
        if not shop:
            raise request.not_found()
        shop.check_access("read")
        day = fields.Date.today().isoformat()
        name = re.sub(r"\W+", "-", shop.name).strip("-")
        headers = [
            ("Content-Type", "application/zip"),
            ("Content-Disposition", content_disposition(f"acorn-{name}-{day}.zip")),
            ("Cache-Control", "no-store"),
        ]
        content = request.env["acorn.support"]._zip(shop)
        return request.make_response(content, headers)
