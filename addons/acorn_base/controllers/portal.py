from odoo.exceptions import AccessError
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal

from ..groups import COMMERCIAL


class Portal(CustomerPortal):
    def _document_check_access(self, model_name, document_id, access_token=None):
        """The customer's page of an order shows amounts: whoever may not see these
        needs the customer's link, as anybody else."""
        document_sudo = super()._document_check_access(
            model_name, document_id, access_token=access_token
        )
        if model_name == "sale.order" and not request.env.user.has_group(COMMERCIAL):
            token = document_sudo.access_token
            if not (access_token and token and consteq(token, access_token)):
                raise AccessError(
                    request.env._("Your rights do not include the amounts of orders.")
                )
        return document_sudo
