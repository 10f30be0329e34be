"""Words that say nothing about who somebody is: shared mailboxes, providers, legal forms, and the long and short of the rest.

Our own lists, of what the platform's customers meet; a word missing here costs a comparison some weight, never its soundness.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROLE_MAILBOXES = _words(
    "abuse accounting accounts admin administrator ap ar billing bookings careers contact customerservice einkauf enquiries finance "
    "frontdesk hello help helpdesk hr info inquiries invoices invoicing jobs kontakt legal mail mailbox marketing media noreply "
    "no-reply office operations orders order payments payroll postmaster press privacy procurement purchasing reception sales "
    "service shop support team webmaster welcome"
)
FREE_MAIL = _words(
    "aol.com gmail.com googlemail.com gmx.de gmx.net hotmail.co.uk hotmail.com icloud.com live.com mac.com mail.com mail.ru me.com msn.com "
    "outlook.com proton.me protonmail.com qq.com t-online.de web.de yahoo.co.uk yahoo.com yahoo.de yahoo.fr yandex.com yandex.ru "
    "zoho.com comcast.net verizon.net att.net sbcglobal.net btinternet.com orange.fr free.fr libero.it 163.com"
)
LEGAL_FORMS = _words(
    "ab ag aps as asa bv co company corp corporation doo eood gmbh group grp holding inc incorporated kft kg kk limited llc llp lp ltd "
    "nv ohg oy oyj plc pllc pty pvt sa sarl sas se sl spa spzoo srl sro ug zrt"
)
SHORTENED = {
    "assoc": "associates", "comm": "communications", "comms": "communications", "cons": "consulting", "constr": "construction",
    "dev": "development", "ed": "education", "edu": "education", "eng": "engineering", "fin": "financial", "gen": "general",
    "ind": "industries", "inds": "industries", "ins": "insurance", "intl": "international", "lab": "laboratories",
    "labs": "laboratories", "mfg": "manufacturing", "mgmt": "management", "mgt": "management", "mktg": "marketing", "mkt": "marketing",
    "natl": "national", "pharma": "pharmaceuticals", "prop": "properties", "props": "properties", "serv": "services", "soln": "solutions",
    "solns": "solutions", "sols": "solutions", "svc": "services", "svcs": "services", "sys": "systems", "tech": "technologies",
    "technology": "technologies", "univ": "universal",
}  # fmt: skip
STREET_WORDS = {
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "lane": "ln", "drive": "dr", "boulevard": "blvd", "court": "ct",
    "place": "pl", "terrace": "ter", "way": "wy", "circle": "cir", "crescent": "cres", "highway": "hwy", "parkway": "pkwy",
    "square": "sq", "close": "cl", "north": "n", "south": "s", "east": "e", "west": "w", "strasse": "str", "apartment": "apt",
    "suite": "apt", "ste": "apt", "unit": "apt", "flat": "apt", "number": "apt", "no": "apt", "saint": "st",
}  # fmt: skip
