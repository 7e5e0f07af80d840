import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.acorn_base.records import DISCOUNT, ITEM, OTHER, SHIPPING

from ..parse.order import parse_order
from .common_pure import PureCase, amazon_model
from .test_parse_order import payload

TYPES = ("ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER", "SOMETHING_NEW")
DECIMALS = {"USD": 2, "EUR": 2, "JPY": 0}


@st.composite
def items(draw):
    """An item as Amazon gives it, in any convention of signs, and what it must mean."""
    currency = draw(st.sampled_from(sorted(DECIMALS)))
    smallest = Decimal(1).scaleb(-DECIMALS[currency])
    amounts = st.integers(0, 10**7).map(lambda number: number * smallest)
    nets = draw(st.dictionaries(st.sampled_from(TYPES), amounts, min_size=1))
    taxes = draw(st.dictionaries(st.sampled_from(TYPES), amounts))
    discount, discount_tax = draw(amounts), draw(amounts)
    signs = draw(st.tuples(*[st.sampled_from((1, -1))] * 2))

    def money(amount):
        return {"amount": str(amount), "currencyCode": currency}

    breakdowns = [{"type": name, "subtotal": money(net)} for name, net in nets.items()]
    breakdowns.append({"type": "DISCOUNT", "subtotal": money(signs[0] * discount)})
    tax = sum(taxes.values(), Decimal(0)) - discount_tax
    details = [{"subtype": name, "value": money(t)} for name, t in taxes.items()]
    details.append({"subtype": "DISCOUNT", "value": money(signs[1] * discount_tax)})
    detailed = {"detailedBreakdowns": draw(st.permutations(details))}
    detailed = detailed if draw(st.booleans()) else {}
    breakdowns.append({"type": "TAX", "subtotal": money(tax), **detailed})
    total = sum(nets.values(), Decimal(0)) - discount + tax
    item = {
        "orderItemId": "1",
        "quantityOrdered": draw(st.integers(1, 5)),
        "product": {"sellerSku": "MUG"},
        "proceeds": {
            "proceedsTotal": money(total),
            "breakdowns": draw(st.permutations(breakdowns)),
        },
    }
    meant = {"total": total, "tax": tax, "discount": discount, "nets": nets}
    return item, meant | {"discount_tax": discount_tax if detailed else None}


def line_of(item):
    data = payload("order_jp_cod")
    data["orderItems"] = [item]
    data["proceeds"] = {}
    return parse_order(json.dumps(data).encode()).lines[0]


class TestParseAmounts(PureCase):
    @given(items())
    def test_charges_add_up_to_amazons_total_in_any_convention(self, case):
        item, meant = case
        line = line_of(item)
        self.assertEqual(line.total, meant["total"])
        self.assertEqual(sum(c.net + c.tax for c in line.charges), meant["total"])
        self.assertEqual(sum(c.tax for c in line.charges), meant["tax"])

    @given(items())
    def test_a_discount_is_negative_and_keeps_its_own_tax(self, case):
        item, meant = case
        charges = {charge.kind: charge for charge in line_of(item).charges}
        discount = charges.get(DISCOUNT)
        self.assertEqual(discount.net if discount else 0, -meant["discount"])
        if meant["discount_tax"] is not None:
            self.assertEqual(discount.tax if discount else 0, -meant["discount_tax"])

    @given(items())
    def test_each_kind_comes_once_the_item_first_and_zeros_not_at_all(self, case):
        item, meant = case
        charges = line_of(item).charges
        kinds = [charge.kind for charge in charges]
        self.assertEqual(kinds[0], ITEM)
        self.assertEqual(len(kinds), len(set(kinds)))
        for charge in charges[1:]:
            self.assertTrue(charge.net or charge.tax)
        others = sum(meant["nets"].get(t, 0) for t in ("OTHER", "SOMETHING_NEW"))
        found = [charge.net for charge in charges if charge.kind == OTHER]
        self.assertEqual(sum(found), others)

    @given(items(), st.sampled_from(("0.01", "-3")))
    def test_figures_of_amazon_that_do_not_fit_are_never_made_to_fit(self, case, off):
        item, _meant = case
        total = item["proceeds"]["proceedsTotal"]
        total["amount"] = str(Decimal(total["amount"]) + Decimal(off))
        line = line_of(item)
        parts = sum(c.net + c.tax for c in line.charges)
        discount = sum(c.net for c in line.charges if c.kind == DISCOUNT)
        # Other than by turning the discount's sign, which Amazon leaves open.
        if 2 * abs(discount) != abs(Decimal(off)):
            self.assertNotEqual(parts, line.total)

    def test_tax_details_that_do_not_add_up_stay_as_given(self):
        item = payload("order_jp_cod")["orderItems"][0]
        item["proceeds"]["breakdowns"][2]["detailedBreakdowns"][0]["value"][
            "amount"
        ] = "7"
        line = line_of(item)
        self.assertEqual([c.tax for c in line.charges], [Decimal(7), Decimal(30)])

    def test_without_a_total_a_discount_is_taken_off(self):
        for sign in ("", "-"):
            item = payload("order_us_merchant")["orderItems"][0]
            del item["proceeds"]["proceedsTotal"]
            item["proceeds"]["breakdowns"][3]["subtotal"]["amount"] = f"{sign}5.00"
            charges = {charge.kind: charge.net for charge in line_of(item).charges}
            self.assertEqual(charges[DISCOUNT], Decimal("-5.00"))

    def test_tax_on_something_without_a_price_is_kept(self):
        item = payload("order_jp_cod")["orderItems"][0]
        item["proceeds"]["breakdowns"][2]["detailedBreakdowns"][1]["subtype"] = (
            "SHIPPING"
        )
        charges = {charge.kind: charge for charge in line_of(item).charges}
        self.assertEqual((charges[SHIPPING].net, charges[SHIPPING].tax), (0, 30))

    def test_every_type_of_the_model_has_a_kind(self):
        model = amazon_model("orders_2026-01-01.json")["definitions"]
        for name, field in (
            ("ItemProceedsBreakdown", "type"),
            ("ItemProceedsDetailedBreakdown", "subtype"),
        ):
            text = model[name]["properties"][field]["description"]
            words = set(text.split("`")[1::2])
            self.assertLessEqual(words - {"TAX", "DISCOUNT"}, set(TYPES))
