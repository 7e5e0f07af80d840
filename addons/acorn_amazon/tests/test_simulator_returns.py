"""The local Amazon: returns, as tests and demos make them and as reports tell them."""

from datetime import timedelta

from ..simulator import World
from ..simulator.clock import Clock, iso
from ..simulator.snapshot import dump, load
from .test_simulator import START
from .test_simulator_reports import DE, ReportCase

FBM = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
FBA = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"


class TestReturns(ReportCase):
    def sold(self, by="MERCHANT", status="SHIPPED"):
        order = self.world.place_order(
            [{"sku": "OAK-MUG-4", "quantity": 2, "price": "10.00"}],
            "DE",
            status=status,
            fulfilled_by=by,
        )
        return order["orderId"]

    def test_a_return_from_the_request_to_the_refund(self):
        order = self.sold()
        number = self.world.request_return(order, quantity=2, reason="DEFECTIVE")[
            "number"
        ]
        [row] = self.rows(FBM, DE)
        self.assertEqual(row["Order ID"], order)
        self.assertEqual(row["Return request status"], "Pending")
        self.assertEqual(row["Return Reason"], "CR-DEFECTIVE")
        self.assertEqual(row["Return quantity"], "2")
        self.assertRegex(row["Return request date"], r"^\d\d-[A-Z][a-z]{2}-20\d\d$")
        self.world.approve_return(number, tracking="RET1")
        [row] = self.rows(FBM, DE)
        self.assertEqual(row["Return request status"], "Approved")
        self.assertEqual((row["Tracking ID"], row["Label cost"]), ("RET1", "4.14"))
        self.world.change_return(number, delivered=iso(START))
        self.world.refund_return(number)
        [row] = self.rows(FBM, DE)
        self.assertEqual(row["Return request status"], "Completed")
        self.assertEqual(row["Refunded Amount"], "20.00")
        self.assertTrue(row["Return delivery date"])

    def test_what_comes_back_to_amazon(self):
        order = self.sold(by="AMAZON")
        self.world.return_to_amazon(order, disposition="CUSTOMER_DAMAGED")
        self.world.return_to_amazon(order, labelled=False, comment="It hums")
        first, second = self.rows(FBA, DE)
        self.assertEqual(first["detailed-disposition"], "CUSTOMER_DAMAGED")
        self.assertTrue(first["license-plate-number"].startswith("LPN"))
        self.assertEqual(second["license-plate-number"], "")
        self.assertEqual(second["customer-comments"], "It hums")

    def test_each_report_has_its_own_returns_of_the_period(self):
        self.world.request_return(self.sold())
        old = START - timedelta(days=70)
        self.world.request_return(self.sold(), requested=iso(old))
        since = iso(START - timedelta(days=59))
        self.assertEqual(len(self.rows(FBM, DE, dataStartTime=since)), 1)
        self.assertEqual(len(self.rows(FBM, DE)), 2)
        report = self.make_report(FBA, DE)
        self.assertEqual(report["processingStatus"], "CANCELLED")

    def test_what_cannot_come_back(self):
        for order, make in (
            (self.sold(status="UNSHIPPED"), self.world.request_return),
            (self.sold(by="AMAZON"), self.world.request_return),
            (self.sold(), self.world.return_to_amazon),
        ):
            with self.assertRaises(ValueError):
                make(order)
        with self.assertRaises(ValueError):
            self.world.request_return(self.sold(), quantity=3)
        number = self.world.request_return(self.sold())["number"]
        with self.assertRaises(ValueError):
            self.world.change_return(number, status="Lost")

    def test_returns_outlive_a_restart(self):
        self.world.request_return(self.sold())
        again = World.quiet()
        load(again, dump(self.world))
        self.assertEqual(again.show_returns(), self.world.show_returns())

    def test_in_a_living_world_some_things_come_back(self):
        first, second = (
            World(history=200, history_days=8, clock=Clock(START, 0.0)).show_returns()
            for _time in range(2)
        )
        self.assertEqual(first, second)
        self.assertTrue([each for each in first if each.get("by_amazon")])
        to_seller = [each for each in first if not each.get("by_amazon")]
        self.assertTrue([each for each in to_seller if each.get("refunded")])
