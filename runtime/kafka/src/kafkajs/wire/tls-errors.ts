import { SslAuthenticationException } from '../../errors.ts';

/** Names of TLS errors that a repetition does not cure. */
const tlsFailure = /CERT|^ERR_SSL|^ERR_TLS|^EPROTO$|SELF_SIGNED|UNABLE_TO|ISSUER|CRL|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH/;

/** What to do when client and listener do not understand each other. */
export const protocolHint = 'Check security.protocol: SSL or SASL_SSL for a listener with TLS, PLAINTEXT or SASL_PLAINTEXT for one without';

interface Meaning {
  readonly code: RegExp;
  /** What is wrong. */
  readonly reason: string;
  readonly suggestion: string;
}

/** What OpenSSL's and Node's codes mean, the first that matches. */
const meanings: readonly Meaning[] = [
  {
    code: /ALERT_UNKNOWN_CA|ALERT_(?:BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE|CERTIFICATE_EXPIRED|ACCESS_DENIED)/,
    reason: 'the broker refuses our certificate',
    suggestion:
      'Check the certificate of ssl.keystore.location (or ssl.keystore.certificate.chain): a CA of the broker must have signed it, and it must be valid now',
  },
  {
    code: /CERTIFICATE_REQUIRED|ALERT_HANDSHAKE_FAILURE|ALERT_NO_CERTIFICATE/,
    reason: 'the broker wants a certificate of us, or has no cipher suite in common with us',
    suggestion: 'Set ssl.keystore.location (or ssl.keystore.key and ssl.keystore.certificate.chain), and check ssl.cipher.suites',
  },
  {
    code: /PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE/,
    reason: 'no protocol version in common',
    suggestion: 'Check ssl.enabled.protocols and ssl.protocol',
  },
  { code: /CIPHER/, reason: 'no cipher suite in common', suggestion: 'Check ssl.cipher.suites' },
  {
    code: /WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH/,
    reason: 'the broker does not speak TLS at this port',
    suggestion: protocolHint,
  },
  {
    code: /CERT_HAS_EXPIRED/,
    reason: 'the certificate of the broker, or of its CA, has expired',
    suggestion: 'Renew it on the broker, and the CA in ssl.truststore.location; check the clock of this machine',
  },
  {
    code: /CERT_NOT_YET_VALID/,
    reason: 'the certificate of the broker is not valid yet',
    suggestion: 'Check the clocks of this machine and of the broker',
  },
  {
    code: /ALTNAME|HOSTNAME_MISMATCH/,
    reason: 'the certificate of the broker is for another name',
    suggestion:
      'Use a name of the certificate in bootstrap.servers and in advertised.listeners of the broker; an empty ssl.endpoint.identification.algorithm turns the check of names off',
  },
  {
    code: /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|UNTRUSTED|INVALID_CA|ISSUER/,
    reason: 'no trusted CA vouches for the certificate of the broker',
    suggestion:
      'Put the CA of the broker into the trust store: ssl.truststore.location, or ssl.truststore.certificates for PEM in the configuration',
  },
];

/**
 * The one error for a failure of TLS; null if this is none.
 * @param place of the broker, for the message
 * @param trust where trusted certificates come from, for the message
 */
export function tlsError(error: unknown, place: string, trust: string | null): SslAuthenticationException | null {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code !== 'string' || !tlsFailure.test(code)) return null;
  const words = `${code} ${message?.toUpperCase().replaceAll(' ', '_') ?? ''}`;
  const meaning = meanings.find((candidate) => candidate.code.test(words));
  const trusted = trust === null ? '' : `; trusted is ${trust}`;
  return new SslAuthenticationException(
    `TLS with ${place} failed: ${meaning === undefined ? '' : `${meaning.reason}: `}${message} (${code})${trusted}`,
    {
      cause: error,
      suggestion: meaning?.suggestion ?? 'Check ssl.truststore, ssl.keystore and the name in the certificate of the broker',
    },
  );
}
