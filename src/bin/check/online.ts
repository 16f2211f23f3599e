import { askOnline } from '../../app/online/online.ts';
import type { Settings } from '../../flow/settings/settings.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { findingsText } from '../findings-text.ts';

/** Asks what the configuration names, and prints a line for each. */
export async function checkOnline(settings: Settings): Promise<ExitCode> {
  const findings = await askOnline({ settings, now: Date.now });
  console.log(`\nonline\n${findingsText(findings, process.stdout.columns)}`);
  return findings.every(({ ok }) => ok) ? EXIT.ok : EXIT.failed;
}
