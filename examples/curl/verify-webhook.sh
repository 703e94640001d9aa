#!/usr/bin/env bash
# Whether a request is from the service, by Standard Webhooks 1.0; ends with 0 when it is. The body comes on standard input, byte for byte:
#   WEBHOOK_SECRET=whsec_… ./verify-webhook.sh "$webhook_id" "$webhook_timestamp" "$webhook_signature" <body.json
set -euo pipefail

id=$1 timestamp=$2 signatures=$3
[[ $timestamp =~ ^[0-9]+$ ]] || exit 1
age=$(($(date +%s) - timestamp))
# Too old or too new: somebody may be sending again what he has overheard.
((age <= 300 && age >= -300)) || exit 1
# openssl takes the key on its command line; on a machine that others use, verify in a program instead.
key=$(printf %s "${WEBHOOK_SECRET#whsec_}" | base64 --decode | od -An -v -tx1 | tr -d ' \n')
expected=$({ printf '%s.%s.' "$id" "$timestamp"; cat; } | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
# While a secret is rotated there are two, parted by a space: one that fits is enough.
for signature in $signatures; do
  [ "$signature" != "v1,$expected" ] || exit 0
done
exit 1
