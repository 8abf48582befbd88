#!/bin/sh
# value comment=1
exec 3>>"$FIRSTLINE_OUTPUT"
say() { printf '%s\n' "$*" >&3; }
say "value pid=$$"
say "value $1=2"
printf 'value prot=%s\n' 80 >&3
awk 'BEGIN { print "value rate=" 1 }' >&3
cat >&3 <<END
value notes<<EOF
two
EOF
END
echo "the value other=1 is no line of ours"
