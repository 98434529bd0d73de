import { type Confidence } from '../policy/policy';
import { type IsoDate } from '../records';
import { type Nation } from '../vocabulary';

/** The bank holidays of a range of years that fall on Monday to Friday, substitute and one-off days included. Plain JSON. */
export interface BankHolidays {
  readonly provenance: {
    readonly source: string;
    readonly date: IsoDate;
    readonly confidence: Confidence;
  };
  readonly firstYear: number;
  readonly lastYear: number;
  /** Names by date, e.g. `"2026-12-28": "Boxing Day (substitute day)"`. */
  readonly nations: Readonly<Record<Nation, Readonly<Record<IsoDate, string>>>>;
}
