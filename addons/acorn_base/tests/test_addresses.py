from odoo.tests import BaseCase

from ..addresses import is_po_box, place
from .common import Address

BOXES = """
PO Box 12|P.O. Box 12|P O Box 1234|POBox 7|P.O.Box N° 55|PO BOX: 12|po box #4|PO Box A
P.O. Box 12, Apt 4|PO Box A12|P.O. Bx 3|po-box 3|P.O.B. 12|POB 4021|P.O Box 3
ＰＯ　Ｂｏｘ　１２|GPO Box 2890|G.P.O. Box 77|Post Office Box 8|Postal Box 3
PO Drawer 12|Locked Bag 5|Private Bag 92
Postfach 10 20 30|Postfach|POSTFACH 4|c/o Meier, Postfach 3|Pf. 12
Boîte postale 12|BOITE POSTALE 9|BP 123|B.P. 12|12 rue Haute, BP 44|Case postale 5
Apartado de Correos 12|Apartado 1234|Apartado postal 5|Apdo. 77|Apdo. de Correos 7
Casilla de Correo 12|Caixa Postal 99|Casella Postale 44|Cas. Post. 3
Căsuța poștală 12|Postbus 51|Postboks 1234|Postbox 12|Postilokero 3
Skrytka pocztowa 5|Poštovní přihrádka 5|Postafiók 12|а/я 12|А/Я 5|абонентский ящик 5
Τ.Θ. 123|ص.ب 123|صندوق بريد 12|ת.ד. 12|ת״ד 12
東京中央郵便局私書箱1号|邮政信箱 12|台北郵政信箱12號|北京市100信箱|사서함 12호
"""
STREETS = """
Boxstraße 5|Boxstr. 12|Boxhagener Str. 3|Pobox Road 5|PObox Lane|12 Po Box Hill Road
Box Hill 12|RR 2 Box 12|PSC 802 Box 74|Hotel Post, Box 7|Xbox Ltd|Corso Po, Box auto 3
Packstation 123|DHL Packstation 144|Postfachweg 3|Poststraße 12|Postgasse 3
12 Postal Way|Post Road 12|Mailbox Lane 3|Private Bagley Street|Locked Bagel Shop 4
BPost Street 1|Rue BP|Apartamento 3|Apartment 12|12 Apostle St|Via Apartado
boîte 12|bte 4|12 bus 4|CP 28001|C.P. 06600|Pfarrgasse 12|Pfarrer-Str. 3|Pl. 12
Via Po 12|Poznan 12|Skrytka 3|信箱路12号
"""
# The same words are a PO box in one country and none in another.
LOCAL = [
    ("Box 123", "SE", "US"),
    ("PL 55", "FI", "DE"),
    ("PB 12", "NO", "US"),
    ("C.P. 12", "CH", "ES"),
    ("P.K. 12", "TR", "DE"),
]


def examples(text):
    return [each for line in text.split("\n") for each in line.split("|") if each]


class TestPoBox(BaseCase):
    def test_a_po_box_is_recognised_in_the_words_of_many_countries(self):
        missed = [
            each for each in examples(BOXES) if not is_po_box(Address(lines=(each,)))
        ]
        self.assertEqual(missed, [])

    def test_a_street_that_sounds_like_one_is_none(self):
        false = [
            each for each in examples(STREETS) if is_po_box(Address(lines=(each,)))
        ]
        self.assertEqual(false, [])

    def test_some_words_mean_it_in_some_countries_only(self):
        for words, here, elsewhere in LOCAL:
            self.assertTrue(is_po_box(Address(lines=(words,), country=here)), words)
            self.assertFalse(
                is_po_box(Address(lines=(words,), country=elsewhere)), words
            )

    def test_a_pickup_point_is_made_for_parcels(self):
        self.assertFalse(is_po_box(Address(lines=("Postfach 3",), kind="pickup_point")))

    def test_any_line_may_tell_it_and_a_name_does_not(self):
        self.assertTrue(is_po_box(Address(lines=("1 Main St", "PO Box 3"))))
        self.assertTrue(is_po_box(Address(company="Smith Ltd, PO Box 3")))
        self.assertFalse(is_po_box(Address(name="P. O. Box", lines=("1 Main St",))))


class TestPlace(BaseCase):
    def test_the_same_place_is_written_in_many_ways(self):
        one, same, other = (
            place(Address(lines=(line,), city=city, country="JP"))
            for line, city in (
                ("1 Main St", "Kyōto"),
                ("１ MAIN  St", "KYŌTO"),
                ("2 Main St", "Kyōto"),
            )
        )
        self.assertEqual(one, same)
        self.assertNotEqual(one, other)
