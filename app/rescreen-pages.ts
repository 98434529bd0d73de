import { type PoolClient } from 'pg';
import { isSiteInScope, type Policy } from '../domain/policy/policy';
import { isSameFinding } from '../domain/screening/same-finding';
import { createScreener } from '../domain/screening/screener';
import { type Screener, type Screening } from '../domain/screening/screening';
import { SENSITIVITIES } from '../domain/vocabulary';
import { askForCases } from '../register/import-cases';
import { emptyStaging, VerdictBook } from '../register/import-staging';
import { storedPolicy } from '../register/policies';
import {
  casesGivenUp,
  type ClosedCase,
  devicesToScreenAgain,
  type NewVerdict,
  setVerdicts,
  type ToScreenAgain,
} from '../register/rescreening';
import { transactionOn } from '../register/transaction';
import { ieeeRegistry } from './oui-registry';

/** Devices of one transaction: few enough that a person's command on one of them hardly waits. */
const PAGE = 5_000;
/** Cases that are listed; the rest are counted. */
export const LISTED = 1_000;

/** What has been done. */
export interface Tally {
  readonly devices: number;
  readonly changed: number;
  /** Clearances that go on, and those that have lapsed. */
  readonly standing: number;
  readonly lapsed: number;
  readonly casesAskedFor: number;
  /** At most {@link LISTED}. */
  readonly flaggedAgain: readonly ClosedCase[];
  readonly flaggedAgainOmitted: number;
}

export const NOTHING: Tally = {
  devices: 0,
  changed: 0,
  standing: 0,
  lapsed: 0,
  casesAskedFor: 0,
  flaggedAgain: [],
  flaggedAgainOmitted: 0,
};

function sum(a: Tally, b: Tally): Tally {
  const again = [...a.flaggedAgain, ...b.flaggedAgain];
  return {
    devices: a.devices + b.devices,
    changed: a.changed + b.changed,
    standing: a.standing + b.standing,
    lapsed: a.lapsed + b.lapsed,
    casesAskedFor: a.casesAskedFor + b.casesAskedFor,
    flaggedAgain: again.slice(0, LISTED),
    flaggedAgainOmitted: a.flaggedAgainOmitted + b.flaggedAgainOmitted + Math.max(0, again.length - LISTED),
  };
}

/** What a run works with. */
interface Run {
  readonly client: PoolClient;
  readonly policy: Policy;
  /** Site classes in scope. */
  readonly classes: readonly string[];
  readonly screen: Screener;
  readonly verdicts: VerdictBook;
  /** Screeners of earlier versions, as they are needed; null = that version is not known. */
  readonly earlier: Map<string, Screener | null>;
}

async function needScreeners({ client, policy, earlier }: Run, devices: readonly ToScreenAgain[]): Promise<void> {
  for (const { clearedUnder: version } of devices) {
    if (version === null || earlier.has(version)) continue;
    const stored = await storedPolicy(client, policy.id, version);
    earlier.set(version, stored === null ? null : createScreener(stored, ieeeRegistry));
  }
}

/**
 * A clearance stays where both versions say the same of the device: a policy that only moves dates asks nobody again.
 * Both are asked now, so that words of ours that have changed since do not count.
 */
function staysCleared({ earlier }: Run, device: ToScreenAgain, screening: Screening): boolean {
  const before = device.clearedUnder === null ? null : earlier.get(device.clearedUnder);
  return before != null && isSameFinding(before(device), screening);
}

/** One page in one transaction: new verdicts, and the cases that they call for. */
function screenPage(run: Run, after: string): Promise<{ readonly last: string | null; readonly tally: Tally }> {
  const { client, policy, classes, screen, verdicts } = run;
  return transactionOn(client, async () => {
    const devices = await devicesToScreenAgain(client, policy.version, after, PAGE);
    const last = devices.at(-1)?.assetId ?? null;
    if (last === null) return { last, tally: NOTHING };
    await needScreeners(run, devices);
    const answers = devices.map((device): NewVerdict => {
      const screening = screen(device);
      return {
        assetId: device.assetId,
        verdict: verdicts.number(screening),
        staysCleared: staysCleared(run, device, screening),
      };
    });
    await verdicts.flush();
    const { changed, newlyFlagged } = await setVerdicts(client, answers, { version: policy.version, classes });
    const assetIds = devices.map(({ assetId }) => assetId);
    const casesAskedFor = await askForCases(client, policy.id, null, { of: 'devices', assetIds });
    const flaggedAgain = await casesGivenUp(client, policy.id, newlyFlagged);
    const cleared = devices.filter(({ clearedUnder }) => clearedUnder !== null).length;
    const standing = answers.filter((answer) => answer.staysCleared).length;
    return {
      last,
      tally: {
        ...NOTHING,
        devices: devices.length,
        changed,
        standing,
        lapsed: cleared - standing,
        casesAskedFor,
        flaggedAgain,
      },
    };
  });
}

/**
 * Screens every device that another version than this screened, a page at a time, and asks for the cases that are missing.
 * @param client holds the import lock
 * @param onDevices called with how many devices have been screened
 */
export async function screenPages(
  client: PoolClient,
  policy: Policy,
  onDevices: (devices: number) => void,
): Promise<Tally> {
  const run: Run = {
    client,
    policy,
    classes: SENSITIVITIES.filter((sensitivity) => isSiteInScope(policy, sensitivity)),
    screen: createScreener(policy, ieeeRegistry),
    verdicts: new VerdictBook(client),
    earlier: new Map(),
  };
  let total = NOTHING;
  await emptyStaging(client);
  try {
    for (let after: string | null = ''; after !== null;) {
      onDevices(total.devices);
      const { last, tally } = await screenPage(run, after);
      total = sum(total, tally);
      after = last;
    }
  } finally {
    await emptyStaging(client).catch(() => undefined);
  }
  return total;
}
