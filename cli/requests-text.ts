import { type Ask } from '../domain/lifecycle';
import { type StoredRequest } from '../app/requests';
import { askWords, EXTENSION_REASON_SHOWN } from '../domain/case-words';
import { dayShown } from './days';
import { table } from './table';

/** What is asked for, in words, with the reason or what is done meanwhile. */
export function askShown(ask: Ask, zone: string): string {
  const words = askWords(ask, (instant) => dayShown(instant, zone));
  switch (ask.kind) {
    case 'extension':
      return `${words} (${EXTENSION_REASON_SHOWN[ask.reason].toLowerCase()})`;
    case 'exception':
      return `${words}; meanwhile: ${ask.control}`;
    case 'later-dates':
      return words;
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
