#!/usr/bin/env bash
# Builds the program as one file that needs nothing of the system it runs on, not
# even a C library: target/static/chancery. Starts it in an empty root.
#
# Statically linked with glibc (Debian's libc6-dev has what that needs), and not
# with musl, whose allocator is slow with many threads.
set -euo pipefail
cd "$(dirname "$0")/.."

target=x86_64-unknown-linux-gnu
# With a target named, the flags are not those of build scripts and macros.
RUSTFLAGS='-C target-feature=+crt-static' \
    cargo build --profile dist --locked --package chancery --target $target
program=target/static/chancery
install -D "${CARGO_TARGET_DIR:-target}/$target/dist/chancery" "$program"

# The root has only the devices from which an archive has its ids.
root=$(mktemp --directory)
trap 'rm -rf "$root"' EXIT
mkdir "$root/dev" && touch "$root"/dev/{random,urandom}
cp "$program" "$root/chancery"
cp examples/09PORTLOUIS214.txt "$root/telegram.txt"
start() {
    unshare --map-root-user --mount sh -c '
        mount --bind /dev/random "$0/dev/random"
        mount --bind /dev/urandom "$0/dev/urandom"
        exec chroot "$0" /chancery "$@"
    ' "$root" "$@"
}
start annotate /telegram.txt --quiet | grep --quiet '\[LOC Mauritius  \]'
start add /archive /telegram.txt --quiet
start search /archive mauritius | grep --quiet 09PORTLOUIS214
du --apparent-size --block-size=MB "$program"
