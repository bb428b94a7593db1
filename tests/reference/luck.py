"""Random numbers as functions of what is drawn (docs/model.md, "Luck"): Philox 4x32-10 and inverse distributions."""
import hashlib
import math

from scipy import special

PARAMETER, NULL_PROGRAM, SOURCE, MARKET, PARTNER, LEVEL, ROUND, ACTIVITY, CLAIM, OPT_IN = range(1, 11)

MASK = 0xFFFFFFFF


def philox(counter, key):
    """Four words of 32 bits from a counter of four and a key of two (Salmon et al. 2011, ten rounds)."""
    c, k = list(counter), list(key)
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(second >> 32) ^ c[1] ^ k[0], second & MASK, (first >> 32) ^ c[3] ^ k[1], first & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


def entity(*names):
    """The 64-bit hash of a name, or of a pair of names."""
    digest = hashlib.sha256("\x1f".join(names).encode()).digest()
    return int.from_bytes(digest[:8], "little")


def words(seed, name, replication, purpose, month=0, index=0):
    counter = name & MASK, name >> 32, replication, purpose << 24 | month << 8 | index
    return philox(counter, (seed & MASK, seed >> 32))


def uniform(word):
    return (word + 0.5) * 2.0**-32


def uniforms(seed, name, replication, purpose, month=0, index=0):
    """The draw's four uniforms."""
    return [uniform(word) for word in words(seed, name, replication, purpose, month, index)]


def normal(u):
    return float(special.ndtri(u))


def normal_cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def student_t(freedom, u):
    """Through the beta distribution, in which scipy's inverse keeps its digits near the middle and in the tails."""
    tail = min(u, 1 - u)
    x = float(special.betaincinv(0.5 * freedom, 0.5, 2 * tail))  # freedom / (freedom + t²)
    rest = float(special.betaincinv(0.5, 0.5 * freedom, 1 - 2 * tail))
    t = math.sqrt(freedom * rest / x)
    return -t if u < 0.5 else t


def least_count(probability, ratio, u, most=None):
    """The least k with P(X <= k) >= u, from P(X = 0) and P(X = k + 1) / P(X = k)."""
    k, below = 0, probability
    while below < u and k != most:
        probability *= ratio(k)
        k += 1
        below += probability
    return k


def poisson(mean, u):
    return least_count(math.exp(-mean), lambda k: mean / (k + 1), u)


def binomial(n, p, u):
    if p >= 1:
        return n
    return least_count((1 - p)**n, lambda k: (n - k) / (k + 1) * p / (1 - p), u, n)
