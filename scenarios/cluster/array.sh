#!/usr/bin/env bash
# A study as an array of jobs, each of which simulates some of the replications, and a job that merges what they made:
#
#   REPLICATIONS=1000000 TASKS=100 scenarios/cluster/array.sh study.yaml results.h5
#
# Slurm starts the tasks as nodes come free. One that is killed is put back in the queue and goes on where it was. Merging
# waits for all of them.
set -euo pipefail
study=${1:?"usage: array.sh STUDY RESULTS.h5"} results=${2:?"usage: array.sh STUDY RESULTS.h5"}
replications=${REPLICATIONS:-100000} tasks=${TASKS:-10} threads=${THREADS:-1}
parts=$results.parts
mkdir -p "$parts"

array=$(sbatch --parsable --job-name=rehearse --array="0-$((tasks - 1))" --ntasks=1 --cpus-per-task="$threads" \
    --requeue --open-mode=append --output="$parts/%a.log" ${SBATCH_MORE:-} <<END
#!/usr/bin/env bash
set -euo pipefail
first=\$((SLURM_ARRAY_TASK_ID * $replications / $tasks))
end=\$(((SLURM_ARRAY_TASK_ID + 1) * $replications / $tasks))
part=$(printf %q "$parts")/\$SLURM_ARRAY_TASK_ID.part
if [[ -e \$part ]]; then exit 0; fi # made before
exec rehearse run $(printf %q "$study") --replications "\$first:\$end" --threads $threads -o "\$part" --resume
END
)
sbatch --parsable --job-name=rehearse-merge --dependency="afterok:$array" --ntasks=1 --output="$parts/merge.log" \
    ${SBATCH_MORE:-} <<END
#!/usr/bin/env bash
set -euo pipefail
rehearse merge $(printf %q "$parts")/*.part --replications $replications -o $(printf %q "$results")
END
