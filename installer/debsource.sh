# installer/debsource.sh: sourced by the scripts that build from a Debian source package and keep what they built
# (wrapper/bash/build, installer/ksyntaxhighlighting). The system's apt configuration is read (proxies), never changed;
# apt checks the archive's signature and the hash of what it fetches. Works as root and as an ordinary user.
# EXEAT_DEB_MIRROR names another mirror. The script has set `title`, its name in messages.
# No part of a KEY: nothing here changes what comes out.

cache=${XDG_CACHE_HOME:-${HOME:?neither XDG_CACHE_HOME nor HOME is set}/.cache}/exeat
network="check the network and the mirror (EXEAT_DEB_MIRROR=URI names another), then run it again"

say() { printf '%s: %s\n' "$title" "$*" >&2; }
die() {
    say "$*"
    exit 1
}

# key_of FILE WORD...: of all that the result hangs on.
key_of() {
    {
        cat "$1"
        shift
        printf '%s\n' "$@"
    } | sha256sum | cut -c1-16
}

# need_tools PROGRAM:PACKAGE...
need_tools() {
    missing=
    for tool in "$@"; do
        command -v "${tool%%:*}" >/dev/null || missing="$missing ${tool#*:}"
    done
    [ -z "$missing" ] || die "missing programs; cure: apt-get install$missing"
}

# make_work NAME: the folder to work in, gone at the end, and the log, which stays if something fails.
make_work() {
    mkdir -p "$cache"
    work=$(mktemp -d "$cache/build.XXXXXX")
    log=$cache/$1.log
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    : >"$log"
}

# step CURE COMMAND...
step() {
    cure=$1
    shift
    "$@" >>"$log" 2>&1 </dev/null || {
        tail -n 15 "$log" >&2
        die "failed: $1. The whole log: $log. Cure: $cure"
    }
}

# write_sources URI SUITE KEYRING
write_sources() {
    [ -r "$3" ] || die "$3 is missing: nothing could say that what comes from $1 is right; cure: install the package that brings it"
    mkdir -p "$work/parts" "$work/lists/partial" "$work/cache/archives/partial" "$work/source"
    printf 'Types: deb-src\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: %s\n' \
        "${EXEAT_DEB_MIRROR:-$1}" "$2" "$3" >"$work/parts/source.sources"
}

private_apt() {
    apt-get -q -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$work/parts" \
        -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root \
        -o Acquire::Retries=3 -o APT::Get::List-Cleanup=false -o Acquire::Languages=none "$@"
}
