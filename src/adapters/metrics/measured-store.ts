import type { AggregateKind } from '../../domain/documents/document.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Store } from '../../ports/store.ts';

/** The same store, with each call measured and lost races counted. */
export function measuredStore(store: Store, metrics: Metrics): Store {
  return new Proxy(store, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      if (typeof own !== 'function') return own;
      return (...args: unknown[]) =>
        measured(metrics, name as keyof Store, args, () => own.apply(target, args));
    },
  });
}

async function measured(
  metrics: Metrics,
  operation: keyof Store,
  [kind]: unknown[],
  call: () => Promise<unknown>,
): Promise<unknown> {
  const began = performance.now();
  const tell = (ok: boolean) => metrics.storeCalled(operation, ok, (performance.now() - began) / 1_000);
  try {
    const answer = await call();
    tell(true);
    if (operation === 'save' && answer === 'conflict') metrics.storeConflict(kind as AggregateKind);
    return answer;
  } catch (error) {
    tell(false);
    throw error;
  }
}
