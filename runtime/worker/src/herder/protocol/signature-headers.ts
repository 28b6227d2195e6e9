/** Names of the headers with which one worker proves to another that it belongs to the group (KIP-507). */
export const SIGNATURE_HEADER = 'X-Connect-Authorization';
export const SIGNATURE_ALGORITHM_HEADER = 'X-Connect-Request-Signature-Algorithm';

/** Headers of a request as they came; absent ones are undefined. */
export interface SignatureHeaders {
  readonly signature: string | undefined;
  readonly algorithm: string | undefined;
}

/** The headers that sign a request. @param headers of the request, by names in lower case */
export function signatureHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): SignatureHeaders {
  return { signature: only(headers[SIGNATURE_HEADER.toLowerCase()]), algorithm: only(headers[SIGNATURE_ALGORITHM_HEADER.toLowerCase()]) };
}

/** Node joins what comes more than once of headers like these. */
function only(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
