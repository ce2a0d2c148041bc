#!/bin/bash
# A Slurm job array: every task trains its share of the runs.
#
#   sbatch experiments/cluster/slurm.sh                       twelve tasks
#   sbatch --array=1-60 experiments/cluster/slurm.sh          one run a task, at the preset laptop
#
# A task that is stopped, or that Slurm queues again, goes on from its checkpoints: submit the same again.
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

set -euo pipefail

# The repository on a file system that all nodes share, installed once: npx -y pnpm@12 install && npx -y pnpm@12 build
cd "${REPOSITORY:-$SLURM_SUBMIT_DIR}"

# exec: the program takes this script's place, and its signals.
exec node_modules/.bin/node --import tsx experiments/cli.ts "${EXPERIMENT:-all}" \
  --preset "${PRESET:-laptop}" \
  --train "${TRAIN:-data/train400}" \
  --test "${TEST:-data/set12}" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_MAX" \
  --threads "$SLURM_CPUS_PER_TASK"
