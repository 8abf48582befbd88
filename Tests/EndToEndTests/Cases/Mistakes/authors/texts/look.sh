#!/bin/sh
exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }
say "value used=80"
say "finding warning T-FULL mount=/ used=80"
say 'finding warning T-FULL mount=/'
say 'finding error T-LOST'
say "finding error T-MADE-$1 a=1"
say "summary t-$1"
say 'summary done count=1'
