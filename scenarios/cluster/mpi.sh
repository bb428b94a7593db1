#!/usr/bin/env bash
# A study over the ranks of one job of Slurm; it needs a rehearse that was built with MPI:
#
#   sbatch scenarios/cluster/mpi.sh study.yaml results.h5
#
#SBATCH --job-name=rehearse
#SBATCH --ntasks=8
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail
study=${1:?"usage: sbatch mpi.sh STUDY RESULTS.h5"} results=${2:?"usage: sbatch mpi.sh STUDY RESULTS.h5"}
if [[ -e $results ]]; then exit 0; fi # made before it was put back in the queue
exec mpirun rehearse run "$study" --threads "${SLURM_CPUS_PER_TASK:-1}" -o "$results" --resume
