import type { IncomingMessage } from 'node:http';
import Negotiator from 'negotiator';

// Those of browsers have less than 300 characters. To read one of 16 KB takes milliseconds, also of clients without a key.
const longestHeader = 1_000;

/** What the client accepts. A header that is too long counts as missing. */
export function negotiatorOf({ headers }: Pick<IncomingMessage, 'headers'>): Negotiator {
  const short = (name: 'accept' | 'accept-encoding' | 'accept-language') => {
    const value = headers[name];
    return value === undefined || value.length > longestHeader ? {} : { [name]: value };
  };
  return new Negotiator({ headers: { ...short('accept'), ...short('accept-encoding'), ...short('accept-language') } });
}
