#!/usr/bin/env bash
# Checks all that is not Rust: shell scripts (shellcheck), Python programs (ruff, mypy), the scripts
# of the pages (TypeScript reads them), workflow files (actionlint, and their schema), issue forms and
# CITATION.cff (their schemas). Ten seconds, after the tools are installed in target/lint and
# scripts/lint/node_modules.
#
# Needs Python 3.11 and Node 20.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=${CARGO_TARGET_DIR:-target}/lint
if [[ ! -x $tools/bin/python ]]; then python3 -m venv "$tools"; fi
# Installs again only if the list changed.
if ! cmp --silent scripts/requirements-lint.txt "$tools/installed.txt"; then
    "$tools/bin/pip" install --quiet --disable-pip-version-check --requirement scripts/requirements-lint.txt
    cp scripts/requirements-lint.txt "$tools/installed.txt"
fi
if ! cmp --silent scripts/lint/package-lock.json scripts/lint/node_modules/.installed; then
    npm ci --prefix scripts/lint --silent --ignore-scripts --no-audit --no-fund
    cp scripts/lint/package-lock.json scripts/lint/node_modules/.installed
fi

mapfile -t shell < <(git ls-files '*.sh' .ci/run)
"$tools/bin/shellcheck" "${shell[@]}"

"$tools/bin/ruff" check --quiet .
# Each folder by itself: the programs in it import each other by name.
mypy() { (cd "$1" && shift && "$mypy" --config-file "$config" --cache-dir "$cache" --no-error-summary "$@" ./*.py); }
mypy=$(realpath "$tools/bin/mypy") config=$PWD/mypy.ini cache=$(realpath "$tools")/mypy
for folder in scripts training training/accurate; do
    mypy "$folder" --check-untyped-defs --disallow-untyped-defs --disallow-incomplete-defs
done
for folder in benches fuzz; do mypy "$folder"; done

scripts/lint/node_modules/.bin/tsc --project scripts/lint/tsconfig.json
node scripts/lint/workflows.mjs .github/workflows/*.yml
schema() { "$tools/bin/check-jsonschema" --quiet --builtin-schema "vendor.$1" "${@:2}"; }
schema github-workflows .github/workflows/*.yml
shopt -s extglob
schema github-issue-forms .github/ISSUE_TEMPLATE/!(config).yml
schema github-issue-config .github/ISSUE_TEMPLATE/config.yml
schema citation-file-format CITATION.cff
echo "scripts, pages and workflows: no faults"
