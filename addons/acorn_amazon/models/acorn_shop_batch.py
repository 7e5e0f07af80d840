import re
from collections import defaultdict

from odoo import api, models

from odoo.addons.acorn_base.models.acorn_shop_batch import BatchColumn

SELF_AUTHORISED = 10  # selling accounts that a private app may serve at most
SELLER = re.compile(r"A[A-Z0-9]{9,20}")
TOKEN = re.compile(r"Atzr\|[\x21-\x7e]{12,4000}")


class AcornShopBatch(models.AbstractModel):
    """Amazon's columns: region, app, Seller ID and refresh token."""

    _inherit = "acorn.shop.batch"

    @api.model
    def _batch_columns(self, channel):
        columns = super()._batch_columns(channel)
        if channel != "amazon":
            return columns
        return [
            *columns,
            BatchColumn(
                "amazon_region",
                self.env._("Region"),
                self.env._("North America, Europe or Far East; or na, eu, fe."),
            ),
            BatchColumn(
                "amazon_app",
                self.env._("App"),
                self.env._(
                    "The name of the Amazon app here. A private app serves ten selling "
                    "accounts at most: divide more among several apps."
                ),
            ),
            BatchColumn(
                "amazon_seller_id",
                self.env._("Seller ID"),
                self.env._(
                    "Seller Central / Settings / Account Info / Business Information / "
                    "Your Merchant Token."
                ),
            ),
            BatchColumn(
                "amazon_refresh_token",
                self.env._("Refresh Token"),
                self.env._(
                    "Begins with Atzr|. Seller Central shows it once, when the app is "
                    "authorised. Delete this file when the shops are connected."
                ),
                secret=True,
            ),
        ]

    # === CHECK === #

    @api.model
    def _batch_problems(self, channel, rows):
        problems = super()._batch_problems(channel, rows)
        if channel != "amazon":
            return problems
        found = defaultdict(list, problems)
        for number, row in rows.items():
            found[number] += self._amazon_format_problems(row)
        self._amazon_check_accounts(rows, found)
        self._amazon_check_apps(rows, found)
        return {number: sentences for number, sentences in found.items() if sentences}

    def _amazon_format_problems(self, row):
        _, sentences = self.env._, []
        if not self._amazon_region(row):
            sentences.append(
                self.env._(
                    "The region is North America, Europe or Far East (na, eu, fe)."
                )
            )
        if not row["amazon_seller_id"]:
            sentences.append(self.env._("The Seller ID is missing."))
        elif not SELLER.fullmatch(row["amazon_seller_id"]):
            sentences.append(
                self.env._(
                    "This is no Seller ID: it is like A1B2C3D4E5F6G7, without spaces."
                )
            )
        if not row["amazon_refresh_token"]:
            sentences.append(self.env._("The refresh token is missing."))
        elif not TOKEN.fullmatch(row["amazon_refresh_token"]):
            sentences.append(
                self.env._(
                    "This is no refresh token: it begins with Atzr| and has no spaces. "
                    "Copy it whole."
                )
            )
        return sentences

    def _amazon_check_accounts(self, rows, found):
        """Tell which accounts stand twice in the sheet, or are shops already."""
        first = {}
        known = self._amazon_known_accounts(rows)
        for number, row in rows.items():
            account = self._amazon_account(row)
            if not account:
                continue
            if account in first:
                found[number].append(
                    self.env._(
                        "Row %s has the same Seller ID in the same region.",
                        first[account],
                    )
                )
            first.setdefault(account, number)
            if shop_sudo := known.get(account):
                found[number].append(self._amazon_known_sentence(shop_sudo))

    def _amazon_known_sentence(self, shop_sudo):
        seen = shop_sudo.sudo(False)._filtered_access("read")
        if not seen:
            return self.env._(
                "This account is a shop already, outside of what you see. Ask an "
                "administrator of Acorn."
            )
        return self.env._(
            "This account is the shop %s already. Leave the row out, or archive that "
            "shop first.",
            seen.name,
        )

    def _amazon_check_apps(self, rows, found):
        """Tell which apps are unknown, and which serve as many accounts as may be."""
        apps = self._amazon_apps({row["amazon_app"] for row in rows.values()})
        served = self._amazon_served(
            self.env["acorn.amazon.app"].concat(*apps.values())
        )
        for number, row in rows.items():
            app_sudo = self._amazon_app(row, apps)
            if len(app_sudo) != 1:
                found[number].append(self._amazon_app_sentence(row, app_sudo))
                continue
            account = self._amazon_account(row)
            if not account or app_sudo.public:
                continue
            accounts = served[app_sudo.id]
            if account not in accounts and len(accounts) >= SELF_AUTHORISED:
                found[number].append(
                    self.env._(
                        "The app %(app)s serves %(most)s selling accounts already, the "
                        "most a private app may: enter another app.",
                        app=app_sudo.name,
                        most=SELF_AUTHORISED,
                    )
                )
            elif not found[number]:
                accounts.add(account)

    def _amazon_app_sentence(self, row, apps_sudo):
        if not row["amazon_app"]:
            return self.env._("The app is missing.")
        if apps_sudo:
            return self.env._(
                "Several apps are called %s: an administrator of Acorn renames one.",
                row["amazon_app"],
            )
        return self.env._(
            "There is no Amazon app %s for this unit. An administrator of Acorn makes "
            "it under Configuration / Amazon Apps.",
            row["amazon_app"],
        )

    # === WHAT THE TEXTS MEAN === #

    def _amazon_region(self, row):
        """Return the key of a region from its key or name, '' when there is none."""
        field = self.env["acorn.shop"]._fields["amazon_region"]
        said = row["amazon_region"].casefold()
        for key, english in field.selection:
            label = dict(field._description_selection(self.env))[key]
            if said in {key, english.casefold(), label.casefold()}:
                return key
        return ""

    def _amazon_account(self, row):
        region, seller = self._amazon_region(row), row["amazon_seller_id"]
        return (region, seller) if region and seller else None

    def _amazon_known_accounts(self, rows):
        """Return the shops with accounts of the rows: {(region, Seller ID): shop}."""
        sellers = list({row["amazon_seller_id"] for row in rows.values()} - {""})
        # sudo: one account is one shop, whoever sees it.
        shops_sudo = self.env["acorn.shop"].sudo()
        shops_sudo = shops_sudo.search([("amazon_seller_id", "in", sellers)])
        return {
            (shop.amazon_region, shop.amazon_seller_id): shop for shop in shops_sudo
        }

    def _amazon_apps(self, names):
        """Return apps by name: people may name in a sheet what is administrators'."""
        # sudo: see above; nothing but whether it is there is told.
        apps_sudo = self.env["acorn.amazon.app"].sudo()
        return apps_sudo.search([("name", "in", list(names - {""}))]).grouped("name")

    def _amazon_app(self, row, apps):
        """Return the apps with the row's name that the row's unit may use."""
        # sudo: see _amazon_apps.
        apps_sudo = apps.get(row["amazon_app"], self.env["acorn.amazon.app"].sudo())
        unit = row["unit"]
        return apps_sudo.filtered(
            lambda app: not app.company_id or not unit or app.company_id == unit
        )

    def _amazon_served(self, apps):
        """Return the accounts that apps serve: {app's id: {(region, Seller ID)}}."""
        served = defaultdict(set)
        # sudo: Amazon counts the shops of all units.
        groups = (
            self.env["acorn.shop"]
            .sudo()
            ._read_group(
                [("amazon_app_id", "in", apps.ids), ("amazon_seller_id", "!=", False)],
                ["amazon_app_id", "amazon_region", "amazon_seller_id"],
            )
        )
        for app, region, seller in groups:
            served[app.id].add((region, seller))
        return served

    # === ENTER === #

    def _batch_enter(self, values):
        super()._batch_enter(values)
        if self.channel != "amazon":
            return
        row = values | {"unit": self.company_id}
        apps = self._amazon_apps({values["amazon_app"]})
        # sudo: who may make the shop enters its credentials and never reads them.
        self.sudo().write(
            {
                "amazon_app_id": self._amazon_app(row, apps).ensure_one().id,
                "amazon_region": self._amazon_region(row),
                "amazon_seller_id": values["amazon_seller_id"],
                "amazon_refresh_token": values["amazon_refresh_token"],
            }
        )
