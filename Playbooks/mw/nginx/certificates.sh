#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# How long do the certificates last that this nginx really serves? The file on disk proves nothing: a server serves what
# it has read at its last reload. Asked is each TLS port the master listens on, for its default certificate. Reads only.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }

case $TLS_PORTS in
none)
    say 'summary nginx-no-tls'
    exit 0
    ;;
'')
    say 'finding unknown MW-NGX-052'
    exit 0
    ;;
esac
if ! command -v openssl >/dev/null; then
    say 'finding unknown MW-NGX-062'
    exit 0
fi

least=''
set -f # an address may begin with *
for address in $LISTENERS; do
    case " $TLS_PORTS " in
    *" ${address##*:} "*) ;;
    *) continue ;;
    esac
    case $address in
    '*:'* | 0.0.0.0:*) address=127.0.0.1:${address##*:} ;;
    '[::]:'*) address="[::1]:${address##*:}" ;;
    esac
    served=$(timeout -k 1 5 openssl s_client -connect "$address" </dev/null 2>/dev/null | openssl x509 2>/dev/null)
    if [ -z "$served" ]; then
        say "finding error MW-NGX-061 address=$address"
        continue
    fi
    until=$(printf '%s\n' "$served" | openssl x509 -noout -enddate | cut -d = -f 2)
    printf '%s: %s, until %s\n' "$address" "$(printf '%s\n' "$served" | openssl x509 -noout -subject)" "$until"
    days=$((($(date -d "$until" +%s) - $(date +%s)) / 86400))
    if [ "$days" -lt "$CERT_ERROR_DAYS" ]; then
        say "finding error MW-NGX-060 address=$address days=$days limit=$CERT_ERROR_DAYS"
    elif [ "$days" -lt "$CERT_WARN_DAYS" ]; then
        say "finding warning MW-NGX-060 address=$address days=$days limit=$CERT_WARN_DAYS"
    fi
    [ -n "$least" ] && [ "$least" -le "$days" ] || least=$days
done
if [ -n "$least" ]; then
    say "value cert_days_left=$least"
    say "summary nginx-certificates days=$least"
fi
