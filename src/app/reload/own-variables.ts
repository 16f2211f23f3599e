import type { BotEnvironment } from '../configuration/environment.ts';

/** The variables whose values have changed since `before`, such as one that is read from a file. They are taken by a restart alone. */
export function changedVariables(before: BotEnvironment, after: BotEnvironment): string[] {
  const [was, is] = [valuesOf(before), valuesOf(after)];
  return Object.keys(was).filter((name) => was[name] !== is[name]);
}

function valuesOf(environment: BotEnvironment): Record<string, unknown> {
  const { slack, services, dataDirectory, port, metricsPort, traces, logLevel, timing } = environment;
  return {
    SLACK_BOT_TOKEN: slack?.botToken,
    SLACK_SIGNING_SECRET: slack?.signingSecret,
    SLACK_APP_TOKEN: slack?.appToken,
    SLACK_API_URL: slack?.apiUrl,
    MONGODB_URL: services?.mongodb,
    REDIS_URL: services?.redis,
    DATA_DIR: dataDirectory,
    PORT: port,
    METRICS_PORT: metricsPort,
    OTEL_EXPORTER_OTLP_ENDPOINT: traces?.url,
    OTEL_EXPORTER_OTLP_HEADERS: JSON.stringify(traces?.headers),
    OTEL_SERVICE_NAME: traces?.service,
    LOG_LEVEL: logLevel,
    SLIPWAY_TIMING: JSON.stringify(timing ?? {}),
  };
}
