# Sourced by ./colonnade and ./test: finds the .NET SDK, installs what is missing where that is possible, builds when
# sources are newer than the last build. Expects $root, the repository's directory.
# shellcheck shell=bash

: "${root:?}"
configuration=Release

say() { printf '%s\n' "$*" >&2; }

# One sentence, then the end.
fail() {
    say "$*"
    exit 1
}

# Runs a command as root; fails where we are not and may not become it without being asked for a password.
as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

may_install() {
    [[ ${COLONNADE_INSTALL:-1} != 0 ]] && command -v apt-get > /dev/null && as_root true 2> /dev/null
}

# Installs Debian packages, with fresh lists when the present ones do not know them.
install_packages() {
    say "Installing $* …"
    local options=(-y -q -o Dpkg::Use-Pty=0 --no-install-recommends)
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@" > /dev/null 2>&1; then
        as_root apt-get update -q > /dev/null || true
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@" > /dev/null ||
            fail "These packages could not be installed, see above: $*"
    fi
}

# Sets $dotnet to a .NET SDK 10, or ends.
require_dotnet() {
    local candidate
    for candidate in "${DOTNET_ROOT:+$DOTNET_ROOT/dotnet}" "$(command -v dotnet || true)" \
        "$HOME/.dotnet/dotnet" /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet /usr/local/share/dotnet/dotnet; do
        if [[ -n $candidate && -x $candidate ]] && has_sdk "$candidate"; then
            dotnet=$candidate
            return
        fi
    done
    if may_install && apt-cache show dotnet-sdk-10.0 > /dev/null 2>&1; then
        install_packages dotnet-sdk-10.0
        dotnet=$(command -v dotnet)
        return
    fi
    fail "The .NET 10 SDK is missing: install it as https://dotnet.microsoft.com/download/dotnet/10.0 says, and put it on PATH or set DOTNET_ROOT."
}

# Looks at the SDK's directories: asking dotnet itself takes a tenth of a second.
has_sdk() {
    local sdks
    sdks=$(dirname "$(readlink -f "$1")")/sdk
    compgen -G "$sdks/10.*" > /dev/null
}

# Whether PostgreSQL's server programs are where the Host looks for them.
has_postgres() {
    [[ -n ${Database__Connection:-} || -n ${Postgres__Binaries:-} ]] && return
    compgen -G '/usr/lib/postgresql/*/bin/postgres' > /dev/null || compgen -G '/usr/pgsql-*/bin/postgres' > /dev/null ||
        [[ -x /usr/local/pgsql/bin/postgres ]] || command -v postgres > /dev/null
}

# Where a package manager is asked at all, the loader's cache is quick to read.
has_icu() {
    [[ ${DOTNET_SYSTEM_GLOBALIZATION_INVARIANT:-} != 1 ]] &&
        { compgen -G '/usr/lib*/libicuuc.so*' > /dev/null || compgen -G '/usr/lib/*/libicuuc.so*' > /dev/null ||
            { PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2> /dev/null || true; } | grep -q 'libicuuc\.so'; }
}

# Thumbnails are made by libvips' command-line tools; without them everything else works.
install_image_tools() {
    command -v vipsthumbnail > /dev/null && return
    if may_install; then
        install_packages libvips-tools
    else
        say "Without vipsthumbnail (Debian and Ubuntu: libvips-tools; Fedora: vips-tools; Arch: libvips) no thumbnails are made of uploaded pictures."
    fi
}

# PostgreSQL's package makes and starts a cluster of its own unless it is told not to beforehand.
install_postgres() {
    local settings=/etc/postgresql-common/createcluster.conf
    install_packages postgresql-common
    if as_root grep -Eq '^#?create_main_cluster' "$settings"; then
        as_root sed -Ei 's/^#?create_main_cluster.*/create_main_cluster = false/' "$settings"
    else
        printf 'create_main_cluster = false\n' | as_root tee -a "$settings" > /dev/null
    fi
    install_packages postgresql
}

# PostgreSQL 15 and ICU: there, or installed, or one sentence that says how.
require_servers() {
    local missing=()
    install_image_tools
    has_postgres || missing+=(PostgreSQL)
    has_icu || missing+=(ICU)
    [[ ${#missing[@]} -eq 0 ]] && return
    may_install || fail "Missing here, without the right to install it: ${missing[*]}. On Debian and Ubuntu: apt-get install postgresql libicu-dev; Fedora: dnf install postgresql-server postgresql-contrib libicu; Arch: pacman -S postgresql icu; or set Database__Connection to a PostgreSQL 15 or later."
    local name
    for name in "${missing[@]}"; do
        case $name in
            PostgreSQL) install_postgres ;;
            ICU) install_packages "$(apt-cache search --names-only '^libicu[0-9]+$' | cut -d' ' -f1 | sort -V | tail -n 1)" ;;
        esac
    done
}

# WeasyPrint and a font, for invoices as PDF: there, or installed. Everything else works without, so a machine that cannot
# have them is asked once and starts all the same; ./colonnade doctor goes on telling. With "must" it ends instead.
require_printer() {
    local missing=() asked=$root/artifacts/asked-for-weasyprint
    command -v weasyprint > /dev/null || [[ -n ${Documents__Weasyprint:-} ]] || missing+=(weasyprint)
    compgen -G '/usr/share/fonts/*/*' > /dev/null || compgen -G '/usr/local/share/fonts/*' > /dev/null || missing+=(fonts-dejavu-core)
    [[ ${#missing[@]} -eq 0 ]] && return
    if [[ ${1:-} == must ]]; then
        may_install || fail "Missing here, without the right to install it: ${missing[*]} (on Debian and Ubuntu: apt-get install ${missing[*]})."
        install_packages "${missing[@]}"
    elif [[ ! -e $asked ]]; then
        mkdir -p "$root/artifacts"
        touch "$asked"
        may_install || return 0
        (install_packages "${missing[@]}") || say "Going on without: no PDF will be printed."
    fi
}

# What a build depends on; a directory is newer when a file in it was added or removed.
build_is_current() {
    local stamp=$1
    shift
    [[ -f $stamp ]] && [[ -z $(find "$root"/{global.json,Directory.Build.props,Directory.Packages.props,.editorconfig,BannedSymbols.txt} "$@" \
        -newer "$stamp" -not -path '*/obj/*' -not -path '*/bin/*' -print -quit) ]]
}

# build_if_needed NAME PROJECT DIRECTORY…: builds PROJECT when a file in one of the directories is newer than the last build of NAME.
build_if_needed() {
    local name=$1 project=$2
    shift 2
    local stamp=$root/artifacts/built-$name
    build_is_current "$stamp" "$@" && return
    mkdir -p "$root/artifacts"
    (
        # Two starts at once build once.
        if command -v flock > /dev/null; then flock 9; fi
        build_is_current "$stamp" "$@" && exit
        say "Building …"
        touch "$stamp.begun"
        # Compilers that outlive the build must not keep the lock.
        build "$project" 9>&-
        mv "$stamp.begun" "$stamp"
    ) 9> "$root/artifacts/build.lock"
}

# Quiet when it works, everything when it does not.
build() {
    local said
    said=$("$dotnet" build "$1" --configuration "$configuration" --nologo --verbosity quiet -p:RestoreLockedMode=true 2>&1) || {
        say "$said"
        fail "The build failed, see above."
    }
}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
