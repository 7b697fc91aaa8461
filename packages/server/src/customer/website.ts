export type Website = {
  /** `https://` and the host as it was given, in lower case */
  website: string;
  /** the host without `www.`: what a website is looked up by */
  key: string;
};

const host = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;

/** Takes a bare host or an http(s) address, with any path; answers null for anything that is no public host name. */
export function parseWebsite(input: string): Website | null {
  const text = input.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  // URL turns an international name into its ASCII form; a trailing dot names the same host.
  const name = url.hostname.replace(/\.$/, '');
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || !host.test(name)) return null;
  return { website: `https://${name}`, key: name.replace(/^www\./, '') };
}
