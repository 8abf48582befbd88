#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Names the layer to begin with: the first one with an error, or else the first one with a warning, in the order in which
# one trouble causes the next. STATES holds "LAYER STATE LEVEL", a line each, in that order; a layer may come twice.
set -u
export LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin

printf '%s\n' "$STATES" | awk '
    $2 != "succeeded" || $3 == "error" { if (failed == "") failed = $1; next }
    $3 == "warning" && warned == "" { warned = $1 }
    $3 == "unknown" { unseen = unseen (unseen == "" ? "" : " ") $1 }
    END {
        layer = failed != "" ? failed : warned != "" ? warned : "none"
        print "value probable_layer=" layer
        if (layer != "none") print "finding " (failed != "" ? "error" : "warning") " OS-TRI-010 layer=" layer
        if (unseen != "") print "finding unknown OS-TRI-020 layers=\"" unseen "\""
        print "summary os-triage-" (layer == "none" ? "none" : "layer layer=" layer)
    }' >>"$FIRSTLINE_OUTPUT"
