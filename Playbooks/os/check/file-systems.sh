#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# How full each file system is, in bytes and in inodes, whether one has turned read-only, and whether network mounts
# still answer. Reads only, needs no privilege. df's own lines go to stdout.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }

# /proc/mounts and fstab write a blank in a path as \040; in a finding a path is told without what could break its line.
plain='
function plain(path) {
    gsub(/\\040/, " ", path); gsub(/[[:cntrl:]]/, "?", path); gsub(/\\/, "/", path); gsub(/"/, "\047", path)
    return "\"" path "\""
}'

# A df that waits for a dead server can sometimes not even be killed. So its words go to a file and never through a pipe,
# whose end we would wait for, too.
ask() { # NAME SECONDS ARGUMENT…
    file=$FIRSTLINE_OUTPUT.$1 seconds=$2
    shift 2
    # The braces also keep bash's word about a killed program away.
    { timeout -k 1 "$seconds" df "$@" >"$file"; } 2>/dev/null
}
told() { sed 1d "$FIRSTLINE_OUTPUT.$1" && rm -f "$FIRSTLINE_OUTPUT.$1"; }

ask space 4 -lPT
space=$(told space)
ask inodes 2 -lPi
inodes=$(told inodes)
[ -n "$space" ] || say 'finding unknown OS-FS-001'

# Network mounts are asked side by side, so that many dead ones take no longer than one.
mounts=$(awk '$3 ~ /^(nfs|nfs4|cifs|smb3|ceph|lustre|glusterfs|fuse.glusterfs|fuse.sshfs)$/ { print $2 }' /proc/mounts)
set -f # a path may hold what looks like a pattern
number=0
for mount in $mounts; do
    number=$((number + 1))
    ask "$number" 2 -PT "$(printf %b "$mount")" &
done
wait
number=0
network=$(for mount in $mounts; do
    number=$((number + 1))
    told "$number" | grep . || printf 'dead %s\n' "$mount"
done)
printf '%s\n' "$space" "$network"

# df's percentage leaves the blocks kept for root out of its sum, so the free bytes are told beside it. Memory-backed
# file systems and images that are full by nature are left out.
{
    printf '%s\n' "$space" "$network"
    printf 'INODES\n%s\n' "$inodes"
} | awk "$plain"'
    function limit(name) { return ENVIRON[name] + 0 }
    function rest(count,    text, i) { text = $0; for (i = 0; i < count; i++) sub(/^[^ ]+ +/, "", text); return text }
    function judge(code, pct, mount, more,    level) {
        level = pct >= limit("FS_ERROR") ? "error" : pct >= limit("FS_WARN") ? "warning" : ""
        if (!level) return
        printf "finding %s %s mount=%s value=%d limit=%d%s\n", level, code, plain(mount), pct,
            limit(level == "error" ? "FS_ERROR" : "FS_WARN"), more
    }
    $1 == "INODES" { counting = 1; next }
    NF < 6 && $1 != "dead" { next }
    $1 == "dead" { printf "finding warning OS-FS-050 mount=%s\n", plain(rest(1)); next }
    counting {
        mount = rest(5)
        if (!(mount in known)) next
        if ($5 + 0 > most_inodes) most_inodes = $5 + 0
        judge("OS-FS-020", $5 + 0, mount)
        next
    }
    $2 ~ /^(tmpfs|devtmpfs|ramfs|overlay|squashfs|iso9660|udf|erofs|efivarfs)$/ { next }
    {
        mount = rest(6)
        known[mount] = ++count
        free = $5 * 1024
        if (fullest == "" || $6 + 0 > most) { most = $6 + 0; fullest = mount }
        judge("OS-FS-010", $6 + 0, mount, sprintf(" free_gib=%.1f", free / 1073741824))
        if (free < limit("MIN_FREE"))
            printf "finding error OS-FS-030 mount=%s free_mib=%.0f limit_mib=%.0f\n", plain(mount), free / 1048576,
                limit("MIN_FREE") / 1048576
    }
    END {
        if (fullest == "") exit
        printf "value fs_used_pct=%d\n", most
        printf "value fs_inode_used_pct=%d\n", most_inodes
        fullest = plain(fullest)
        print "value fs_fullest=" substr(fullest, 2, length(fullest) - 2)
        printf "summary os-file-systems count=%d used=%d mount=%s\n", count, most, fullest
    }
    ' >&3

# The kernel turns a file system read-only when it can no longer trust the disk: read-only now, but not in fstab.
[ ! -r /etc/fstab ] || awk "$plain"'
    /^[ \t]*(#|$)/ { next }
    NR == FNR { if ("," $4 "," !~ /,ro,/) writable[$2] = 1; next }
    $2 in writable { state[$2] = "," $4 "," ~ /,ro,/ }
    END { for (mount in state) if (state[mount]) print "finding error OS-FS-040 mount=" plain(mount) }
    ' /etc/fstab /proc/mounts >&3
