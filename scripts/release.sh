#!/usr/bin/env bash
# Makes what is handed to users, in target/releases:
#
#   chancery-VERSION-TARGET.tar.gz   the program, manual pages, completions, licences,
#                                    list of contents (SBOM), container file
#   chancery_VERSION-1_ARCH.deb      the same as a Debian package (Linux)
#   SHA256SUMS                       of all files in the folder
#
#   scripts/release.sh               for Linux on x86-64 and on 64-bit ARM
#   scripts/release.sh TARGET…       for these targets
#
# The programs for Linux need nothing of the system on which they run, not even a C
# library: scripts/check_release.sh starts each in an empty root. They are linked with
# glibc (Debian's libc6-dev has what that needs), and not with musl, whose allocator is
# slow with many threads. For ARM, this script needs Debian's gcc-aarch64-linux-gnu,
# libc6-dev-arm64-cross, and qemu-user-static to start the program. Python 3.11 collects
# the licences.
#
# On macOS and Windows (Git's bash) it builds for the system itself; see
# .github/workflows/release.yml.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ $# -eq 0 ]]; then set -- x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu; fi
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
build=${CARGO_TARGET_DIR:-$PWD/target}
releases=$PWD/target/releases
tools=$build/tools
mkdir -p "$releases"

# Tools for packages, from crates.io, each built once.
install_tool() {
    [[ -x $tools/bin/$1 || -x $tools/bin/$1.exe ]] ||
        cargo install --quiet --locked --root "$tools" "$@"
}
install_tool cargo-cyclonedx --version 0.5.9
export PATH=$tools/bin:$PATH

# Where the sources and crates lay is nobody's business, and differs.
cargo=${CARGO_HOME:-$HOME/.cargo}
export CFLAGS="-ffile-prefix-map=$PWD=. -ffile-prefix-map=$cargo=cargo"
# The time in all files. mimalloc writes when it was built into the program.
export SOURCE_DATE_EPOCH=0
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc

# Builds the program. With a target named, the flags are not those of build scripts
# and macros.
build_program() {
    local flags="--remap-path-prefix=$PWD=. --remap-path-prefix=$cargo=cargo"
    if [[ $target != *-apple-* ]]; then flags="-C target-feature=+crt-static $flags"; fi
    # A static program does not find the C library's getrandom by its name, and would read
    # /dev/urandom, which an empty root lacks. This calls the kernel.
    if [[ $target == *-linux-* ]]; then flags+=' --cfg getrandom_backend="linux_getrandom"'; fi
    rustup target add "$target"
    RUSTFLAGS=$flags \
        cargo build --profile dist --locked --package chancery --target "$target"
}

# Starts the built program, under an emulator where it is for another processor.
start_program() {
    local machine=${target%%-*} emulator=()
    if [[ $target == *-linux-* && $machine != "$(uname --machine)" ]]; then
        emulator=("qemu-$machine-static")
    fi
    # macOS has a bash that takes an empty list for an unset one.
    ${emulator[@]+"${emulator[@]}"} "$program" "$@"
}

# Puts all files of the archive into $stage.
stage_files() {
    rm -rf "$stage" && mkdir -p "$stage/completions"
    cp "$program" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE docs/DATA.md "$stage"
    start_program man --output "$stage/man/man1"
    local shell
    for shell in bash elvish fish powershell zsh; do
        start_program completions "$shell" >"$stage/completions/chancery.$shell"
    done
    {
        cat packaging/other-licences.txt
        local file
        for file in crates/*/assets/vendor/*/LICENSE crates/*/data/*/LICENSE; do
            printf '%s\n\n' "-------- $(basename "$(dirname "$file")")"
            cat "$file"
            echo
        done
        python3 scripts/collect_licences.py "$target"
    } >"$stage/LICENCES.txt"
    # It writes a file beside each Cargo.toml.
    cargo cyclonedx --quiet --manifest-path crates/chancery/Cargo.toml --format json \
        --target "$target" --override-filename chancery-contents
    # It names our crates by the folder in which they were built.
    sed "s|path+file://$PWD/|path+file:///|g" crates/chancery/chancery-contents.json \
        >"$stage/contents.cdx.json"
    find crates xtask -maxdepth 2 -name chancery-contents.json -delete
    if [[ $target == *-linux-* ]]; then cp packaging/Containerfile "$stage"; fi
}

# Packs $stage. The same files give the same bytes.
pack_archive() {
    local name
    name=$(basename "$stage")
    case $target in
        *-linux-*)
            tar --create --directory "$(dirname "$stage")" --sort=name --format=gnu \
                --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u+rw,go+r-w "$name" |
                gzip --no-name --best >"$releases/$name.tar.gz"
            ;;
        *-windows-*)
            (cd "$(dirname "$stage")" && 7z a -bd "$releases/$name.zip" "$name" >/dev/null)
            ;;
        *) tar -czf "$releases/$name.tar.gz" -C "$(dirname "$stage")" "$name" ;;
    esac
}

pack_debian() {
    install_tool cargo-deb --version 3.8.0
    # The list of files in crates/chancery/Cargo.toml reads this folder.
    rm -rf target/package && cp -R "$stage" target/package
    cargo deb --quiet --package chancery --no-build --no-strip --target "$target" \
        --profile dist --output "$releases/"
}

for target; do
    build_program
    program=$build/$target/dist/chancery
    if [[ $target == *-windows-* ]]; then program+=.exe; fi
    stage=$build/releases/$target/chancery-$version-$target
    stage_files
    pack_archive
    if [[ $target == *-linux-* ]]; then
        pack_debian
        scripts/check_release.sh "$releases/chancery-$version-$target.tar.gz"
    fi
done
cd "$releases"
if command -v sha256sum >/dev/null; then sum=(sha256sum); else sum=(shasum -a 256); fi
"${sum[@]}" ./chancery* >SHA256SUMS
cat SHA256SUMS
