import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { AGGREGATE_KINDS, type AggregateKind } from '../../domain/documents/document.ts';
import type { Ended, Metrics } from '../../ports/metrics.ts';
import { DEFINITIONS, type Definition } from './definitions.ts';

/** Whoever asks more often gets the same text again, so that a flood of scrapes costs no more than one a second. */
const FRESH_MS = 1_000;

/** The metrics of one process in Prometheus' text format 0.0.4. */
export class PrometheusMetrics implements Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();
  readonly #commands = this.#counter(DEFINITIONS.commands);
  readonly #decisions = this.#histogram(DEFINITIONS.decisions);
  readonly #builds = this.#counter(DEFINITIONS.builds);
  readonly #buildTime = this.#histogram(DEFINITIONS.buildTime);
  readonly #deploys = this.#counter(DEFINITIONS.deploys);
  readonly #deployTime = this.#histogram(DEFINITIONS.deployTime);
  readonly #verifications = this.#counter(DEFINITIONS.verifications);
  readonly #verificationTime = this.#histogram(DEFINITIONS.verificationTime);
  readonly #leasesLost = this.#counter(DEFINITIONS.leasesLost);
  readonly #oldestDue = this.#gauge(DEFINITIONS.oldestDue);
  readonly #sweptAt = this.#gauge(DEFINITIONS.sweptAt);
  readonly #diskFree = this.#gauge(DEFINITIONS.diskFree);
  readonly #diskTotal = this.#gauge(DEFINITIONS.diskTotal);
  readonly #clockOffset = this.#gauge(DEFINITIONS.clockOffset);
  readonly #undeliverable = this.#gauge(DEFINITIONS.undeliverable);
  readonly #slackCalls = this.#counter(DEFINITIONS.slackCalls);
  readonly #slackTime = this.#histogram(DEFINITIONS.slackTime);
  readonly #storeTime = this.#histogram(DEFINITIONS.storeTime);
  readonly #storeFailures = this.#counter(DEFINITIONS.storeFailures);
  readonly #storeConflicts = this.#counter(DEFINITIONS.storeConflicts);
  readonly #now: () => number;
  #rendered: { at: number; text: Promise<string> } | null = null;

  /** `now`: monotonic milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** All metrics as text, at most `FRESH_MS` old. What the process itself uses is measured from the first call on. */
  text(): Promise<string> {
    const now = this.#now();
    if (this.#rendered !== null && now - this.#rendered.at < FRESH_MS) return this.#rendered.text;
    if (this.#rendered === null) collectDefaultMetrics({ register: this.#registry });
    const text = this.#registry.metrics();
    this.#rendered = { at: now, text };
    return text;
  }

  readonly settled: Metrics['settled'] = (verb, outcome) => this.#commands.inc({ verb, outcome });

  readonly decided: Metrics['decided'] = (kind, seconds) => observe(this.#decisions, { kind }, seconds);

  ended(attempt: Ended): void {
    const { of, product, outcome, seconds } = attempt;
    if (of === 'build') {
      this.#builds.inc({ product, outcome });
      observe(this.#buildTime, { product }, seconds);
      return;
    }
    const { environment } = attempt;
    const [count, time] =
      of === 'deploy' ? [this.#deploys, this.#deployTime] : [this.#verifications, this.#verificationTime];
    count.inc({ product, environment, outcome });
    observe(time, { product, environment }, seconds);
  }

  readonly leaseLost: Metrics['leaseLost'] = (of) => this.#leasesLost.inc({ of });

  swept(atMs: number, oldest: ReadonlyMap<AggregateKind, number>): void {
    set(this.#sweptAt, {}, atMs / 1_000);
    for (const kind of AGGREGATE_KINDS) set(this.#oldestDue, { kind }, oldest.get(kind) ?? 0);
  }

  disk(freeBytes: number, totalBytes: number): void {
    set(this.#diskFree, {}, freeBytes);
    set(this.#diskTotal, {}, totalBytes);
  }

  readonly clock: Metrics['clock'] = (seconds) => set(this.#clockOffset, {}, seconds);

  readonly undeliverable: Metrics['undeliverable'] = (product, cards) =>
    set(this.#undeliverable, { product }, cards);

  readonly slackCalled: Metrics['slackCalled'] = (methods, outcome, seconds) => {
    this.#slackCalls.inc({ methods, outcome });
    observe(this.#slackTime, { methods }, seconds);
  };

  readonly storeCalled: Metrics['storeCalled'] = (operation, ok, seconds) => {
    observe(this.#storeTime, { operation }, seconds);
    if (!ok) this.#storeFailures.inc({ operation });
  };

  readonly storeConflict: Metrics['storeConflict'] = (kind) => this.#storeConflicts.inc({ kind });

  #counter<const D extends Definition>({ name, help, labels }: D): Counter<D['labels'][number]> {
    return new Counter({ name, help, labelNames: labels, registers: [this.#registry] });
  }

  /** Without a value until it is set: 0 would be a claim. */
  #gauge<const D extends Definition>({ name, help, labels }: D): Gauge<D['labels'][number]> {
    const gauge = new Gauge({ name, help, labelNames: labels, registers: [this.#registry] });
    if (labels.length === 0) gauge.remove();
    return gauge;
  }

  #histogram<const D extends Definition>({ name, help, labels, buckets }: D): Histogram<D['labels'][number]> {
    const registers = [this.#registry];
    return new Histogram({ name, help, labelNames: labels, registers, buckets: [...(buckets ?? [])] });
  }
}

/** What is no number, such as the difference to a time that is missing, is left out: prom-client would throw. */
function observe<L extends string>(
  histogram: Histogram<L>,
  labels: Partial<Record<L, string>>,
  seconds: number | null,
): void {
  // A clock that was set back makes a time that has passed negative.
  if (seconds !== null && Number.isFinite(seconds)) histogram.observe(labels, Math.max(0, seconds));
}

function set<L extends string>(gauge: Gauge<L>, labels: Partial<Record<L, string>>, value: number): void {
  if (Number.isFinite(value)) gauge.set(labels, value);
}
