"""What the demo seller offers: household goods of its own brand.

Plain data, so that the demo company in Odoo can be given the same products. A product
is sold on the sites for whose language it has a title and for whose currency a price;
``fba`` names the sites from whose Amazon warehouses it is shipped. Barcodes come from
the range that GS1 leaves to shops' own use.
"""

from .accounts import MARKETPLACES

FBA_EU = ("DE", "FR", "IT", "ES", "NL", "PL")
FBA_NA = ("US", "CA")


def _product(number, sku, kind, grams, fba, prices, **titles):
    code = f"2{number:011}"
    total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(code))
    return {
        "sku": sku,
        "asin": f"B0ACRN{number:04}",
        "barcode": f"{code}{-total % 10}",
        "product_type": kind,
        "weight": grams / 1000,
        "fba": fba,
        "prices": _prices(*prices.split()),
        "titles": titles,
    }


def _prices(eur, gbp, usd, cad="", mxn="", pln="", jpy=""):
    given = {
        "EUR": eur,
        "GBP": gbp,
        "USD": usd,
        "CAD": cad,
        "MXN": mxn,
        "PLN": pln,
        "JPY": jpy,
    }
    return {currency: price for currency, price in given.items() if price}


# fmt: off
PRODUCTS = (
    _product(
        101, "OAK-MUG-4", "MUG", 1480, (), "24.99 21.99 26.99 34.99 499.00 109.99 3480",
        en="Oakleaf Stoneware Mugs, Set of 4, 350 ml, Speckled Grey",
        de="Oakleaf Steingut-Becher, 4er-Set, 350 ml, grau gesprenkelt",
        fr="Oakleaf Lot de 4 mugs en grès, 350 ml, gris moucheté",
        it="Oakleaf Set di 4 tazze in gres, 350 ml, grigio screziato",
        es="Oakleaf Juego de 4 tazas de gres, 350 ml, gris moteado",
        nl="Oakleaf Aardewerken mokken, set van 4, 350 ml, grijs gespikkeld",
        pl="Oakleaf Kubki kamionkowe, zestaw 4 szt., 350 ml, szare nakrapiane",
        ja="Oakleaf ストーンウェア マグカップ 4個セット 350ml グレー",
    ),
    _product(
        102, "OAK-BOARD-L", "CUTTING_BOARD", 1650, FBA_EU,
        "34.90 29.99 37.95 49.99 749.00 149.00 4980",
        en="Oakleaf Oak Chopping Board with Juice Groove, 40 × 28 cm",
        de="Oakleaf Schneidebrett aus Eiche mit Saftrille, 40 × 28 cm",
        fr="Oakleaf Planche à découper en chêne avec rigole, 40 × 28 cm",
        it="Oakleaf Tagliere in rovere con scanalatura, 40 × 28 cm",
        es="Oakleaf Tabla de cortar de roble con ranura, 40 × 28 cm",
        nl="Oakleaf Snijplank van eikenhout met sapgroef, 40 × 28 cm",
        pl="Oakleaf Deska dębowa do krojenia z rowkiem, 40 × 28 cm",
        ja="Oakleaf オーク材 まな板 溝付き 40×28cm",
    ),
    _product(
        103, "OAK-KETTLE-1L", "KETTLE", 1120, (),
        "44.95 39.95 49.95 64.95 949.00 199.00 6480",
        en="Oakleaf Gooseneck Stovetop Kettle, 1.0 l, Brushed Steel",
        de="Oakleaf Schwanenhalskessel für den Herd, 1,0 l, Edelstahl gebürstet",
        fr="Oakleaf Bouilloire col de cygne, 1,0 l, acier brossé",
        it="Oakleaf Bollitore a collo d'oca, 1,0 l, acciaio spazzolato",
        es="Oakleaf Hervidor de cuello de cisne, 1,0 l, acero cepillado",
        nl="Oakleaf Zwanenhalsketel, 1,0 l, geborsteld staal",
        pl="Oakleaf Czajnik z cienką wylewką, 1,0 l, stal szczotkowana",
        ja="Oakleaf 細口ケトル 1.0L ステンレス",
    ),
    _product(
        104, "OAK-TOWEL-2", "TOWEL", 620, FBA_EU + FBA_NA,
        "18.99 16.99 19.99 26.99 389.00 79.99 2680",
        en="Oakleaf Linen Tea Towels, Set of 2, Natural",
        de="Oakleaf Geschirrtücher aus Leinen, 2er-Set, natur",
        fr="Oakleaf Lot de 2 torchons en lin, naturel",
        it="Oakleaf Set di 2 strofinacci in lino, naturale",
        es="Oakleaf Juego de 2 paños de cocina de lino, natural",
        nl="Oakleaf Linnen theedoeken, set van 2, naturel",
        pl="Oakleaf Ściereczki lniane, zestaw 2 szt., naturalne",
        ja="Oakleaf リネン キッチンクロス 2枚セット ナチュラル",
    ),
    _product(
        105, "OAK-LAMP-DESK", "LAMP", 1890, (),
        "59.00 52.00 64.00 84.00 1249.00 259.00 8480",
        en="Oakleaf Dimmable Desk Lamp, Ash Wood, USB-C",
        de="Oakleaf Schreibtischlampe dimmbar, Esche, USB-C",
        fr="Oakleaf Lampe de bureau à intensité variable, frêne, USB-C",
        it="Oakleaf Lampada da tavolo dimmerabile, frassino, USB-C",
        es="Oakleaf Lámpara de escritorio regulable, fresno, USB-C",
        nl="Oakleaf Dimbare bureaulamp, essenhout, USB-C",
        pl="Oakleaf Lampka biurkowa ze ściemniaczem, jesion, USB-C",
        ja="Oakleaf 調光デスクライト アッシュ材 USB-C",
    ),
    _product(
        106, "OAK-BASKET-M", "BASKET", 940, ("DE", "US"),
        "29.95 26.95 32.95 42.95 619.00 129.00",
        en="Oakleaf Seagrass Storage Basket with Lid, Medium",
        de="Oakleaf Aufbewahrungskorb aus Seegras mit Deckel, mittel",
        fr="Oakleaf Panier de rangement en jonc de mer avec couvercle, moyen",
        it="Oakleaf Cesto in giunco marino con coperchio, medio",
        es="Oakleaf Cesta de junco marino con tapa, mediana",
        nl="Oakleaf Opbergmand van zeegras met deksel, middel",
        pl="Oakleaf Kosz z trawy morskiej z pokrywą, średni",
    ),
    _product(
        107, "OAK-CANDLE-3", "CANDLE", 780, FBA_NA, "21.50 18.50 22.50 29.50 439.00",
        en="Oakleaf Soy Wax Candles, Set of 3, Cedar & Sage",
        de="Oakleaf Sojawachskerzen, 3er-Set, Zeder & Salbei",
        fr="Oakleaf Lot de 3 bougies en cire de soja, cèdre et sauge",
        it="Oakleaf Set di 3 candele in cera di soia, cedro e salvia",
        es="Oakleaf Juego de 3 velas de cera de soja, cedro y salvia",
        nl="Oakleaf Sojakaarsen, set van 3, ceder & salie",
    ),
    _product(
        108, "OAK-PAN-26", "FRYING_PAN", 1730, FBA_EU,
        "39.99 34.99 44.99 57.99 849.00 179.00",
        en="Oakleaf Ceramic Frying Pan, 26 cm, Induction",
        de="Oakleaf Keramik-Bratpfanne, 26 cm, Induktion",
        fr="Oakleaf Poêle en céramique, 26 cm, induction",
        it="Oakleaf Padella in ceramica, 26 cm, induzione",
        es="Oakleaf Sartén de cerámica, 26 cm, inducción",
        nl="Oakleaf Keramische koekenpan, 26 cm, inductie",
        pl="Oakleaf Patelnia ceramiczna, 26 cm, indukcja",
    ),
    _product(
        109, "OAK-KNIFE-CHEF", "KNIFE", 310, ("JP",),
        "49.90 44.90 54.90 69.90 1049.00 219.00 6980",
        en="Oakleaf Chef's Knife, 20 cm, Walnut Handle",
        de="Oakleaf Kochmesser, 20 cm, Nussbaumgriff",
        fr="Oakleaf Couteau de chef, 20 cm, manche en noyer",
        it="Oakleaf Coltello da chef, 20 cm, manico in noce",
        es="Oakleaf Cuchillo de chef, 20 cm, mango de nogal",
        nl="Oakleaf Koksmes, 20 cm, handvat van notenhout",
        pl="Oakleaf Nóż szefa kuchni, 20 cm, rękojeść z orzecha",
        ja="Oakleaf シェフナイフ 20cm ウォールナット柄",
    ),
    _product(
        110, "OAK-JAR-6", "CONTAINER", 2150, FBA_EU + FBA_NA,
        "27.95 24.95 29.95 38.95 559.00 119.00",
        en="Oakleaf Glass Spice Jars with Bamboo Lids, Set of 6",
        de="Oakleaf Gewürzgläser mit Bambusdeckel, 6er-Set",
        fr="Oakleaf Lot de 6 bocaux à épices, couvercles en bambou",
        it="Oakleaf Set di 6 barattoli per spezie, coperchi in bambù",
        es="Oakleaf Juego de 6 tarros de especias con tapa de bambú",
        nl="Oakleaf Kruidenpotjes met bamboe deksel, set van 6",
        pl="Oakleaf Słoiczki na przyprawy z bambusową pokrywką, 6 szt.",
    ),
    _product(
        111, "OAK-APRON", "APRON", 430, (),
        "26.00 23.00 28.00 36.00 519.00 109.00 3680",
        en="Oakleaf Cotton Apron with Pockets, Forest Green",
        de="Oakleaf Küchenschürze aus Baumwolle mit Taschen, waldgrün",
        fr="Oakleaf Tablier en coton à poches, vert forêt",
        it="Oakleaf Grembiule in cotone con tasche, verde bosco",
        es="Oakleaf Delantal de algodón con bolsillos, verde bosque",
        nl="Oakleaf Katoenen schort met zakken, bosgroen",
        pl="Oakleaf Fartuch bawełniany z kieszeniami, leśna zieleń",
        ja="Oakleaf コットン エプロン ポケット付き フォレストグリーン",
    ),
    _product(
        112, "OAK-VASE-S", "VASE", 860, FBA_EU, "22.90 19.90 24.90 31.90 469.00 99.90",
        en="Oakleaf Ribbed Ceramic Vase, 18 cm, Off-White",
        de="Oakleaf Keramikvase gerillt, 18 cm, cremeweiß",
        fr="Oakleaf Vase en céramique strié, 18 cm, blanc cassé",
        it="Oakleaf Vaso in ceramica rigato, 18 cm, bianco crema",
        es="Oakleaf Jarrón de cerámica acanalado, 18 cm, blanco roto",
        nl="Oakleaf Geribbelde vaas van keramiek, 18 cm, gebroken wit",
        pl="Oakleaf Wazon ceramiczny ryflowany, 18 cm, złamana biel",
    ),
    _product(
        113, "OAK-THROW-130", "BLANKET", 1240, FBA_NA,
        "54.95 48.95 59.95 78.95 1149.00 239.00",
        en="Oakleaf Merino Wool Throw, 130 × 180 cm, Oatmeal",
        de="Oakleaf Wohndecke aus Merinowolle, 130 × 180 cm, hafer",
        fr="Oakleaf Plaid en laine mérinos, 130 × 180 cm, avoine",
        it="Oakleaf Plaid in lana merino, 130 × 180 cm, avena",
        es="Oakleaf Manta de lana merina, 130 × 180 cm, avena",
        nl="Oakleaf Plaid van merinowol, 130 × 180 cm, havermout",
        pl="Oakleaf Koc z wełny merynosów, 130 × 180 cm, owsiany",
    ),
    _product(
        114, "OAK-TRAY-OAK", "SERVING_TRAY", 1080, (),
        "32.50 28.50 34.50 44.50 659.00 139.00",
        en="Oakleaf Serving Tray, Solid Oak, 45 × 30 cm",
        de="Oakleaf Serviertablett, massive Eiche, 45 × 30 cm",
        fr="Oakleaf Plateau de service, chêne massif, 45 × 30 cm",
        it="Oakleaf Vassoio in rovere massello, 45 × 30 cm",
        es="Oakleaf Bandeja de roble macizo, 45 × 30 cm",
        nl="Oakleaf Dienblad, massief eiken, 45 × 30 cm",
        pl="Oakleaf Taca z litego dębu, 45 × 30 cm",
    ),
    _product(
        115, "OAK-COASTER-6", "COASTER", 390, FBA_EU + ("JP",),
        "14.99 12.99 15.99 20.99 299.00 64.99 1980",
        en="Oakleaf Cork Coasters, Set of 6, Round",
        de="Oakleaf Untersetzer aus Kork, 6er-Set, rund",
        fr="Oakleaf Lot de 6 dessous de verre en liège, ronds",
        it="Oakleaf Set di 6 sottobicchieri in sughero, rotondi",
        es="Oakleaf Juego de 6 posavasos de corcho, redondos",
        nl="Oakleaf Onderzetters van kurk, set van 6, rond",
        pl="Oakleaf Podkładki korkowe, zestaw 6 szt., okrągłe",
        ja="Oakleaf コルク コースター 6枚セット 丸型",
    ),
    _product(
        116, "OAK-CARAFE", "CARAFE", 720, (), "28.90 25.90 31.90 40.90 599.00 124.90",
        en="Oakleaf Borosilicate Water Carafe with Cork Lid, 1.2 l",
        de="Oakleaf Wasserkaraffe aus Borosilikatglas mit Korken, 1,2 l",
        fr="Oakleaf Carafe à eau en borosilicate, bouchon en liège, 1,2 l",
        it="Oakleaf Caraffa in borosilicato con tappo in sughero, 1,2 l",
        es="Oakleaf Jarra de borosilicato con tapón de corcho, 1,2 l",
        nl="Oakleaf Waterkaraf van borosilicaatglas met kurk, 1,2 l",
        pl="Oakleaf Karafka ze szkła borokrzemowego z korkiem, 1,2 l",
    ),
    _product(
        117, "OAK-HOOKS-5", "HOOK", 340, FBA_EU + FBA_NA,
        "16.50 14.50 17.50 22.50 339.00 71.50",
        en="Oakleaf Wall Hooks, Beech, Set of 5",
        de="Oakleaf Wandhaken, Buche, 5er-Set",
        fr="Oakleaf Lot de 5 patères murales, hêtre",
        it="Oakleaf Set di 5 ganci da parete, faggio",
        es="Oakleaf Juego de 5 ganchos de pared, haya",
        nl="Oakleaf Wandhaken, beuken, set van 5",
        pl="Oakleaf Haczyki ścienne, buk, zestaw 5 szt.",
    ),
    _product(
        118, "OAK-CLOCK-30", "CLOCK", 970, (),
        "42.00 37.00 46.00 59.00 889.00 184.00 5980",
        en="Oakleaf Silent Wall Clock, Walnut, 30 cm",
        de="Oakleaf Wanduhr lautlos, Nussbaum, 30 cm",
        fr="Oakleaf Horloge murale silencieuse, noyer, 30 cm",
        it="Oakleaf Orologio da parete silenzioso, noce, 30 cm",
        es="Oakleaf Reloj de pared silencioso, nogal, 30 cm",
        nl="Oakleaf Stille wandklok, notenhout, 30 cm",
        pl="Oakleaf Cichy zegar ścienny, orzech, 30 cm",
        ja="Oakleaf 静音 掛け時計 ウォールナット 30cm",
    ),
    _product(
        119, "OAK-SOAP-DISH", "SOAP_DISH", 260, FBA_EU, "11.90 9.90 12.90 16.90",
        en="Oakleaf Soap Dish with Drainage, Terrazzo",
        de="Oakleaf Seifenschale mit Ablauf, Terrazzo",
        fr="Oakleaf Porte-savon avec écoulement, terrazzo",
        it="Oakleaf Portasapone con scolo, terrazzo",
        es="Oakleaf Jabonera con drenaje, terrazo",
        nl="Oakleaf Zeepbakje met afvoer, terrazzo",
    ),
    _product(
        120, "OAK-BREADBOX", "BREAD_BOX", 2480, (),
        "64.90 57.90 69.90 89.90 1349.00 279.00",
        en="Oakleaf Bread Box, Steel with Bamboo Board",
        de="Oakleaf Brotkasten, Stahl mit Bambusbrett",
        fr="Oakleaf Boîte à pain, acier et planche en bambou",
        it="Oakleaf Portapane in acciaio con tagliere di bambù",
        es="Oakleaf Panera de acero con tabla de bambú",
        nl="Oakleaf Broodtrommel, staal met bamboe plank",
        pl="Oakleaf Chlebak stalowy z deską bambusową",
    ),
    _product(
        121, "OAK-GRINDER", "PEPPER_MILL", 540, FBA_NA,
        "31.00 27.00 33.00 43.00 629.00 134.00 4280",
        en="Oakleaf Salt & Pepper Mills, Acacia, Set of 2",
        de="Oakleaf Salz- und Pfeffermühle, Akazie, 2er-Set",
        fr="Oakleaf Lot de 2 moulins à sel et poivre, acacia",
        it="Oakleaf Set di 2 macinini sale e pepe, acacia",
        es="Oakleaf Juego de 2 molinillos de sal y pimienta, acacia",
        nl="Oakleaf Peper- en zoutmolen, acacia, set van 2",
        pl="Oakleaf Młynki do soli i pieprzu, akacja, 2 szt.",
        ja="Oakleaf ソルト&ペッパーミル アカシア 2本セット",
    ),
    _product(
        122, "OAK-LUNCHBOX", "LUNCH_BOX", 480, FBA_EU,
        "23.95 20.95 25.95 33.95 489.00 104.00 3280",
        en="Oakleaf Stainless Steel Lunch Box, 2 Tiers",
        de="Oakleaf Brotdose aus Edelstahl, 2 Etagen",
        fr="Oakleaf Boîte à déjeuner en inox, 2 étages",
        it="Oakleaf Portapranzo in acciaio inox, 2 livelli",
        es="Oakleaf Fiambrera de acero inoxidable, 2 niveles",
        nl="Oakleaf Lunchbox van roestvrij staal, 2 lagen",
        pl="Oakleaf Pojemnik na lunch ze stali, 2 poziomy",
        ja="Oakleaf ステンレス 弁当箱 2段",
    ),
    _product(
        123, "OAK-PLANTER-20", "PLANTER", 1560, (),
        "27.50 24.50 29.50 38.50 549.00 117.50",
        en="Oakleaf Planter with Saucer, Terracotta, 20 cm",
        de="Oakleaf Blumentopf mit Untersetzer, Terrakotta, 20 cm",
        fr="Oakleaf Pot de fleurs avec soucoupe, terre cuite, 20 cm",
        it="Oakleaf Vaso con sottovaso, terracotta, 20 cm",
        es="Oakleaf Maceta con plato, terracota, 20 cm",
        nl="Oakleaf Bloempot met schotel, terracotta, 20 cm",
        pl="Oakleaf Doniczka z podstawką, terakota, 20 cm",
    ),
    _product(
        124, "OAK-SHELF-60", "SHELF", 2260, ("US",), "36.90 32.90 39.90 51.90 769.00",
        en="Oakleaf Floating Shelf, Oak Veneer, 60 cm",
        de="Oakleaf Wandregal schwebend, Eichenfurnier, 60 cm",
        fr="Oakleaf Étagère flottante, placage chêne, 60 cm",
        it="Oakleaf Mensola sospesa, impiallacciata rovere, 60 cm",
        es="Oakleaf Balda flotante, chapa de roble, 60 cm",
        nl="Oakleaf Zwevende wandplank, eikenfineer, 60 cm",
    ),
)
# fmt: on


def sites_of(product):
    """The codes of the marketplaces it is sold on."""
    return tuple(
        code
        for code, marketplace in MARKETPLACES.items()
        if marketplace.language[:2] in product["titles"]
        and marketplace.currency in product["prices"]
    )


def more(count):
    """Further products, for measuring: variants of the ones above."""
    for number in range(count):
        product = PRODUCTS[number % len(PRODUCTS)]
        variant = f"{number:05}"
        yield product | {
            "sku": f"{product['sku']}-{variant}",
            "asin": f"B0AC{variant:0>6}",
            "barcode": "",
            "titles": {
                language: f"{title} ({variant})"
                for language, title in product["titles"].items()
            },
        }
