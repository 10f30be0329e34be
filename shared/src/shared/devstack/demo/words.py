"""The word lists everything invented is drawn from."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN_NAMES = _words("""
    Abigail Adaeze Adrian Agnes Ahmed Aiko Alasdair Alejandra Alexander Alice Amara Amelie Andrew Anneliese Anthony Arjun Astrid
    Barbara Beatriz Benjamin Birgit Bogdan Brigid Camille Catherine Cedric Charlotte Chiara Chinedu Christopher Clara Connor
    Daisuke Daniel Deborah Deepika Dimitri Dolores Edward Eleanor Elif Elizabeth Emeka Emilia Enrique Esther Ewa Farah Felix Fiona
    Florian Frederick Freya Gabriel Genevieve Gerald Giulia Gregory Greta Hannah Harriet Hassan Heather Helena Henrik Hiroshi
    Ibrahim Imogen Ingrid Isabel Ivan Jacqueline James Jasmine Jennifer Jerome Joanna Jonathan Joseph Judith Julian Kaito
    Katarzyna Kathleen Kenneth Kwame Lars Laura Lawrence Leila Leonard Lin Lucia Ludovic Magdalena Malcolm Marcus Margaret Mariana
    Matthew Mehmet Michael Miriam Mohammed Nadia Naomi Natalia Nathaniel Nicholas Nikhil Noor Olga Oliver Olumide Pamela Patricia
    Patrick Penelope Peter Philippa Priya Rachel Raymond Rebecca Richard Robert Rosalind Rupert Samantha Samuel Sandra Santiago
    Saoirse Sebastian Sigrid Simone Stephen Susan Sven Tamsin Tatiana Theodore Thomas Tomasz Ursula Valentina Victoria Vikram
    Vincent Wei William Xenia Yasmin Yusuf Zachary Zofia
""")

NICKNAMES = {
    "Abigail": "Abby", "Alexander": "Alex", "Andrew": "Andy", "Anthony": "Tony", "Barbara": "Barb", "Benjamin": "Ben",
    "Catherine": "Kate", "Charlotte": "Lottie", "Christopher": "Chris", "Daniel": "Dan", "Deborah": "Debbie", "Edward": "Ted",
    "Eleanor": "Nell", "Elizabeth": "Liz", "Frederick": "Fred", "Gabriel": "Gabe", "Gerald": "Gerry", "Gregory": "Greg",
    "James": "Jim", "Jennifer": "Jen", "Jonathan": "Jon", "Joseph": "Joe", "Kathleen": "Kathy", "Kenneth": "Ken",
    "Lawrence": "Larry", "Leonard": "Len", "Margaret": "Peggy", "Matthew": "Matt", "Michael": "Mike", "Nathaniel": "Nate",
    "Nicholas": "Nick", "Pamela": "Pam", "Patricia": "Pat", "Patrick": "Paddy", "Penelope": "Penny", "Rebecca": "Becky",
    "Richard": "Dick", "Robert": "Bob", "Samantha": "Sam", "Samuel": "Sam", "Stephen": "Steve", "Susan": "Sue",
    "Theodore": "Theo", "Thomas": "Tom", "Victoria": "Vicky", "Vincent": "Vince", "William": "Bill", "Zachary": "Zach",
}  # fmt: skip

SURNAMES = _words("""
    Abernathy Achterberg Adeyemi Agarwal Albrecht Alvarado Andersson Appleby Aydin Bainbridge Balogun Banerjee Barlow Baumann
    Beaumont Bellweather Bergstrom Bianchi Blackwood Boateng Bonnet Braithwaite Brandt Brennan Buchanan Caldwell Carmichael
    Castellano Chandrasekar Chen Cholmondeley Coombes Cortez Crawford Cunningham Dalgaard Das Delacroix Demir Desrosiers Dietrich
    Donnelly Dubois Duffy Eberhardt Eriksen Estevez Fairbanks Falk Farouk Ferrari Fitzgerald Fontaine Forsythe Fukuda Gallagher
    Garrido Gleeson Goldstein Grabowski Grimaldi Guerrero Gupta Hadley Halvorsen Hargreaves Hartmann Hashimoto Haugen Hendriks
    Hidalgo Holloway Huang Hussain Ibarra Igwe Ishikawa Iyer Jankowski Jensen Kamau Kapoor Karlsson Kavanagh Kelleher Khan
    Kowalczyk Krishnan Kruger Laghari Lambert Larsen Lefebvre Li Lindqvist Lombardi Lund MacAllister Maguire Malik Marchetti Mbeki
    McAllister McGregor Mendoza Mensah Moreau Morozov Mukherjee Nakamura Navarro Nguyen Nordstrom Nowak Nwosu Obi OConnell Okafor
    Oyelaran Ozturk Park Pattison Pelletier Petrov Pinto Popescu Quigley Ramaswamy Rasmussen Reinhardt Ricci Rosenthal Rutherford
    Saito Sandoval Sato Schneider Sedgwick Shaughnessy Silva Sokolov Sorensen Stirling Strand Sundberg Takahashi Tanaka Thackeray
    Thibault Thornbury Tran Underwood Urquhart Valdez Vandenberg Vasquez Villanueva Wagner Walczak Wallace Weatherby Whitcombe
    Wiśniewski Yamada Yilmaz Zafar Zhang Zielinski Zimmermann
""")

COMPANY_FIRST = _words("""
    Alder Amber Anchor Ashgrove Basalt Beacon Birch Bluestem Bramble Brightwater Cairn Calder Cedar Cinder Clearford Cobalt Copper
    Coral Crestline Delta Drift Elmwood Ember Fairhaven Falcon Fenwick Flint Foxglove Garnet Glasshouse Granite Greyfriars Harbour
    Hawthorn Heron Hollin Indigo Ironbridge Juniper Kestrel Kingfisher Lakeland Lantern Larch Linden Lodestar Maple Marlow
    Meridian Millrace Moorland Nimbus Northgate Oakfield Onyx Orchard Osprey Pinnacle Quarry Quill Ravenswood Redwood Rowan
    Saffron Sable Saltmarsh Sandpiper Seaglass Silverdale Slate Sparrow Stonebridge Summit Tamarind Thistle Timber Umber Vale
    Verdant Wayfarer Westmere Willow Windrose Wren Yarrow Zephyr
""")
COMPANY_SECOND = _words("""
    Analytics Architects Aviation Bakeries Biotech Brewing Ceramics Clinics Coatings Components Construction Dairy Dental
    Diagnostics Engineering Farms Fittings Foods Freight Furniture Gardens Glass Hotels Imaging Instruments Joinery Laboratories
    Logistics Marine Media Metals Optics Outdoors Packaging Paper Pharma Plastics Printing Properties Publishing Rail Robotics
    Seeds Shipping Software Solar Studios Surveyors Systems Textiles Timber Tooling Toys Travel Veterinary Water Wind Works
""")
LEGAL_FORMS = {
    "US": ("Inc.", "LLC", "Corp."),
    "GB": ("Ltd", "plc", "LLP"),
    "DE": ("GmbH", "AG", "KG"),
    "FR": ("SAS", "SARL"),
    "AU": ("Pty Ltd",),
}

COUNTRIES = ("US",) * 11 + ("GB",) * 4 + ("DE",) * 2 + ("FR",) + ("AU",) * 2

CITIES = {
    "US": (("Portland", "OR", "97205"), ("Austin", "TX", "78701"), ("Madison", "WI", "53703"), ("Savannah", "GA", "31401"),
           ("Denver", "CO", "80202"), ("Providence", "RI", "02903"), ("Tucson", "AZ", "85701"), ("Duluth", "MN", "55802")),
    "GB": (("Leeds", "", "LS1 4DY"), ("Bristol", "", "BS1 5TR"), ("Glasgow", "", "G2 1DU"), ("Norwich", "", "NR2 1TF")),
    "DE": (("Hamburg", "", "20095"), ("Leipzig", "", "04109"), ("Freiburg", "", "79098")),
    "FR": (("Lyon", "", "69002"), ("Nantes", "", "44000")),
    "AU": (("Hobart", "TAS", "7000"), ("Fremantle", "WA", "6160"), ("Ballarat", "VIC", "3350")),
}  # fmt: skip
STREETS = _words("""
    Mill Harbour Station Chapel Market Orchard Bridge Church Quarry Garden Foundry Canal Victoria Linden Meadow
""")

US_AREA_CODES = _words("""
    206 303 312 401 404 415 503 512 520 602 608 612 617 704 718 773 804 813 818 847 858 912 913 916 919 952 971 972 973 978
""")

JOB_TITLES = (
    ("Chief Executive Officer", "decision maker"), ("Managing Director", "decision maker"), ("Chief Operating Officer", "decision maker"),
    ("Head of Procurement", "buyer"), ("Purchasing Manager", "buyer"), ("Buyer", "buyer"), ("Finance Director", "billing"),
    ("Accounts Payable Clerk", "billing"), ("Financial Controller", "billing"), ("Plant Manager", "user"), ("Lab Manager", "user"),
    ("Quality Engineer", "user"), ("Process Engineer", "user"), ("Maintenance Lead", "user"), ("IT Manager", "technical"),
    ("Systems Administrator", "technical"), ("Office Manager", "administrator"), ("Executive Assistant", "administrator"),
    ("Project Manager", "user"), ("Marketing Manager", "influencer"),
)  # fmt: skip

TAGS = ("newsletter", "trade-fair", "reseller", "calibration-plan", "pilot", "priority", "imported-2023", "webinar")
