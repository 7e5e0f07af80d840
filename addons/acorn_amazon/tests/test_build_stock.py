import json

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft7Validator

from odoo.addons.acorn_base.channel import Refused
from odoo.addons.acorn_base.records import StockLevel

from ..build import stock
from .common_pure import DE, FR, PureCase, amazon_model, amazon_schema

SELLER = "A1SELLER"

skus = st.text(
    st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40
)
levels = st.builds(
    StockLevel,
    sku=skus,
    sites=st.just((DE, FR)),
    quantity=st.integers(0, 1_000_000),
    handling_days=st.none() | st.integers(0, 30),
)


def level(sku="MUG", quantity=7, days=None, sites=(DE,)):
    return StockLevel(sku, sites, quantity, days)


def issue(text="No.", number=None, sku=None, severity="ERROR", code="13013"):
    values = {"messageId": number, "sku": sku, "code": code}
    given_ = {name: value for name, value in values.items() if value is not None}
    return {**given_, "severity": severity, "message": text}


def report(*issues, processed=2, accepted=0):
    summary = {
        "errors": len(issues),
        "warnings": 0,
        "messagesProcessed": processed,
        "messagesAccepted": accepted,
        "messagesInvalid": processed - accepted,
    }
    return json.dumps({"header": {}, "issues": issues, "summary": summary})


class TestBuildStock(PureCase):
    def value(self, one):
        [patch] = stock.patch_body(one)["patches"]
        self.assertEqual(patch["path"], "/attributes/fulfillment_availability")
        [value] = patch["value"]
        return patch["op"], value

    def test_the_handling_time_goes_with_the_quantity(self):
        op, value = self.value(level(days=3))
        self.assertEqual(op, "merge")
        self.assertEqual(
            value,
            {
                "fulfillment_channel_code": "DEFAULT",
                "quantity": 7,
                "lead_time_to_ship_max_days": 3,
            },
        )
        self.assertEqual(self.value(level(days=0))[1]["lead_time_to_ship_max_days"], 0)

    def test_without_a_handling_time_the_one_at_amazon_stays(self):
        op, value = self.value(level())
        self.assertEqual(op, "merge")
        self.assertNotIn("lead_time_to_ship_max_days", value)

    @given(levels, st.sampled_from(["PRODUCT", "CUTTING_BOARD"]))
    def test_every_patch_fits_amazons_model(self, one, kind):
        model = amazon_model("listingsItems_2021-08-01.json")
        schema = {
            "$ref": "#/definitions/ListingsItemPatchRequest",
            "definitions": model["definitions"],
        }
        Draft4Validator(schema).validate(stock.patch_body(one, kind))

    @given(st.lists(levels, min_size=1, max_size=5, unique_by=lambda one: one.sku))
    def test_every_feed_fits_amazons_schema_and_names_each_sku(self, many):
        feed = json.loads(stock.feed_body(tuple(many), SELLER))
        Draft7Validator(amazon_schema("listings-feed-schema-v2.json")).validate(feed)
        messages = feed["messages"]
        self.assertEqual([each["sku"] for each in messages], [o.sku for o in many])
        numbers = [each["messageId"] for each in messages]
        self.assertEqual(numbers, list(range(1, len(many) + 1)))
        quantities = [each["patches"][0]["value"][0]["quantity"] for each in messages]
        self.assertEqual(quantities, [one.quantity for one in many])

    def test_the_largest_feed_is_small_enough_for_amazon(self):
        many = tuple(level(f"{n:040}", 1_000_000, 30) for n in range(25_000))
        self.assertLess(len(stock.feed_body(many, SELLER)), 10 * 2**20)
        with self.assertRaises(Refused):
            stock.feed_body((*many, level()), SELLER)
        wide = tuple(level("箱" * 130 + str(n)) for n in range(20_000))
        with self.assertRaises(Refused):
            stock.feed_body(wide, SELLER)

    def test_a_feed_is_for_the_same_sites(self):
        self.assertEqual(stock.sites_of((level(), level("LAMP"))), (DE,))
        with self.assertRaises(Refused):
            stock.sites_of((level(), level("LAMP", sites=(DE, FR))))


class TestFeedResult(PureCase):
    def receipt(self, *issues, **summary):
        both = (level("A"), level("B"))
        return stock.feed_receipt(both, {"feedId": "5"}, report(*issues, **summary))

    def refused(self, receipt):
        return {each.sku: each.message for each in receipt.verdicts}

    def test_what_is_refused_is_told_by_sku(self):
        receipt = self.receipt(
            issue("Not known.", 2, "B"), issue("Nor this.", 2, "B"), accepted=1
        )
        self.assertEqual((receipt.state, receipt.reference), ("done", "5"))
        words = "Not known. (13013) Nor this. (13013)"
        self.assertEqual(self.refused(receipt), {"B": words})
        self.assertEqual({each.state for each in receipt.verdicts}, {"refused"})

    def test_the_number_of_the_message_tells_the_sku_where_amazon_does_not(self):
        self.assertEqual(list(self.refused(self.receipt(issue(number=1)))), ["A"])
        self.assertEqual(list(self.refused(self.receipt(issue(sku="B")))), ["B"])

    def test_warnings_refuse_nothing(self):
        receipt = self.receipt(issue(number=1, severity="WARNING"), accepted=2)
        self.assertEqual((receipt.state, receipt.verdicts), ("done", ()))

    def test_an_error_of_the_whole_feed_refuses_it(self):
        receipt = self.receipt(issue("No such seller."))
        self.assertEqual(receipt.state, "refused")
        self.assertEqual(receipt.message, "No such seller. (13013)")

    def test_amazons_own_example(self):
        name = "listings-feed-processing-report-schema-v2.example.json"
        text = json.dumps(amazon_schema(name))
        many = tuple(level(f"My-SKU-{letter}") for letter in "ABCDE")
        receipt = stock.feed_receipt(many, {"feedId": "5"}, text)
        # It numbers the messages of its SKUs from elsewhere; the number counts.
        self.assertEqual(list(self.refused(receipt)), ["My-SKU-D", "My-SKU-E"])

    def test_what_is_no_result_is_refused(self):
        for text in ("<xml/>", "[]", "{}", '{"summary": {}, "issues": []}'):
            with self.assertRaises(Refused):
                stock.feed_receipt((level(),), {"feedId": "5"}, text)


class TestShown(PureCase):
    def receipt(self, *availability, reference="S1", quantity=7, issues=()):
        item = {"fulfillmentAvailability": list(availability), "issues": list(issues)}
        return stock.shown_receipt(level(quantity=quantity), item, reference)

    def mine(self, **quantity):
        return {"fulfillmentChannelCode": "DEFAULT", **quantity}

    def test_done_is_what_amazon_shows(self):
        receipt = self.receipt(self.mine(quantity=7))
        [verdict] = receipt.verdicts
        self.assertEqual((receipt.state, verdict.shown), ("done", 7))

    def test_accepted_is_not_shown_yet(self):
        receipt = self.receipt(self.mine(quantity=5))
        [verdict] = receipt.verdicts
        self.assertEqual((receipt.state, receipt.reference), ("waiting", "S1"))
        self.assertEqual((verdict.state, verdict.shown), ("waiting", 5))
        self.assertIsNone(self.receipt().verdicts[0].shown)

    def test_a_quantity_whose_answer_was_lost_may_be_told_again(self):
        self.assertEqual(self.receipt(reference="").state, "unknown")
        shown = self.receipt(self.mine(quantity=7), reference="")
        self.assertEqual(shown.state, "done")

    def test_none_left_may_be_told_as_nothing(self):
        self.assertEqual(self.receipt(self.mine(), quantity=0).state, "done")

    def test_what_amazon_found_wrong_later(self):
        wrong = issue("Too many.") | {"attributeNames": ["fulfillment_availability"]}
        other = issue("No picture.") | {"attributeNames": ["main_image"]}
        self.assertEqual(self.receipt(issues=[other]).state, "waiting")
        receipt = self.receipt(self.mine(quantity=5), issues=[other, wrong])
        self.assertEqual(receipt.state, "refused")
        self.assertEqual(receipt.message, "Too many. (13013)")

    def test_what_amazon_ships_is_refused(self):
        receipt = self.receipt({"fulfillmentChannelCode": "AMAZON_EU"})
        self.assertEqual(receipt.state, "refused")
        self.assertIn("Amazon ships MUG", receipt.message)
