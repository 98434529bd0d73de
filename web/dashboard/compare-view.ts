import { type Comparison, momentWords } from '../../app/figures/report';
import { FLOW_SHOWN, type Remaining } from '../../domain/figures/balance';
import { type Instant } from '../../domain/records';
import { link } from './link';

const number = (devices: number): string => devices.toLocaleString('en-GB');
/** With its sign, as an account has it. */
const signed = (devices: number): string =>
  devices > 0 ? `+${number(devices)}` : devices < 0 ? `−${number(-devices)}` : '0';

function cells({ devices, mustGo, toLookAt }: Remaining, shown: (devices: number) => string): string[] {
  return [devices, mustGo, toLookAt].map(shown);
}

/** What the page of two dates shows: every figure opens its list. */
export function compareView(
  { balance, since, asOf, sentence, split, zone }: Comparison,
  department: string | null,
  now: Instant,
) {
  const list = (parameters: Readonly<Record<string, string | null>>): string =>
    link('/dashboard/list', { ...parameters, department });
  const [from, to] = [momentWords(since, now, zone), momentWords(asOf, now, zone)];
  return {
    sentence,
    split,
    from,
    to,
    rows: [
      {
        label: `Remained at ${from}`,
        cells: cells(balance.opening, number),
        href: list({ figure: 'remaining', 'as-of': since.day }),
        sum: true,
      },
      ...balance.lines.map((line) => ({
        label: FLOW_SHOWN[line.kind],
        cells: cells(line, signed),
        href: list({ figure: line.kind, since: since.day, 'as-of': asOf.day }),
        sum: false,
      })),
      {
        label: `Remained at ${to}`,
        cells: cells(balance.closing, number),
        href: list({ figure: 'remaining', 'as-of': asOf.day }),
        sum: true,
      },
    ],
  };
}
