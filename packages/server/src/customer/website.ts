export type Website = {
  /** `https://` and the given host in lower case. */
  website: string;
  /** The host without `www.`, used for lookups. */
  key: string;
};

const host = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** Parses a bare host or an http(s) address with any path; null for anything but a public host name. */
export function parseWebsite(input: string): Website | null {
  const text = input.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  // URL converts an international name to ASCII. A name with a trailing dot is the same host.
  const name = url.hostname.replace(/\.$/, '');
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || !host.test(name)) return null;
  return { website: `https://${name}`, key: name.replace(/^www\./, '') };
}
