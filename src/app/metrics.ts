import type { Express, Request } from 'express';

/** What `/metrics` answers with. */
export interface MetricsText {
  contentType: string;
  text(): Promise<string>;
}

/** Prometheus gives up after 10 seconds by default. */
const SCRAPE_MS = 10_000;

/**
 * Adds `GET /metrics`. Others than those who `may` ask find nothing there. Who does not read the answer in `limitMs` is
 * disconnected.
 */
export function mountMetrics(
  http: Express,
  metrics: MetricsText,
  may: (request: Request) => boolean,
  limitMs = SCRAPE_MS,
): void {
  http.get('/metrics', async (request, response, next) => {
    if (!may(request)) return next();
    const limit = setTimeout(() => response.destroy(), limitMs);
    response.once('close', () => clearTimeout(limit));
    response.setHeader('content-type', metrics.contentType);
    response.end(await metrics.text());
  });
}
