import { type HolderBlocks } from '../app/policy-holders';
import { type PolicyChange } from '../domain/policy/diff';
import { type CalendarDay, isSiteInScope, type Policy, type Provenance } from '../domain/policy/policy';
import { SENSITIVITIES, STAGES } from '../domain/vocabulary';

const SHOWN = 160;

/** A policy for people: every row with its source. */
export function policyText(policy: Policy, digest: string, holders: readonly HolderBlocks[]): string {
  const blocks = new Map(holders.map((holder) => [holder.organisation, holder.blocks]));
  return [
    `${policy.title}`,
    `${policy.id}, version ${policy.version}, zone ${policy.zone}, digest ${digest}`,
    `Nothing new from ${policy.ceaseDeployment.from}${cited(policy.ceaseDeployment)}`,
    `Working days: from ${policy.calendar.startOfDay} to ${policy.calendar.closeOfDay}${cited(policy.calendar)}`,
    ...section('Days on which people do not work, beside the bank holidays', policy.calendar.add, dayLine),
    ...section('Bank holidays on which they do', policy.calendar.remove, dayLine),
    ...section('Sites', SENSITIVITIES, (name) => siteLine(policy, name)),
    `\nDays for each stage: ${STAGES.map((stage) => `${stage} ${policy.stageBudgets.days[stage]}`).join(', ')}${cited(policy.stageBudgets)}`,
    ...section(
      `Ladder${cited(policy.ladder)}`,
      policy.ladder.rungs,
      ({ days, to }) => `${when(days)}: ${to.join(', ')}`,
    ),
    `  then every ${policy.ladder.thenEvery.days} days: everyone told so far`,
    `\nAt risk when due within ${policy.rag.amberWithinDays} days${cited(policy.rag)}`,
    `Mail ${policy.mail.revealSites ? 'names' : 'does not name'} sites and ${policy.mail.revealMakes ? 'names' : 'does not name'} makes${cited(policy.mail)}`,
    paceWords(policy.mail),
    ...section(
      'Device types',
      policy.deviceTypes,
      (row) => `${row.scope.padEnd(3)} ${names(row.type, row.synonyms)}${cited(row)}`,
    ),
    ...section('Covered vendors', policy.vendors, (vendor) =>
      [
        `${names(vendor.name, vendor.aliases)}${cited(vendor)}`,
        ...vendor.subsidiaries.map((row) => `  ${names(row.name, row.aliases)}${cited(row)}`),
      ].join('\n  '),
    ),
    ...section(
      'Brands that re-sell (suspect)',
      policy.rebrands,
      (row) => `${names(row.brand, row.aliases)}, ${row.vendor}${cited(row)}`,
    ),
    ...section('Names to leave alone', policy.falseFriends, (row) => `${row.name}${cited(row)}`),
    ...section(
      'Holders of MAC prefixes',
      policy.ouis,
      (row) => `${row.organisation}, ${row.vendor}: ${blocks.get(row.organisation) ?? 0} blocks${cited(row)}`,
    ),
    ...section('Model patterns (weak)', policy.modelPatterns, (row) => `${row.pattern}, ${row.vendor}${cited(row)}`),
  ].join('\n');
}

/** Differences for people, one a line. */
export function changesText(changes: readonly PolicyChange[]): string {
  return changes.map(changeLine).join('\n');
}

function changeLine(change: PolicyChange): string {
  const at = [change.section, change.row, 'field' in change ? change.field : '']
    .filter((part) => part !== '')
    .join(' · ');
  switch (change.kind) {
    case 'added':
      return `+ ${at}: ${value(change.after)}`;
    case 'removed':
      return `- ${at}: ${value(change.before)}`;
    case 'changed':
      return `~ ${at}: ${value(change.before)} → ${value(change.after)}`;
    case 'moved':
      return `~ ${at}: ${change.before} → ${change.after} (${Math.abs(change.days)} days ${change.days > 0 ? 'later' : 'earlier'})`;
  }
}

function when(days: number): string {
  if (days === 0) return 'on the day';
  const count = Math.abs(days) === 1 ? '1 day' : `${Math.abs(days)} days`;
  return days < 0 ? `${count} before` : `${count} late`;
}

function dayLine(row: CalendarDay): string {
  return `${row.on} ${row.nation ?? 'everywhere'}: ${row.name}${cited(row)}`;
}

function siteLine(policy: Policy, name: (typeof SENSITIVITIES)[number]): string {
  const row = policy.siteClasses[name];
  const by = row.removalDate === null ? 'no removal date' : `removed by ${row.removalDate}`;
  return `${name}: ${isSiteInScope(policy, name) ? 'in scope' : 'out of scope'}, ${by}${cited(row)}`;
}

function section<Row>(title: string, rows: readonly Row[], line: (row: Row) => string): readonly string[] {
  return rows.length === 0 ? [] : [`\n${title}`, ...rows.map((row) => `  ${line(row)}`)];
}

function names(name: string, others: readonly string[]): string {
  return others.length === 0 ? name : `${name} (${others.join(', ')})`;
}

function cited({ source, date, confidence }: Provenance): string {
  return `  [${source}; ${date}; ${confidence}]`;
}

function value(given: unknown): string {
  const text = given === undefined ? 'nothing' : JSON.stringify(given);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function paceWords({ gatherMinutes, digestAt, workingHours: { from, to }, capPerDay }: Policy['mail']): string {
  return `Mail leaves on working days from ${from} to ${to}: the morning's at ${digestAt}, what is urgent at any time, each gathered for ${gatherMinutes} minutes; at most ${capPerDay} messages a day to one person`;
}
