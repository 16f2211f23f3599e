import { durationText } from '../../domain/time/duration.ts';
import type { ProductSettings } from '../../flow/settings/settings.ts';
import { type Finding, fine, warning } from '../online/finding.ts';

/** A shorter secret can be found by trying. */
const SHORT = 16;

/** Whether the product's webhook has a secret. Whether the forge has the same one, only a delivery shows. */
export function webhookFinding({ name, webhookSecret, pollMs = null }: ProductSettings): Finding {
  const what = `${name}: webhook`;
  if (webhookSecret === null) {
    const found =
      pollMs === null
        ? 'pushes are found only at a start, as poll is never'
        : `pushes are found by polling, every ${durationText(pollMs)}`;
    return warning(
      what,
      `has no secret, so none is accepted: ${found}`,
      'write webhook: { secret: env:NAME }, and add the webhook in the forge with that secret',
    );
  }
  if (webhookSecret.length < SHORT)
    return warning(
      what,
      `its secret has only ${webhookSecret.length} characters`,
      'make a longer one, here and in the forge: openssl rand -hex 32',
    );
  return fine(
    what,
    'its secret is set; whether the forge has the same one cannot be verified from outside: its page of deliveries shows 202 if so, else 401',
  );
}
