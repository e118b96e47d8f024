"""What care will cost: estimates, their deadlines, and bills held against them."""
