#!/usr/bin/env bash
# Builds the program as one file that needs nothing of the system it runs on, not
# even a C library: target/static/chancery-TARGET. Starts it in an empty root.
#
#   scripts/release.sh                              for this processor
#   scripts/release.sh aarch64-unknown-linux-gnu    for 64-bit ARM
#
# Statically linked with glibc (Debian's libc6-dev has what that needs), and not
# with musl, whose allocator is slow with many threads. For ARM, Debian's
# gcc-aarch64-linux-gnu, libc6-dev-arm64-cross, and qemu-user-static to start it.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${1:-x86_64-unknown-linux-gnu}
rustup target add "$target"
# Where the sources and crates lay is nobody's business, and differs.
cargo=${CARGO_HOME:-$HOME/.cargo}
export CFLAGS="-ffile-prefix-map=$PWD=. -ffile-prefix-map=$cargo=cargo"
# mimalloc writes when it was built into the program: gcc takes this for now.
export SOURCE_DATE_EPOCH=0
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
# With a target named, the flags are not those of build scripts and macros.
RUSTFLAGS="-C target-feature=+crt-static --remap-path-prefix=$PWD=. --remap-path-prefix=$cargo=cargo" \
    cargo build --profile dist --locked --package chancery --features columns --target "$target"
program=target/static/chancery-$target
install -D "${CARGO_TARGET_DIR:-target}/$target/dist/chancery" "$program"

# The root has only the devices from which an archive has its ids, and an
# emulator where the program is for another processor.
root=$(mktemp --directory)
trap 'rm -rf "$root"' EXIT
mkdir "$root/dev" && touch "$root"/dev/{random,urandom}
cp "$program" "$root/chancery"
cp examples/09PORTLOUIS214.txt "$root/telegram.txt"
run=(/chancery)
if [[ ${target%%-*} != "$(uname --machine)" ]]; then
    cp "$(command -v "qemu-${target%%-*}-static")" "$root/emulator"
    run=(/emulator /chancery)
fi
start() {
    # shellcheck disable=SC2016 # the inner shell expands these
    unshare --map-root-user --mount sh -c '
        mount --bind /dev/random "$0/dev/random"
        mount --bind /dev/urandom "$0/dev/urandom"
        exec chroot "$0" "$@"
    ' "$root" "${run[@]}" "$@"
}
start annotate /telegram.txt --quiet | grep --quiet '\[LOC Mauritius  \]'
start add /archive /telegram.txt --quiet
start search /archive mauritius | grep --quiet 09PORTLOUIS214
du --apparent-size --block-size=MB "$program"
