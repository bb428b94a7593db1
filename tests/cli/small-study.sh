# The demo world at a size for tests, and its study: sourced by tests of `run`.
rehearse synth --partners 60 --seed 5 -q -o world >/dev/null
rehearse import world/ledger.csv --partners world/partners.csv --targets world/targets.csv -q -o history.h5 >/dev/null
cp -r "$SOURCE/scenarios/demo/programs" "$SOURCE/scenarios/demo/study.yaml" .
