#!/usr/bin/env bash
# Builds the images that the container provider of test services uses, for machines without an image registry:
#
#   docker/build-local.sh [kafka] [postgres]     default: both
#
# They are named like the public ones behind a prefix, so TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX=millrace-local switches to them and no log can
# take one for the other. Their base is Debian from its own packages. An image carries a hash of its inputs and is built only when they change.
# Needs the docker client, an engine that answers it, and mmdebstrap; for kafka also the build of this repository (pnpm build).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

prefix=millrace-local
base=$prefix/debian:bookworm-slim
# Containers may have no way out (an engine with --iptables=false): a build takes the network of the machine.
build=(docker build --network host --build-arg "BASE_IMAGE=$base")

# has IMAGE HASH: is the image there, made of the same?
has() {
  [ "$(docker image inspect --format '{{index .Config.Labels "millrace.inputs"}}' "$1" 2>/dev/null)" = "$2" ]
}

hash_of() {
  find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16
}

said() {
  echo "$1: $2, $((SECONDS - started)) s"
}

build_base() {
  local hash=bookworm-minbase-1
  if has "$base" "$hash"; then
    said "$base" 'is there'
    return
  fi
  mmdebstrap --quiet --variant=minbase --mode=root bookworm - |
    docker import -c 'CMD ["bash"]' -c "LABEL millrace.inputs=$hash" - "$base" >/dev/null
  said "$base" built
}

build_postgres() {
  local image=$prefix/postgres:15 hash
  hash=$(hash_of postgres)
  if has "$image" "$hash"; then
    said "$image" 'is there'
    return
  fi
  "${build[@]}" --quiet --label "millrace.inputs=$hash" --tag "$image" postgres >/dev/null
  said "$image" built
}

build_kafka() {
  local jars image hash context
  jars=$(node ../test/services/dist/cli.js jars)
  image=$prefix/apache/kafka:$(basename "$jars"/kafka_2.13-*.jar .jar | sed 's/.*-//')
  hash=$(hash_of kafka)-$(find "$jars" -name '*.jar' -printf '%f %s\n' | sort | sha256sum | cut -c 1-16)
  if has "$image" "$hash"; then
    said "$image" 'is there'
    return
  fi
  context=$(mktemp -d)
  mkdir "$context/libs"
  cp "$jars"/*.jar "$context/libs"
  cp kafka/* "$context"
  "${build[@]}" --quiet --label "millrace.inputs=$hash" --tag "$image" "$context" >/dev/null
  rm -rf "$context"
  said "$image" built
}

started=$SECONDS
build_base
[ $# -gt 0 ] || set -- kafka postgres
for image in "$@"; do
  case $image in
    kafka | postgres) "build_$image" ;;
    *)
      echo "docker/build-local.sh builds kafka and postgres, not $image" >&2
      exit 2
      ;;
  esac
done
