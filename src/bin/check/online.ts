import type { Finding } from '../../app/online/finding.ts';
import { askOnline } from '../../app/online/online.ts';
import type { Settings } from '../../flow/services/settings.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

/** Asks what the configuration names, and prints a line for each. */
export async function checkOnline(settings: Settings): Promise<ExitCode> {
  const findings = await askOnline({ settings, now: Date.now });
  console.log(`\n${onlineText(findings)}`);
  return findings.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}

export function onlineText(findings: readonly Finding[]): string {
  const count = findings.filter(({ ok }) => !ok).length;
  const end =
    count === 0 ? 'Nothing is wrong.' : `${count} ${count === 1 ? 'thing is' : 'things are'} wrong.`;
  return ['online', ...findings.map(line), '', end].join('\n');
}

function line({ what, ok, said, todo }: Finding): string {
  const text = `${what}: ${said}${todo === null ? '' : `. To do: ${todo}`}`;
  return `  ${(ok ? 'ok' : 'wrong').padEnd(7)}${text.replaceAll(/\s*\n\s*/g, ' ')}`;
}
