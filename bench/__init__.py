"""What the product costs, as ratios against a ceiling or a peer in the same run on the same broker and database."""
