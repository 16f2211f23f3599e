/** Where the path of a Jenkins ends, and that of something in it begins. */
const IN_JENKINS = /\/(?:job|view|me|user)\//;

/** The addresses of one job, all of them at the origin that is configured: what Jenkins calls itself may be another host. */
export class Places {
  /** The page of the job, without a slash at its end. */
  readonly job: string;
  readonly host: string;
  readonly #root: string;

  constructor(job: string) {
    const { origin, pathname, host } = new URL(job);
    const path = pathname.replace(/\/+$/, '');
    const root = path.slice(0, IN_JENKINS.exec(`${path}/`)?.index ?? path.length);
    this.job = `${origin}${path}`;
    this.host = host;
    this.#root = `${origin}${root}`;
  }

  build(number: number): string {
    return `${this.job}/${number}`;
  }

  item(id: number): string {
    return `${this.#root}/queue/item/${id}`;
  }

  get queue(): string {
    return `${this.#root}/queue`;
  }

  /** The item of the queue to which Jenkins leads; null: it leads somewhere else. */
  itemAt(location: string | null): number | null {
    const path = this.#pathOf(location);
    const [, id] = /\/queue\/item\/(\d+)\/?$/.exec(path ?? '') ?? [];
    return id === undefined ? null : Number(id);
  }

  /** Whether Jenkins leads to the page of the job, or of one of its builds. */
  isOfJob(location: string | null): boolean {
    const path = this.#pathOf(location);
    const own = new URL(this.job).pathname;
    return path !== null && `${path}/`.includes(`${own.slice(own.search(IN_JENKINS))}/`);
  }

  /** Where the same page is at another origin, to which something in front of Jenkins leads; null: it does not. */
  movedTo(location: string | null, url: string): string | null {
    const to = location === null ? null : URL.parse(location, url);
    const from = new URL(url);
    return to !== null && to.origin !== from.origin && to.pathname === from.pathname ? to.origin : null;
  }

  /** Whether Jenkins leads to its queue. */
  isOfQueue(location: string | null): boolean {
    return /\/queue(\/|$)/.test(this.#pathOf(location) ?? '');
  }

  #pathOf(location: string | null): string | null {
    const url = location === null ? null : URL.parse(location, `${this.job}/`);
    return url?.pathname ?? null;
  }
}
