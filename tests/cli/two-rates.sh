# shellcheck shell=bash
# A channel whose response is known, and the program it answered: sourced by tests of `fit` and of what it leaves to `run`,
# and by ./dev pictures.
#
# 80 partners of two regions sell by luck around a size of their own; from July 2024 on they are offered 3% or 8% by size
# and sell (1 + 0.8 rate / margin)^0.3 times as much.
awk 'BEGIN {
    state = 12345
    print "partner_id,date,measure,product,quantity,amount" > "ledger.csv"
    print "partner_id,name,segment,region,margin" > "partners.csv"
    for (i = 0; i < 80; i++) {
        id = sprintf("P%02d", i)
        size = 1000 * (1 + i % 20)
        printf "%s,Partner %d,%s,%s,%.2f\n", id, i, i % 2 ? "Reseller" : "Retailer", i % 4 < 2 ? "North" : "South", 0.1 + 0.01 * (i % 7) > "partners.csv"
        for (t = 0; t < 36; t++) {
            state = (state * 1103515245 + 12345) % 2147483648
            rate = t < 18 ? 0 : 3 * size < 30000 ? 0.03 : 0.08
            sold = size * (0.6 + 0.8 * state / 2147483648) * (1 + 0.8 * rate / (0.1 + 0.01 * (i % 7))) ^ 0.3
            printf "%s,%d-%02d-15,revenue,Kit,1,%.2f\n", id, 2023 + int(t / 12), 1 + t % 12, sold > "ledger.csv"
        }
    }
}'
cat > program.yaml <<'Y'
rehearse: program/1
name: Two rates
currency: USD
incentives:
  - name: Rebate
    behavior: {measure: revenue}
    window: quarter
    active: {from: 2024-07}
    reward: {bands: marginal, levels: [{from: 0, rate: 3%}, {from: 30k, rate: 8%}]}
    payout: {after: 45 days}
Y
rehearse import ledger.csv --partners partners.csv -q -o history.h5 >/dev/null
