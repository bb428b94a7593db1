# A small channel with a program of several incentives, for the tests of `settle`; sourced.
cat > ledger.csv <<'END'
partner_id,date,measure,product,quantity,amount
P1,2015-01-10,revenue,Gin,10,1000
P1,2015-02-10,revenue,Gin,10,1000
P2,2015-01-10,revenue,Rum,5,500
P1,2016-01-10,revenue,Gin,12,1200
P1,2016-02-10,revenue,Gin,8,800
P1,2016-02-20,revenue,Gin,-1,-100
P2,2016-01-15,revenue,Rum,9,900
P2,2016-02-15,revenue,Rum,1,100
P3,2016-02-15,revenue,Gin,3,333.33
P3,2016-02-16,training,,2,
END
cat > partners.csv <<'END'
partner_id,name,segment,region,joined
P1,"Wines, Inc.",Shop,East,2010-01-01
P2,Zoë,Bar,West,2010-01-01
P3,,Shop,West,2016-02-01
END
cat > program.yaml <<'END'
rehearse: program/1
name: Two years
currency: USD
incentives:
  - name: Growth
    behavior: {measure: revenue}
    window: month
    reward: {levels: [{from: 90% of prior_year, rate: 1%}, {from: 110% of prior_year, rate: 5%, flat: 10}]}
    cap: {partner: 15}
  - name: "Gin, by the bottle"
    behavior: {measure: units, product: [Gin]}
    window: month
    reward: {levels: [{from: 0, per_unit: 0.335}], paid_to: rep}
    minimum: 2
  - name: Class
    audience: {segment: [Shop]}
    behavior: {measure: training}
    window: program
    reward: {levels: [{from: 1, flat: 20}]}
budget: {total: 60, reserve: 10%}
END
rehearse import ledger.csv --partners partners.csv -o history.h5 -q
