#!/usr/bin/env bash
# One photo in, its pictures out; needs curl and jq, and a key with the scopes read and create:
#   YIYING_API=https://api.example.com YIYING_API_KEY=yk_… ./make-pictures.sh shirt.jpg basic_clean pictures
set -euo pipefail

photo=$1 card=${2:-basic_clean} folder=${3:-pictures}
case $photo in
  *.png) type=image/png ;;
  *.webp) type=image/webp ;;
  *) type=image/jpeg ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The key goes through a file descriptor: what stands on a command line, every process of the machine can read.
# 429 and 503 are tried again after the time that the service names.
api() {
  curl --silent --show-error --fail-with-body --retry 3 --retry-max-time 60 --max-time 60 \
    --config <(printf 'header = "Authorization: Bearer %s"\n' "$YIYING_API_KEY") "$@"
}

# One Idempotency-Key an order: sent again after a lost answer it orders nothing more.
api "$YIYING_API/v1/create-task" --output "$work/created" \
  --header 'Content-Type: application/json' --header "Idempotency-Key: $(openssl rand -hex 16)" \
  --data "$(jq --null-input --arg card "$card" --arg type "$type" --argjson size "$(wc -c <"$photo")" \
    '{featureId: $card, inputs: [{contentType: $type, sizeBytes: $size}]}')" || { cat "$work/created" >&2; exit 1; }

# The photo goes straight into the store, with exactly the headers that the answer names.
curl --silent --show-error --fail-with-body --max-time 300 --upload-file "$photo" --header 'Expect:' \
  --config <(jq --raw-output '.data.uploads[0].headers | to_entries[] | "header = \"\(.key): \(.value)\""' "$work/created") \
  "$(jq --raw-output '.data.uploads[0].url' "$work/created")"

# Asked as often as the service says; the ETag spares the answer while nothing has changed.
etag=''
while :; do
  status=$(api "$YIYING_API/v1/get-task?taskId=$(jq --raw-output .data.taskId "$work/created")" \
    --header "If-None-Match: $etag" --output "$work/answer" --dump-header "$work/headers" --write-out '%{http_code}')
  if [ "$status" = 200 ]; then
    mv "$work/answer" "$work/task"
    etag=$(sed -n 's/^[Ee][Tt]ag: *//p' "$work/headers" | tr -d '\r')
  fi
  wait_ms=$(jq --raw-output '.data.pollAfterMs // empty' "$work/task")
  [ -n "$wait_ms" ] || break
  sleep "$(jq --null-input "$wait_ms / 1000")"
done

if [ "$(jq --raw-output .data.state "$work/task")" != succeeded ]; then
  jq --raw-output '.data | "\(.state): \(.error.message)"' "$work/task" >&2
  exit 1
fi
mkdir -p "$folder"
jq --raw-output '.data.outputs[] | [.name, .url] | @tsv' "$work/task" | while IFS=$'\t' read -r name url; do
  curl --silent --show-error --fail --retry 3 --output "$folder/$name" "$url"
  echo "$folder/$name"
done
