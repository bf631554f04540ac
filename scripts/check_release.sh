#!/usr/bin/env bash
# Does the program of an archive of scripts/release.sh run on a system without
# anything else? Unpacks it in an empty root, and there finds names, builds the
# archive of the demo, searches it, lists statements, exports, backs it up and serves
# a page.
#
#   scripts/check_release.sh target/releases/chancery-VERSION-TARGET.tar.gz
#
# A program for another processor is started by Debian's qemu-user-static.
set -euo pipefail
cd "$(dirname "$0")/.."

archive=$1
machine=$(basename "$archive" | sed 's/^chancery-[^-]*-\([^-]*\)-.*/\1/')
root=$(mktemp --directory)
server=
trap 'if [[ $server ]]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$root"' EXIT

# The root has nothing but the files of the archive, a telegram, and an emulator where
# the program is for another processor: no device, no folder for temporary files.
tar --extract --gzip --file "$archive" --directory "$root" --strip-components 1
cp examples/09PORTLOUIS214.txt "$root/telegram.txt"
run=(/chancery)
if [[ $machine != "$(uname --machine)" ]]; then
    cp "$(command -v "qemu-$machine-static")" "$root/emulator"
    run=(/emulator /chancery)
fi
start() {
    exec unshare --map-root-user chroot "$root" "${run[@]}" "$@"
}
# Reads all that a command prints: one whose reader goes early fails.
holds() { grep "$1" >/dev/null || { echo "$archive: does not print: $1" >&2; return 1; }; }

(start annotate /telegram.txt --quiet) | holds '\[LOC Mauritius  \]'
(start demo --telegrams /telegrams)
(start add /archive /telegrams --quiet)
(start search /archive 'person:veloutier tag:EFIS') | holds 09PORTLOUIS266
(start statements /archive) | holds 'Vikash Peerbaye → '
(start export /archive --format parquet --output /names.parquet)
(start backup /archive /archive.backup)

# One page, asked for from outside of the root.
start serve /archive --port 0 >"$root/address" &
server=$!
for _ in {1..600}; do
    if [[ -s $root/address ]]; then break; fi
    sleep 0.1
done
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$root/address")
curl --silent --show-error --fail "${url}?q=sakalava" |
    holds 'WHO OWNS COMPAGNIE SAKALAVA DE PECHE'
kill "$server"
wait "$server" || true
server=

# Two builds in two folders are to be the same (scripts/check_reproducible.sh).
for file in chancery contents.cdx.json LICENCES.txt; do
    if grep --quiet --fixed-strings "$PWD/crates" "$root/$file"; then
        echo "$archive: $file names the folder in which it was built" >&2
        exit 1
    fi
done
for file in LICENCES.txt contents.cdx.json Containerfile man/man1/chancery-search.1 \
    completions/chancery.bash; do
    [[ -s $root/$file ]] || { echo "$archive: no $file" >&2; exit 1; }
done
echo "$(basename "$archive"): runs in an empty root ($(stat --format %s "$root/chancery") bytes)"
