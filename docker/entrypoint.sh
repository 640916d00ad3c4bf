#!/bin/sh
# Hands the container's secrets to the service, so that neither the image, a compose file nor `docker inspect` shows them.
set -eu

if [ -f /run/secrets/master_key ]; then
  SOURCEBOOK_MASTER_KEY="$(cat /run/secrets/master_key)"
  export SOURCEBOOK_MASTER_KEY
fi
if [ -f /run/secrets/event_store ]; then
  SOURCEBOOK_EVENT_STORE="$(cat /run/secrets/event_store)"
  export SOURCEBOOK_EVENT_STORE
fi

# The service takes this process's place, and with it the signals.
exec "$@"
