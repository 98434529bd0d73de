import { type Ask } from '../domain/lifecycle';
import { type StoredRequest } from '../app/requests';
import { STAGE_SHOWN } from '../domain/wording';
import { dayShown } from './days';
import { table } from './table';

/** What is asked for, in words. */
export function askShown(ask: Ask, zone: string): string {
  switch (ask.kind) {
    case 'extension':
      return `More time until ${dayShown(ask.due, zone)} for "${STAGE_SHOWN[ask.stage]}" (${ask.reason})`;
    case 'exception':
      return `To stay until ${dayShown(ask.until, zone)}; meanwhile: ${ask.control}`;
    case 'later-dates': {
      const { upgradeOn, sensitivity } = ask.facts;
      return `Later dates: upgrade ${upgradeOn ?? 'not planned'}, site ${sensitivity}`;
    }
  }
}

/** A list of requests, the longest waiting first. */
export function requestsText(requests: readonly StoredRequest[], zone: string): string {
  if (requests.length === 0) return 'Nothing matches.';
  const rows = requests.map((one) => [
    one.requestId,
    one.assetId,
    one.departmentId,
    askShown(one.ask, zone),
    one.due === null ? '' : dayShown(one.due, zone),
    one.text,
    one.needs === 'sro' ? 'SRO' : 'programme manager',
    String(one.agreedBefore),
    one.state,
  ]);
  return table(['Request', 'Asset', 'Dept', 'What', 'Due now', 'Why', 'Decides', 'Before', 'State'], rows);
}
