export type Website = {
  /** `https://` and the given host in lower case. */
  website: string;
  /** The host without `www.`, used for lookups. */
  key: string;
};

const host = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

// A valid host has 253 characters; in Unicode it is shorter.
const mostCharacters = 500;

/**
 * Parses a bare host or an http(s) address with any path; null for anything but a public host name. Only the part before the path is read,
 * and none that is long: to write an international name in ASCII takes the square of its length.
 */
export function parseWebsite(input: string): Website | null {
  const text = input.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const [origin] = /^[^:]+:\/\/[^/\\?#]*/.exec(address) ?? [address];
  // Without a host, it begins behind further slashes.
  const read = origin.endsWith('/') ? address : origin;
  if (read.length > mostCharacters || !URL.canParse(read)) return null;
  const url = new URL(read);
  // URL converts an international name to ASCII. A name with a trailing dot is the same host.
  const name = url.hostname.replace(/\.$/, '');
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || !host.test(name)) return null;
  return { website: `https://${name}`, key: name.replace(/^www\./, '') };
}
