"""What the parts of the Numba peer share: how they are compiled, what sums are of, and the records of numbers."""
import collections
import os
import sys

import numba

FASTMATH = "--fastmath" in sys.argv
jit = numba.njit(fastmath=FASTMATH, error_model="numpy", cache="NUMBA_CACHE_DIR" in os.environ)

LATE_DAYS = 20.0  # after the due date
UNDRAWN, NOT_CLAIMED = -2.0, -1.0  # in place of days to a payment
REVENUE, VENDOR, STOCK, STOCK_VENDOR, RETURNED, DISPLACED, OWN, ELIGIBLE, NUM_FLOWS = range(9)
PAYABLE, CLAIMED, CLAIMS, WINDFALL, SALE_DAYS, PAID, WRONG, NUM_DUES = range(8)
OPEN, EARNING, BASELINE, PARTICIPATING, LEFT, TRUST, NUM_PEOPLE = range(7)

# Plain numbers of the type that is computed with, so that nothing is widened on the way.
Numbers = collections.namedtuple("Numbers", (
    "zero one half two money per_money clamp raised least most least_level days undrawn not_claimed resting span "
    "least_others least_lift over slack far"))
Study = collections.namedtuple("Study", (
    "num_programs reference history_months phase first_offset block_months follow month_of_year log_growth growth_sd "
    "num_groups displaces trusts errs reaches strives leaves"))
