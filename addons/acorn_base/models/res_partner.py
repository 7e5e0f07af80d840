from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import email_normalize

from .. import vault
from ..addresses import place
from ..groups import COMMERCIAL
from ..quiet import QUIET
from ..records import Address


class ResPartner(models.Model):
    _inherit = "res.partner"

    acorn_shop_id = fields.Many2one(
        "acorn.shop",
        string="Shop",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    acorn_key = fields.Char(
        copy=False,
        groups="base.group_system",
        help="Recognises a buyer or an address again: a keyed hash, no personal data.",
    )

    acorn_email = fields.Char(
        string="Buyer's E-Mail",
        copy=False,
        index="btree_not_null",
        groups=COMMERCIAL,
        help="Where letters to this buyer go. It is not in the field that everyone may "
        "read, so that who packs the order does not see it.",
    )
    acorn_purged_at = fields.Datetime(
        string="Personal Data Removed At", readonly=True, copy=False
    )

    _acorn_key_unique = models.UniqueIndex(
        "(acorn_shop_id, acorn_key) WHERE acorn_key IS NOT NULL",
        "A buyer or an address of a shop exists once.",
    )

    @api.model
    def _search_display_name(self, operator, value):
        """Find buyers by their e-mail, too, for those who may see it."""
        domain = super()._search_display_name(operator, value)
        field = self._fields["acorn_email"]
        if operator in Domain.NEGATIVE_OPERATORS or not value:
            return domain
        if not self._has_field_access(field, "read"):
            return domain
        return domain | Domain("acorn_email", operator, value)

    @api.model
    def _find_or_create_from_emails(self, emails, *args, **kwargs):
        """What a buyer writes is the buyer's: no second contact is made of it, whose
        e-mail everyone could read and nobody would remove."""
        buyers = self._acorn_by_email(emails)
        others = [email for email in emails if email_normalize(email) not in buyers]
        found = iter(super()._find_or_create_from_emails(others, *args, **kwargs))
        return [buyers.get(email_normalize(email)) or next(found) for email in emails]

    @api.model
    def _acorn_by_email(self, emails):
        """Return the buyers whose e-mail no other contact has, {e-mail: buyer}."""
        wanted = {email_normalize(email) for email in emails} - {False}
        if not wanted:
            return {}
        # sudo: whoever writes to a buyer need not see the e-mail.
        partner_sudo = self.sudo()
        buyers_sudo = partner_sudo.search(
            [("acorn_email", "in", list(wanted))], order="id desc"
        )
        if not buyers_sudo:
            return {}
        others = set(
            partner_sudo.search([("email_normalized", "in", list(wanted))]).mapped(
                "email_normalized"
            )
        )
        by_email = {email_normalize(buyer.acorn_email): buyer for buyer in buyers_sudo}
        return {
            email: buyer.sudo(False)
            for email, buyer in by_email.items()
            if email not in others
        }

    @api.model
    def _acorn_partners(self, shop, orders):
        """Return the customer and the delivery contact of each order; make new ones.

        One customer per (shop, e-mail) with the addresses below; without an e-mail
        one per order; without a recipient either, one per site.

        :return: dict order ref → (customer, delivery contact)
        """
        customers, addresses = {}, {}
        for order in orders:
            key = _customer_key(order)
            customers.setdefault(key, self._acorn_customer_values(shop, order, key))
        by_key = self._acorn_get_or_create(shop, customers)
        for order in orders:
            key = _address_key(order)
            if key and key not in addresses:
                parent = by_key[_customer_key(order)]
                addresses[key] = self._acorn_address_values(shop, order, key, parent)
        by_key |= self._acorn_get_or_create(shop, addresses)
        return {
            order.ref: (
                by_key[_customer_key(order)],
                by_key[_address_key(order) or _customer_key(order)],
            )
            for order in orders
        }

    @api.model
    def _acorn_get_or_create(self, shop, values_by_key):
        # sudo: contacts of buyers are made by the work itself, and the key is closed.
        partner_sudo = self.sudo().with_context(active_test=False)
        known = partner_sudo.search_fetch(
            [("acorn_shop_id", "=", shop.id), ("acorn_key", "in", list(values_by_key))],
            ["acorn_key", "acorn_purged_at"],
        )
        for partner in known.filtered("acorn_purged_at"):  # the buyer is back
            partner.write(
                {**values_by_key[partner.acorn_key], "acorn_purged_at": False}
            )
        by_key = {partner.acorn_key: partner for partner in known}
        new = {key: vals for key, vals in values_by_key.items() if key not in by_key}
        created = partner_sudo.with_context(**QUIET).create(list(new.values()))
        by_key.update(zip(new, created, strict=True))
        return {key: partner.sudo(False) for key, partner in by_key.items()}

    @api.model
    def _acorn_customer_values(self, shop, order, key):
        """Return the values of a customer, with the address when there is no e-mail."""
        site = shop._site_of(order)
        anonymous = self.env._("Buyer on %s", site.name or shop.name)
        if key.startswith("site:"):  # many buyers: nothing of any of them
            return {
                "name": anonymous,
                "lang": site._installed_language() or False,
                "acorn_shop_id": shop.id,
                "acorn_key": key,
                "company_id": shop.company_id.id,
                "user_id": False,
            }
        values = {
            "name": order.buyer.name or order.buyer.company or anonymous,
            "acorn_email": order.buyer.email,
            "lang": site._installed_language() or False,
        }
        if order.recipient and not order.buyer.email:
            values = self._acorn_address_fields(order.recipient) | values
            values["name"] = order.recipient.name or values["name"]
        return self._acorn_common_values(shop, key, order) | values

    @api.model
    def _acorn_address_values(self, shop, order, key, parent):
        address = order.recipient
        return {
            **self._acorn_common_values(shop, key, order),
            **self._acorn_address_fields(address),
            # A contact below another one has no company of its own in Odoo.
            "name": ", ".join(filter(None, (address.company, address.name)))
            or parent.name,
            "type": "delivery",
            "parent_id": parent.id,
            "lang": parent.lang,
        }

    @api.model
    def _acorn_common_values(self, shop, key, order):
        registration = next(iter(order.tax_registrations), None)
        return {
            "acorn_shop_id": shop.id,
            "acorn_key": key,
            "company_id": shop.company_id.id,
            "company_name": order.buyer.company or False,
            "comment": registration
            and f"{registration.kind} {registration.number} {registration.legal_name}"
            or False,
            "user_id": False,
        }

    @api.model
    def _acorn_address_fields(self, address: Address):
        """Return an address of any country in Odoo's fields, with nothing left out."""
        country = self._acorn_country(address.country)
        state = self._acorn_state(country, address.region)
        lines = list(address.lines)
        rest = lines[1:] + [address.district]
        if address.region and not state:
            rest.append(address.region)
        return {
            "street": lines[0] if lines else False,
            "street2": ", ".join(part for part in rest if part) or False,
            "city": address.city or False,
            "zip": address.postcode or False,
            "state_id": state.id,
            "country_id": country.id,
            "phone": address.phone or False,
            "company_name": address.company or False,
        }

    @api.model
    def _acorn_purged_values(self, name):
        """Return what becomes of a buyer's contact; country and state are tax facts."""
        emptied = (
            "street", "street2", "zip", "city", "phone", "email", "comment", "vat",
            "acorn_email", "company_name", "function", "website", "ref", "barcode",
        )  # fmt: skip
        return {
            **dict.fromkeys(emptied, False),
            "name": name,
            "acorn_purged_at": fields.Datetime.now(),
        }

    @api.model
    def _acorn_country(self, code):
        return self.env["res.country"].browse(self._acorn_country_id(code.upper()))

    @api.model
    def _acorn_state(self, country, region):
        return self.env["res.country.state"].browse(
            country and region and self._acorn_state_id(country.id, region) or ()
        )

    @api.model
    @tools.ormcache("code")
    def _acorn_country_id(self, code):
        # sudo: the answer is cached for everyone.
        return self.env["res.country"].sudo().search([("code", "=", code)], limit=1).id

    @api.model
    @tools.ormcache("country_id", "region")
    def _acorn_state_id(self, country_id, region):
        """Return the state that a channel gives by its code or by its name."""
        text = tools.escape_psql(region.strip())
        domain = [("country_id", "=", country_id)]
        by_text = ["|", ("code", "=ilike", text), ("name", "=ilike", text)]
        # sudo: the answer is cached for everyone.
        return self.env["res.country.state"].sudo().search(domain + by_text, limit=1).id


def _customer_key(order):
    if order.buyer.email:
        return "buyer:" + vault.fingerprint(order.buyer.email.strip().lower())
    if order.recipient:
        return "order:" + order.ref
    return "site:" + order.site


def _address_key(order):
    """Return the key of the delivery contact, '' when it is the customer itself."""
    if not order.recipient or not order.buyer.email:
        return ""
    return "address:" + vault.fingerprint(
        _customer_key(order) + "|" + place(order.recipient)
    )
