# The demo world at a size for tests, and its study: sourced by tests of `run`.
rehearse synth --partners 60 --seed 5 -q -o world >/dev/null
rehearse import world/ledger.csv --partners world/partners.csv --targets world/targets.csv -q -o history.h5 >/dev/null
cp -r "$SOURCE/scenarios/demo/programs" "$SOURCE/scenarios/demo/study.yaml" .
# wait_for FILE: until the run in the background has made it; a run that ends before is told, and the test fails.
wait_for() {
    until [[ -e $1 ]]; do
        if ! kill -0 $! 2>/dev/null; then
            echo "the run ended before there was $1" >&2
            exit 1
        fi
        sleep 0.1
    done
}
