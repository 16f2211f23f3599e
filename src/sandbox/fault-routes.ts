import express, { type Express } from 'express';
import * as z from 'zod/mini';
import type { FaultSwitches } from './fault-switches.ts';
import type { DeliveryFault, Fault, Faults } from './workspace/faults.ts';

const positive = z.number().check(z.positive());

const fault: z.ZodMiniType<Fault> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rate_limited'), retryAfterSeconds: z.nullable(positive) }),
  z.object({ kind: z.literal('server_error'), status: z.exactOptional(positive) }),
  z.object({ kind: z.literal('body'), text: z.string() }),
  z.object({ kind: z.literal('cut') }),
  z.object({ kind: z.literal('hang'), ms: positive }),
  z.object({ kind: z.literal('unanswered') }),
  z.object({ kind: z.literal('error'), error: z.string(), needed: z.exactOptional(z.string()) }),
]);

const deliveryFault: z.ZodMiniType<DeliveryFault> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('twice') }),
  z.object({ kind: z.literal('late'), ms: positive }),
  z.object({ kind: z.literal('lost') }),
  z.object({ kind: z.literal('answer_lost') }),
]);

const times = z.exactOptional(positive);

/** `method`: calls of the bot, such as `chat.update`. `request`: requests to the bot, such as `interactive`. */
const plan = z.union([
  z.object({ method: z.string(), fault, times }),
  z.object({ request: z.string(), fault: deliveryFault, times }),
]);

/** Plans faults over HTTP, for bots in other processes. */
export function mountFaults(http: Express, faults: Faults, switches: FaultSwitches): void {
  http.get('/sandbox/faults', (_request, response) => {
    response.json({
      on: switches.on(),
      // JSON has no infinity.
      planned: faults
        .planned()
        .map((each) => ({ ...each, left: Number.isFinite(each.left) ? each.left : null })),
    });
  });
  http.post('/sandbox/faults', express.json(), (request, response) => {
    const { success, data } = plan.safeParse(request.body);
    if (!success) {
      response.status(400).json({ ok: false, error: 'This is not a fault: see docs/sandbox.md.' });
      return;
    }
    if ('method' in data) faults.plan(data.method, data.fault, data.times);
    else faults.planDelivery(data.request, data.fault, data.times);
    response.json({ ok: true });
  });
  http.delete('/sandbox/faults', (_request, response) => {
    switches.clear();
    response.json({ ok: true });
  });
}
