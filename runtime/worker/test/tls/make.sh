#!/usr/bin/env bash
# Makes the keys and stores of the TLS tests anew; needs OpenSSL 3 and a JDK's keytool. They protect nothing. Passwords are `changeit`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
days=36500

authority() { # NAME SUBJECT
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/$1.key" -out "$work/$1.pem" -subj "/CN=$2" -days $days
}
signed() { # NAME SUBJECT AUTHORITY EXTENSIONS
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" -subj "/CN=$2"
  openssl x509 -req -in "$work/$1.csr" -CA "$work/$3.pem" -CAkey "$work/$3.key" -days $days -out "$work/$1.crt" -extfile <(echo "$4")
  cat "$work/$1.key" "$work/$1.crt" >"$1.pem"
}

authority ca 'Millrace test authority'
authority other 'Another test authority'
signed server localhost ca 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1'
signed client client ca 'extendedKeyUsage=clientAuth'
signed stranger stranger other 'extendedKeyUsage=clientAuth'
cp "$work/ca.pem" ca.pem

openssl pkcs8 -topk8 -in "$work/server.key" -passout pass:changeit -out "$work/encrypted.key"
cat "$work/encrypted.key" "$work/server.crt" >server-encrypted.pem
openssl pkcs12 -export -inkey "$work/server.key" -in "$work/server.crt" -passout pass:changeit -out server.p12
openssl pkcs12 -export -legacy -inkey "$work/server.key" -in "$work/server.crt" -passout pass:changeit -out server-legacy.p12
rm -f truststore.p12 truststore.jks
keytool -importcert -noprompt -alias ca -file ca.pem -keystore truststore.p12 -storetype PKCS12 -storepass changeit
keytool -importcert -noprompt -alias ca -file ca.pem -keystore truststore.jks -storetype JKS -storepass changeit
openssl pkcs12 -export -nokeys -in ca.pem -legacy -certpbe PBE-SHA1-3DES -passout pass:changeit -out truststore-legacy.p12
