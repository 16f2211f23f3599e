import { createHash } from 'node:crypto';
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { within } from '../../flow/services/within.ts';
import type { Span, Traces, TracesTarget } from '../../ports/traces.ts';

/** `ExportResult.code` of what was received. */
const RECEIVED = 0;

/** How long one batch may take, with all tries. */
const EXPORT_MS = 10_000;
/** How many spans wait at most; a few hundred bytes each. */
const WAITING = 2_048;
/** How long a stop waits for what was not sent yet. */
const CLOSE_MS = 2_000;

/** Sends spans to a receiver of OTLP over HTTP. A receiver that is away, slow or wrong costs spans, and a line in the log. */
export class OtlpTraces implements Traces {
  readonly #processor: BatchSpanProcessor;
  readonly #resource: ReadableSpan['resource'];

  /** `sendMs`: how long a span waits for others. */
  constructor(target: TracesTarget, log: Logger, sendMs = 5_000) {
    const { url, headers, service } = target;
    const exporter = new OTLPTraceExporter({
      url,
      headers: { ...headers },
      timeoutMillis: EXPORT_MS,
      concurrencyLimit: 2,
    });
    this.#resource = resourceFromAttributes({ 'service.name': service });
    this.#processor = new BatchSpanProcessor({
      exporter: telling(exporter, log),
      maxQueueSize: WAITING,
      scheduledDelayMillis: sendMs,
      exportTimeoutMillis: 2 * EXPORT_MS,
    });
  }

  ended(span: Span): void {
    this.#processor.onEnd(this.#readable(span));
  }

  /** Sends what waits, for a moment at most, and takes no more. */
  async close(): Promise<void> {
    const sent = this.#processor.shutdown().catch(() => undefined);
    await within(CLOSE_MS, sent);
  }

  #readable({ trace, id, name, from, until, failed, about, follows }: Span): ReadableSpan {
    const attributes = Object.entries(about).map(([key, value]) => [`slipway.${key}`, value]);
    return {
      name,
      kind: SpanKind.INTERNAL,
      spanContext: () => contextOf(trace, id),
      ...(id !== null && { parentSpanContext: contextOf(trace, null) }),
      startTime: timeOf(from),
      endTime: timeOf(until),
      duration: timeOf(Math.max(0, until - from)),
      status: { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.OK },
      attributes: Object.fromEntries(attributes),
      links: follows === undefined ? [] : [{ context: contextOf(follows, null) }],
      events: [],
      ended: true,
      resource: this.#resource,
      instrumentationScope: { name: 'slipway' },
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }
}

/** The same exporter, which says in the log when it begins to fail and when it works again. */
function telling(exporter: SpanExporter, log: Logger): SpanExporter {
  let fails = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const failed = result.code !== RECEIVED;
        if (failed && !fails) log.warn({ err: result.error }, 'traces are not received; they are dropped');
        if (!failed && fails) log.info('traces are received again');
        fails = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

/** Ids that follow from the words, so that every process gives the same. All zeros, which none may have, do not come about. */
function contextOf(trace: string, id: string | null) {
  return {
    traceId: digest(trace).slice(0, 32),
    spanId: digest(JSON.stringify([trace, id])).slice(0, 16),
    traceFlags: TraceFlags.SAMPLED,
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whole seconds, and nanoseconds. */
function timeOf(ms: number): HrTime {
  return [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1_000_000)];
}
