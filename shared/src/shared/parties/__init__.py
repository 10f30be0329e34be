"""Who an event is about: the platform's rule, and the small projection that applies it.

A party is a contact by its id, else by any address or phone a contact has, else by one it once had. A merged-away id leads to the
survivor. What resolves to nobody is parked (`contact_ids` is empty) and resolved when a contact or an address appears.

What a person decided themself is filed by lasting keys, and reaches more: everybody who has the address or ever had it.
"""

from shared.parties.directory import Directory
from shared.parties.followers import BY_CONTACT, BY_PARTY, Follower, resolved, said_at
from shared.parties.index import PartyIndex
from shared.parties.keys import contact_key, keys_of, lasting_keys_of, mark, marks_of, phone_key
from shared.parties.known import Known
from shared.parties.person import Audience
from shared.parties.written import email_key, emails_in, mentions_in

__all__ = [
    "BY_CONTACT", "BY_PARTY", "Audience", "Directory", "Follower", "Known", "PartyIndex", "contact_key", "email_key", "emails_in",
    "keys_of", "lasting_keys_of", "mark", "marks_of", "mentions_in", "phone_key", "resolved", "said_at",
]  # fmt: skip
