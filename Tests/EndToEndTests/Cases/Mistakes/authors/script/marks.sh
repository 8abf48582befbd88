# A script for /bin/sh that holds names of the product.
# Not looked at: ${params.comment}
x=1
echo "${x} ${FIRSTLINE_OUTPUT} ${target} ${x:-none} \${params.escaped}"
echo "${params.name}"
