"""Shops from one sheet, with the apps and accounts of the local Amazon."""

from base64 import b64decode, b64encode
from dataclasses import replace

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.acorn_base import sheet

from ..simulator.accounts import account
from .common import AmazonCase

KEYS = ["name", "unit", "region", "app", "seller_id", "token", "template"]


def app_of(number):
    """Accounts 0 to 7 use the first app, 8 to 15 the second."""
    return f"app{number // 8}"


@tagged("post_install", "-at_install")
class TestBatch(AmazonCase):
    def setUp(self):
        super().setUp()
        if "acorn.batch" not in self.env:
            self.skipTest("Sheets of shops are read by acorn_multiorg.")
        self.accounts = [self.make_account(number) for number in range(13)]
        self.apps = {
            f"app{number}": self.env["acorn.amazon.app"].create(
                {
                    "name": f"App {number}",
                    "client_id": self.accounts[8 * number].client_id,
                    "client_secret": self.accounts[8 * number].client_secret,
                }
            )
            for number in range(2)
        }

    def make_account(self, number):
        """Return a selling account that has authorised one of two apps."""
        app = account(app_of(number), "", "DE")
        seller = replace(
            account(f"b{number}", f"Seller {number}", "DE"),
            client_id=app.client_id,
            client_secret=app.client_secret,
            refresh_token=f"Atzr|local-amazon-batch-{number}-not-a-secret",
        )
        self.world.accounts[seller.key] = seller
        self.addCleanup(self.world.accounts.pop, seller.key)
        return seller

    def row(self, number, **other):
        seller = self.accounts[number]
        values = {
            "name": f"Batch {number}",
            "unit": self.env.company.name,
            "region": "Europe",
            "app": self.apps[app_of(number)].name,
            "seller_id": seller.seller_id,
            "token": seller.refresh_token,
            "template": "",
        } | other
        return [values[key] for key in KEYS]

    def batch(self, *rows, user=None):
        """Return the wizard after a sheet with these rows was checked."""
        Batch = self.env["acorn.batch"].with_user(user or self.env.user)
        batch = Batch.create({"channel": "amazon"})
        titles = [(column.title, 20) for column in batch._columns()]
        batch.file = b64encode(sheet.write(titles, rows))
        batch.action_check()
        return batch

    def connect_batch(self, batch):
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            batch.with_env(batch.env(cr=cr)).action_connect()
        self.env.invalidate_all()

    def results(self, batch):
        return {row.number: (row.state, row.result or "") for row in batch.row_ids}

    def assertNowhere(self, *texts):
        """Assert that no table holds one of the texts, in any column."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = current_schema()::regnamespace"
        )
        wanted = [f"%{text}%" for text in texts]
        for (table,) in self.env.cr.fetchall():
            query = SQL(
                "SELECT count(*) FROM %s t WHERE t::text LIKE ANY(%s)",
                SQL.identifier(table),
                wanted,
            )
            self.assertEqual(self.env.execute_query(query), [(0,)], table)

    def test_twelve_accounts_of_two_apps_are_connected_and_bad_rows_stop_none(self):
        rows = [self.row(number) for number in range(12)]
        # The format is right, and Amazon knows better.
        rows[3] = self.row(3, token="Atzr|revoked-long-ago-0000000000")
        rows[9] = self.row(9, app=self.apps["app0"].name)  # authorised the other one
        batch = self.batch(*rows)
        self.assertEqual(batch.ready_count, 12)
        self.assertFalse(self.env["acorn.shop"].search([("name", "like", "Batch")]))
        self.connect_batch(batch)
        results = self.results(batch)
        failed = {
            number for number, (state, _text) in results.items() if state != "done"
        }
        self.assertEqual(failed, {5, 11}, results)
        for number in failed:
            self.assertEqual(results[number][0], "failed")
            self.assertTrue(results[number][1])
        shops = self.env["acorn.shop"].search([("name", "like", "Batch")])
        self.assertEqual(len(shops), 10)
        self.assertEqual(set(shops.mapped("state")), {"live"})
        self.assertEqual(set(shops.site_ids.mapped("code")), {"DE"})
        self.assertEqual(len(shops.amazon_app_id), 2)
        self.assertEqual(shops, batch.row_ids.shop_id)

    def test_tokens_are_nowhere_in_the_database(self):
        rows = [self.row(0), self.row(1, token="Atzr|revoked-long-ago-0000000000")]
        rows.append(self.row(2, unit="Nowhere"))
        tokens = [row[KEYS.index("token")] for row in rows]
        batch = self.batch(*rows)
        self.assertNowhere(*tokens)
        self.assertFalse(batch.file)
        self.connect_batch(batch)
        self.assertNowhere(*tokens, b64encode(tokens[0].encode()).decode())
        self.env.cr.execute("SELECT count(secrets_sealed) FROM acorn_batch_row")
        self.assertEqual(self.env.cr.fetchone(), (0,))
        # What is looked for is found where it is.
        batch.file_name = tokens[0]
        with self.assertRaises(AssertionError):
            self.assertNowhere(tokens[0])

    def test_a_shop_manager_connects_shops_and_reads_no_token(self):
        manager = new_test_user(
            self.env, "sheet_manager", groups="acorn_multiorg.group_shop_manager"
        )
        batch = self.batch(self.row(0), self.row(9), user=manager)
        self.connect_batch(batch)
        self.assertEqual(batch.row_ids.mapped("state"), ["done", "done"])
        shops = batch.row_ids.shop_id
        self.assertEqual(shops.mapped("state"), ["live", "live"])
        told = repr(shops.read()) + repr(batch.row_ids.read())
        self.assertNotIn(self.accounts[0].refresh_token, told)
        with self.assertRaises(AccessError):
            batch.row_ids.read(["secrets_sealed"])

    def test_what_is_sealed_goes_when_the_page_is_closed(self):
        batch = self.batch(self.row(0))
        self.env.cr.execute("SELECT count(secrets_sealed) FROM acorn_batch_row")
        self.assertEqual(self.env.cr.fetchone(), (1,))
        batch.action_discard()
        self.env.flush_all()
        self.env.cr.execute("SELECT count(secrets_sealed) FROM acorn_batch_row")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_each_row_is_told_what_is_wrong_before_anything_is_made(self):
        self.shop.amazon_seller_id = self.accounts[11].seller_id
        self.env["acorn.shop"].create({"name": "Taken", "channel": "amazon"})
        wrong = {
            "There is no unit": self.row(0, unit="Nowhere"),
            "no Amazon app": self.row(1, app="No such app"),
            "no template": self.row(2, template="No such template"),
            "Seller ID is missing": self.row(3, seller_id=""),
            "no Seller ID": self.row(3, seller_id="my shop"),
            "no refresh token": self.row(4, token="Atza|an-access-token"),
            "refresh token is missing": self.row(5, token=""),
            "region is": self.row(6, region="Mars"),
            "name is missing": self.row(7, name=""),
            "of this name already": self.row(8, name="Taken"),
            "is the shop": self.row(11),
        }
        good = self.row(9)
        again = self.row(9, name="Once more")
        batch = self.batch(*wrong.values(), good, again)
        results = self.results(batch)
        for number, sentence in enumerate(wrong, start=2):
            self.assertEqual(results[number][0], "wrong", sentence)
            self.assertIn(sentence, results[number][1])
        self.assertEqual(results[13][0], "ready")
        self.assertIn("Row 13 has the same Seller ID", results[14][1])

    def test_an_app_has_ten_accounts_those_connected_before_included(self):
        app = self.apps["app0"]
        self.shop.amazon_app_id = app
        names = [self.row(number, app=app.name) for number in range(11)]
        results = self.results(self.batch(*names))
        states = [state for state, _text in results.values()]
        self.assertEqual(states, ["ready"] * 9 + ["wrong"] * 2)
        self.assertIn("10 selling accounts", results[11][1])
        app.public = True
        results = self.results(self.batch(*names))
        self.assertEqual({state for state, _text in results.values()}, {"ready"})

    def test_a_row_names_the_template_whose_settings_its_shop_gets(self):
        template = self.env["acorn.shop.template"].create({"name": "Quick"})
        content = {"name": "interval", "content": {"value": 77}}
        template.line_ids.create({"template_id": template.id, **content})
        batch = self.batch(self.row(0, template="Quick"))
        self.connect_batch(batch)
        shop = batch.row_ids.shop_id
        self.assertEqual((shop.acorn_template_id, shop.interval), (template, 77))

    def test_the_result_comes_back_as_a_sheet_without_tokens(self):
        batch = self.batch(self.row(0), self.row(1, unit="Nowhere"))
        batch.action_download_result()
        data = b64decode(batch.exported)
        titles = {"result": ("Result",), "state": ("State",), "name": ("Name",)}
        rows = sheet.read(data, titles)
        self.assertEqual([row.values["state"] for row in rows], ["Ready", "To Correct"])
        self.assertIn("There is no unit", rows[1].values["result"])
        with self.assertRaises(sheet.ColumnsMissing):
            sheet.read(data, {"token": ("Refresh Token",)})

    def test_the_empty_sheet_can_be_filled_in_and_read_again(self):
        batch = self.env["acorn.batch"].create({"channel": "amazon"})
        batch.action_download()
        titles = {column.key: (column.title,) for column in batch._columns()}
        self.assertEqual(sheet.read(b64decode(batch.exported), titles), [])
