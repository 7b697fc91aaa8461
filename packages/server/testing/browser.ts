/** As much of a browser as sign-in needs: it keeps cookies, by host, and follows no redirect by itself. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>();
  readonly #headers: Readonly<Record<string, string>>;

  /** The headers are those that a proxy before the server adds. */
  constructor(headers: Record<string, string> = {}) {
    this.#headers = headers;
  }

  async fetch(url: string): Promise<Response> {
    const { host } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map<string, string>();
    this.#jars.set(host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { ...this.#headers, ...(cookie && { cookie }) },
    });
    for (const each of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(each)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  /** Where a page of this site leads to. */
  async follow(url: string): Promise<string> {
    const response = await this.fetch(url);
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${url} does not redirect: ${response.status} ${await response.text()}`);
    return new URL(location, url).href;
  }

  cookieOf(url: string, name: string): string | undefined {
    return this.#jars.get(new URL(url).host)?.get(name);
  }

  setCookie(url: string, name: string, value: string): void {
    const { host } = new URL(url);
    this.#jars.set(host, (this.#jars.get(host) ?? new Map<string, string>()).set(name, value));
  }
}
