# The history of the whole demo world, and the folder of patterns with its study, for their tests; sourced.
cp -r "$SOURCE/scenarios/patterns" patterns
cd patterns || exit
rehearse synth -q -o world
rehearse import world/ledger.csv --partners world/partners.csv --targets world/targets.csv -q -o history.h5
