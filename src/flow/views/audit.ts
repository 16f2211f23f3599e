import type { AuditRecord, Store } from '../../ports/store.ts';

/** Records read at a time: what is held in memory, however long the audit is. */
const PAGE = 500;

/** What was settled, oldest first, read in pages while it is taken. `product` null: of all; `since`: from then on. */
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
