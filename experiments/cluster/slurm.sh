#!/bin/bash
# A Slurm job array: every task takes its share of an experiment's runs. What stands behind the script is what "pnpm exp" is given:
#
#   sbatch experiments/cluster/slurm.sh all --preset laptop --train data/train400 --test data/set12      twelve tasks
#   sbatch --array=1-216 experiments/cluster/slurm.sh all --preset laptop …                               a run a task
#   sbatch --cpus-per-task=8 experiments/cluster/slurm.sh denoising                                      Table 4
#
# A task that is stopped, or that Slurm queues again, goes on from its checkpoints: submit the same again, with the whole array,
# whose size says what a task's share is.
#SBATCH --job-name=nlrn
#SBATCH --array=1-12
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --mem=8G
#SBATCH --time=08:00:00
#SBATCH --requeue
# SIGINT, to this script, two minutes before the end: the present step is finished and a checkpoint written.
#SBATCH --signal=B:INT@120
#SBATCH --output=nlrn-%A_%a.log
# A task that is queued again goes on in the same log.
#SBATCH --open-mode=append

set -euo pipefail

if [ $# = 0 ]; then
  echo "slurm.sh: what is to be run is missing, such as: sbatch $0 all --preset laptop --train DIR --test DIR" >&2
  exit 1
fi

# The repository on a file system that all nodes share, installed once: npx -y pnpm@12 install && npx -y pnpm@12 build
cd "${REPOSITORY:-$SLURM_SUBMIT_DIR}"

# exec: the program takes this script's place, and its signals.
exec node_modules/.bin/node --import tsx experiments/cli.ts "$@" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_MAX" \
  --threads "$SLURM_CPUS_PER_TASK"
