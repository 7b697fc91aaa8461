/** The body has more bytes than are read. */
export class BodyTooLarge extends Error {
  override name = 'BodyTooLarge';
}

/** The most bytes of an answer of an identity provider; keys and metadata have a few thousand. */
const maxBytes = 256 * 1_024;

/** Like `fetch`, but a body that is too large is not read to its end. The signal limits the time for the body too. */
export async function fetchBounded(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop by an error cancels the rest of the body.
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > maxBytes) throw new BodyTooLarge(`The answer has more than ${maxBytes} bytes`);
    parts.push(part);
  }
  const { status, headers } = response;
  return new Response(parts.length === 0 ? null : Buffer.concat(parts), { status, headers });
}
