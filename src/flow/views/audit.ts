import type { AuditRecord, Store } from '../../ports/store.ts';

/** Records read at a time; limits the memory needed, however long the audit is. */
const PAGE = 500;

/**
 * The processed commands, oldest first, read page by page as they are consumed. `product` null: of all products; `since`:
 * only from this time on, in milliseconds since the epoch.
 */
export async function* auditTrail(
  store: Pick<Store, 'audits'>,
  of: { product: string | null; since: number },
  pageSize = PAGE,
): AsyncGenerator<AuditRecord> {
  let last: AuditRecord | null = null;
  for (;;) {
    const page: AuditRecord[] = await store.audits(of, last, pageSize);
    yield* page;
    if (page.length < pageSize) return;
    last = page.at(-1) ?? null;
  }
}
